import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApduExplanation, apduLine } from '../../src/piv/apdu-explanation.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { mutated, property, same } from '../wire/property.ts';
import { block, cardInHand, generalAuthenticate, getData, pin, select, verify } from './card-in-hand.ts';

/** A dialogue with a card, as it is explained. */
async function told(...commands: readonly string[]): Promise<string[]> {
  const { card } = cardInHand();
  const explanation = new ApduExplanation();
  const lines: string[] = [];
  for (const command of commands) {
    const apdu = bytes(command);
    lines.push(apduLine(explanation.command(apdu)), apduLine(explanation.response(await card.transmit(apdu))));
  }
  return lines;
}
const one = (apdu: string) => apduLine(new ApduExplanation().command(bytes(apdu)));

describe('what passed between a host and a card', () => {
  it('is told as SELECT, and what the application says of itself', async () => {
    expect(await told('00 a4 04 00 05 a000000001', select)).toEqual([
      '> SELECT: a000000001',
      '< SELECT: 6a82, there is no such application or object',
      '> SELECT: a00000030800001000, PIV',
      '< SELECT: 9000, done, 35 octets, application identifier 000010000100, tag allocation authority 4f05a000000308, label Mayfly, algorithms 800107060100',
    ]);
  });
  it('names objects, and decodes one level of them', async () => {
    const [, , asks, answers] = await told(select, getData('5fc102'));
    expect(asks).toBe('> GET DATA: 5fc102, CHUID');
    expect(answers).toBe(
      '< GET DATA: 9000, done, 61 octets, FASC-N 25 octets, GUID 913b78afe9ff4701ad1924cea582896d, expiration date 20310506, issuer signature empty, error detection code empty',
    );
  });
  it('puts an answer in parts together', async () => {
    const lines = await told(select, getData('5fc105'), '00c0000000', '00c0000000', '00c0000000');
    expect(lines.slice(2)).toEqual([
      '> GET DATA: 5fc105, certificate for PIV authentication',
      '< GET DATA: 6100, 256 octets or more left, 256 octets',
      '> GET RESPONSE: up to 256 octets',
      '< GET DATA: 6100, 256 octets or more left, 256 octets',
      '> GET RESPONSE: up to 256 octets',
      '< GET DATA: 6198, 152 octets left, 256 octets',
      '> GET RESPONSE: up to 256 octets',
      '< GET DATA: 9000, done, 152 octets, 920 octets in all, certificate 907 octets, CertInfo 00, error detection code empty',
    ]);
  });
  it('puts a chain together, and says lengths alone of what is signed', async () => {
    const lines = await told(select, verify(), ...generalAuthenticate(block()), '00c0000008');
    expect(lines.slice(4)).toEqual([
      '> GENERAL AUTHENTICATE: RSA-2048, key 9a (PIV authentication), 240 octets, more follows',
      '< GENERAL AUTHENTICATE: 9000, done',
      '> GENERAL AUTHENTICATE: RSA-2048, key 9a (PIV authentication), response empty, challenge 256 octets',
      '< GENERAL AUTHENTICATE: 6108, 8 octets left, 256 octets',
      '> GET RESPONSE: up to 8 octets',
      '< GENERAL AUTHENTICATE: 9000, done, 8 octets, 264 octets in all, response 256 octets',
    ]);
  });
  it('shows no PIN', async () => {
    const lines = await told(select, '00200080', verify('99999999'), verify(), '0020ff80');
    expect(lines.slice(2)).toEqual([
      '> VERIFY: application PIN, asks for the tries left',
      '< VERIFY: 63c3, the PIN is wrong, 3 tries left',
      '> VERIFY: application PIN, 8 octets, not shown',
      '< VERIFY: 63c2, the PIN is wrong, 2 tries left',
      '> VERIFY: application PIN, 8 octets, not shown',
      '< VERIFY: 9000, done',
      '> VERIFY: application PIN, to be forgotten',
      '< VERIFY: 9000, done',
    ]);
  });
});

describe('a captured command by itself', () => {
  it.each([
    ['00 2c 00 80 10 31323334353637383132333435363738', '> RESET RETRY COUNTER: application PIN, 16 octets, not shown'],
    ['00 fd 00 00 00', '> GET VERSION (Yubico): P1 P2 0000'],
    ['80 5e 01 02 02 beef', '> instruction 5e: class 80, P1 P2 0102, 2 octets of data'],
    ['00 87 11 8d 04 7c028100', '> GENERAL AUTHENTICATE: P-256, key 8d (retired key 12), challenge empty'],
    ['00 cb 3f ff 05 5c 03 5fc10f', '> GET DATA: 5fc10f, certificate for retired key 3'],
    ['00 20 00 80 09 3132', '> VERIFY: 7 octets (malformed: lengths in it fit no form of a command)'],
    ['00 20', '> VERIFY: 2 octets (malformed: 2 octets are no command)'],
    ['00 cb 3f ff 03 5d015f', '> GET DATA: 3 octets (malformed: no tag list with one tag)'],
    [
      '00 87 07 9a 04 7c058100',
      '> GENERAL AUTHENTICATE: RSA-2048, key 9a (PIV authentication) (malformed: data object: input at byte 2: needs 5 bytes, 2 left)',
    ],
  ])('%s', (apdu, line) => expect(one(apdu)).toBe(line));
  it('is no answer without a status word', () => {
    expect(apduLine(new ApduExplanation().response(bytes('90')))).toBe(
      '< response: 1 octet (malformed: there is no status word)',
    );
  });
});

const apdu = fc.oneof(
  mutated(fc.constantFrom(...[select, verify(), getData('5fc105'), ...generalAuthenticate(block())].map(bytes))),
  fc.uint8Array({ maxLength: 40 }),
);
property(
  'whatever passed is told, a line of printable signs for each, and no PIN in it',
  fc.array(apdu, { maxLength: 6 }),
  (all) => {
    const explanation = new ApduExplanation();
    for (const [i, each] of all.entries()) {
      const line = apduLine(i % 2 === 0 ? explanation.command(each) : explanation.response(each));
      same(/^[\x20-\x7e]{1,1500}$/.test(line), true, line);
    }
    const digits = Buffer.from(pin).toString('hex');
    const line = apduLine(explanation.command(bytes(verify())));
    same(line.includes(pin) || line.includes(digits), false, line);
  },
);
