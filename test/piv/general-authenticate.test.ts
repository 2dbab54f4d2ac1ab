import { constants, createHash, publicEncrypt, randomBytes, verify as verifySignature } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytes, hex } from '../wire/annotated-hex.ts';
import {
  block,
  cardInHand,
  generalAuthenticate,
  getData,
  pinStatus,
  ready,
  rsaKey,
  type StandInKey,
  select,
  template,
  tlv,
  turnedOver,
} from './card-in-hand.ts';

let key: StandInKey;
beforeAll(() => {
  key = rsaKey();
});
const rest = '00 c0 00 00 08';
const [first = '', last = ''] = generalAuthenticate(block());
const result = (input: Uint8Array) => tlv('7c', tlv('82', hex(turnedOver(input))));

/** EMSA-PKCS1-v1_5 over a SHA-256 digest, RFC 8017 9.2, which the host builds. */
function paddedDigest(data: Uint8Array): Uint8Array {
  const info = Buffer.concat([bytes('3031300d060960864801650304020105000420'), createHash('sha256').update(data).digest()]);
  return Uint8Array.of(0, 1, ...new Uint8Array(256 - info.length - 3).fill(0xff), 0, ...info);
}

/** SP 800-73-4 part 2 3.2.4. */
describe('GENERAL AUTHENTICATE', () => {
  it.each([
    ['Windows: F0 and 1A', { link: 0xf0 }, ['9000', '6108', '9000']],
    ['OpenSC: FF and 0B', { link: 0xff }, ['9000', '6108', '9000']],
    ['ykpiv: FF and 0B without Le', { link: 0xff, le: '' }, ['9000', '6108', '9000']],
    ['one octet less than everything', { link: 0xff, le: 'ff' }, ['9000', '6109', '6101']],
    ['16 octets a link', { link: 0x10 }, [...Array.from({ length: 16 }, () => '9000'), '6108', '9000']],
  ])('chained as by %s', async (_, form, expected) => {
    const { statuses, operated } = cardInHand();
    await statuses(...ready);
    expect(await statuses(...generalAuthenticate(block(), form), rest)).toEqual(expected);
    expect(operated.map(hex)).toEqual([hex(block())]);
  });
  it('answers 264 octets: 256 and, to GET RESPONSE, 8', async () => {
    const { send, statuses } = cardInHand();
    await statuses(...ready, first);
    const parts = [await send(last), await send(rest)];
    expect(parts.map(({ data, status }) => [data.length, status])).toEqual([
      [256, '6108'],
      [8, '9000'],
    ]);
    expect(parts.map(({ data }) => hex(data)).join('')).toBe(result(block()));
    expect(result(block()).slice(0, 16)).toBe('7c82010482820100');
  });
  it('takes and gives everything at once in extended form', async () => {
    const { send, statuses } = cardInHand();
    await statuses(...ready);
    const reply = await send(`00 87 07 9a 00 010a ${template(block())} 0000`);
    expect([reply.status, hex(reply.data)]).toEqual(['9000', result(block())]);
  });
  it.each([
    ['the response asked for behind the challenge', `${tlv('81', hex(block()))}8200`],
    ['lengths longer than they need be', `828200008183000100${hex(block())}`],
  ])('takes %s', async (_, objects) => {
    const { statuses, operated } = cardInHand();
    const data = tlv('7c', objects);
    expect(await statuses(...ready, `00 87 07 9a 00 ${(data.length / 2).toString(16).padStart(4, '0')} ${data}`)).toEqual([
      '9000',
      '9000',
      '6108',
    ]);
    expect(operated.length).toBe(1);
  });

  it('signs what the certificate verifies, whatever the host pads with', async () => {
    const { send, statuses } = cardInHand({ operate: key.operate });
    const data = randomBytes(32);
    const [one = '', two = ''] = generalAuthenticate(paddedDigest(data));
    await statuses(...ready, one);
    const signature = Buffer.concat([(await send(two)).data.subarray(8), (await send(rest)).data]);
    expect(verifySignature('sha256', data, key.publicKey, signature)).toBe(true);
  });
  it('decrypts what was encrypted to the certificate: the raw operation, as Windows asks for it', async () => {
    const { send, statuses } = cardInHand({ operate: key.operate });
    const secret = randomBytes(24);
    const encrypted = publicEncrypt({ key: key.publicKey, padding: constants.RSA_PKCS1_PADDING }, secret);
    const [one = '', two = ''] = generalAuthenticate(encrypted);
    await statuses(...ready, one);
    const padded = Buffer.concat([(await send(two)).data.subarray(8), (await send(rest)).data]);
    expect(hex(padded.subarray(0, 2))).toBe('0002');
    expect(hex(padded.subarray(-24))).toBe(hex(secret));
  });
  it.each([1, 2, 8, 255])('keeps %i leading zeros of the result', async (zeros) => {
    const { send, statuses } = cardInHand({ operate: key.operate });
    const plain = new Uint8Array(256).fill(0x77, zeros);
    const [one = '', two = ''] = generalAuthenticate(key.raise(plain));
    await statuses(...ready, one);
    expect(hex(Buffer.concat([(await send(two)).data, (await send(rest)).data]))).toBe(tlv('7c', tlv('82', hex(plain))));
  });
  it('6A80 to a block that is not below the modulus, of which the card does not say more', async () => {
    const { statuses } = cardInHand({ operate: key.operate });
    await statuses(...ready);
    const over = generalAuthenticate(new Uint8Array(256).fill(0xff));
    expect(await statuses(...over, ...generalAuthenticate(block()))).toEqual(['9000', '6a80', '9000', '6108']);
  });
  it('6982 without the PIN, again after a reset, and after the PIN was given up', async () => {
    const { card, statuses, operated } = cardInHand();
    expect(await statuses(select, first, last)).toEqual(['9000', '9000', '6982']);
    await statuses(...ready);
    card.reset();
    expect(await statuses(select, first, last)).toEqual(['9000', '9000', '6982']);
    expect(await statuses(...ready, '00 20 ff 80', first, last)).toEqual(['9000', '9000', '9000', '9000', '6982']);
    expect(operated).toEqual([]);
  });
  it.each([
    ['RSA-1024', '069a', '6a86'],
    ['RSA-3072', '059a', '6a86'],
    ['P-256', '119a', '6a86'],
    ['3DES', '009a', '6a86'],
    ['key 9C', '079c', '6a88'],
    ['key 9D', '079d', '6a88'],
    ['key 9E', '079e', '6a88'],
    ['key 82', '0782', '6a88'],
    ['no key', '0700', '6a88'],
  ])('is refused for %s, with the PIN and without', async (_, parameters, status) => {
    const { statuses, operated } = cardInHand();
    const apdus = generalAuthenticate(block(), { key: parameters });
    expect(await statuses(select, ...apdus)).toEqual(['9000', '9000', status]);
    expect(await statuses(...ready, ...apdus)).toEqual(['9000', '9000', '9000', status]);
    expect(operated).toEqual([]);
  });
  it.each([
    ['nothing', ''],
    ['no template', tlv('81', hex(block()))],
    ['an empty template', '7c00'],
    ['no response asked for', tlv('7c', tlv('81', hex(block())))],
    ['no challenge', '7c028200'],
    ['a challenge asked of the card', '7c028100'],
    ['a response that is not empty', tlv('7c', `820100${tlv('81', hex(block()))}`)],
    ['two challenges', tlv('7c', `8200${tlv('81', hex(block()))}8100`)],
    ['two responses', tlv('7c', `82008200${tlv('81', hex(block()))}`)],
    ['something else in it', tlv('7c', `82008500${tlv('81', hex(block()))}`)],
    ['something behind it', `${template(block())}8200`],
    ['a length over what is there', `7c820107820081820101${hex(block())}`],
    ['an indefinite length', `7c808200${tlv('81', hex(block()))}0000`],
    ['an octet less of challenge', template(block(255))],
    ['an octet more of challenge', template(block(257))],
    ['a challenge half as long', template(block(128))],
    ['half a template', template(block()).slice(0, 240)],
  ])('6A80 to a template with %s', async (_, data) => {
    const { statuses, operated } = cardInHand();
    const length = (data.length / 2).toString(16).padStart(4, '0');
    const apdu = data === '' ? '00 87 07 9a' : `00 87 07 9a 00 ${length} ${data} 0000`;
    expect(await statuses(...ready, apdu, pinStatus)).toEqual(['9000', '9000', '6a80', '9000']);
    expect(operated).toEqual([]);
  });
  it('P-256: a digest of up to 32 octets, as OpenSC sends it', async () => {
    const { statuses, operated } = cardInHand({ algorithm: 'p-256' });
    await statuses(...ready);
    const of = (octets: number, reference = '119a') => generalAuthenticate(block(octets), { key: reference });
    expect(await statuses(...of(32), ...of(20), ...of(33), ...of(48), ...of(32, '079a'))).toEqual([
      '9000',
      '9000',
      '6a80',
      '6a80',
      '6a86',
    ]);
    expect(operated.map((input) => input.length)).toEqual([32, 20]);
  });
  it('RSA-3072: 384 octets, its answer in two pieces', async () => {
    const { send, statuses } = cardInHand({ algorithm: 'rsa-3072' });
    await statuses(...ready);
    const replies = await statuses(...generalAuthenticate(block(384), { key: '059a' }), '00 c0 00 00 00');
    expect(replies).toEqual(['9000', '6188', '9000']);
    expect(await statuses(...generalAuthenticate(block(), { key: '059a' }))).toEqual(['9000', '6a80']);
    expect(hex((await send(select)).data)).toContain('ac06800105');
  });
});
describe('random numbers, which OpenSC asks of key 9B', () => {
  it.each([
    ['OpenSC', '00 87 00 9b 04 7c028100 00'],
    ['OpenSC without Le', '00 87 00 9b 04 7c028100'],
    ['3DES named', '00 87 03 9b 04 7c028100 00'],
    ['a chain', '10 87 00 9b 02 7c02;00 87 00 9b 02 8100'],
  ])('eight octets for %s, without the PIN', async (_, apdus) => {
    const { send, statuses } = cardInHand({ random: (length) => new Uint8Array(length).fill(0xa5) });
    const all = apdus.split(';');
    await statuses(select, ...all.slice(0, -1));
    const { data, status } = await send(all.at(-1) ?? '');
    expect([hex(data), status]).toEqual(['7c0a8108a5a5a5a5a5a5a5a5', '9000']);
  });
  it('are others each time', async () => {
    const { send } = cardInHand();
    await send(select);
    const all: string[] = [];
    for (let i = 0; i < 20; i++) all.push(hex((await send('00 87 00 9b 04 7c028100')).data));
    expect(new Set(all).size).toBe(20);
  });
  it.each([
    ['a response', '7c048200 8100'],
    ['a challenge of ours', '7c0a 8108 0102030405060708'],
    ['a witness', '7c028000'],
    ['nothing', '7c00'],
    ['two', '7c0481008100'],
  ])('6A80 where %s is asked for', async (_, data) => {
    const { statuses, operated } = cardInHand();
    const octets = bytes(data);
    expect(await statuses(...ready, `00 87 00 9b ${hex(Uint8Array.of(octets.length))} ${data}`)).toEqual([
      '9000',
      '9000',
      '6a80',
    ]);
    expect(operated).toEqual([]);
  });
});
describe('command chaining', () => {
  it.each([
    ['SELECT', select],
    ['GET DATA', getData('7e')],
    ['VERIFY', pinStatus],
    ['GET RESPONSE', '00 c0 00 00 00'],
    ['an unknown command', '00 fe 00 00'],
    ['another key', '00 87 07 9c 01 00'],
    ['another algorithm', '00 87 05 9a 01 00'],
    ['a link of another command', '10 cb 3f ff 01 5c'],
    ['a link for another key', '10 87 07 9c 01 00'],
  ])('%s in between is not done, and ends the chain', async (_, between) => {
    const { statuses, operated } = cardInHand();
    await statuses(...ready);
    expect(await statuses(first, between, last)).toEqual(['9000', '6883', '6a80']);
    expect(operated).toEqual([]);
    expect(await statuses(pinStatus, first, last)).toEqual(['9000', '9000', '6108']);
  });
  it('is forgotten at a reset', async () => {
    const { card, statuses, operated } = cardInHand();
    await statuses(...ready, first);
    card.reset();
    expect(await statuses(...ready, last)).toEqual(['9000', '9000', '6a80']);
    expect(operated).toEqual([]);
  });
  it('that begins again does not forget what came before: the whole is too long for its template', async () => {
    const { statuses, operated } = cardInHand();
    await statuses(...ready);
    expect(await statuses(first, first, last, first, last)).toEqual(['9000', '9000', '6a80', '9000', '6108']);
    expect(operated.length).toBe(1);
  });
  it('takes links without data', async () => {
    const { statuses } = cardInHand();
    await statuses(...ready);
    expect(await statuses('10 87 07 9a', first, '10 87 07 9a', last)).toEqual(['9000', '9000', '9000', '6108']);
    expect(await statuses(...generalAuthenticate(block()).map((apdu) => apdu.replace(/^00/, '10')), '00 87 07 9a 00')).toEqual([
      '9000',
      '9000',
      '6108',
    ]);
  });
  it('ends with 6700 above 1024 octets, however they come', async () => {
    const { statuses } = cardInHand();
    await statuses(...ready);
    const link = `10 87 07 9a ff ${'00'.repeat(255)}`;
    expect(await statuses(link, link, link, link, '10 87 07 9a 04 00000000')).toEqual(['9000', '9000', '9000', '9000', '9000']);
    expect(await statuses('10 87 07 9a 01 00', '00 87 07 9a 00')).toEqual(['6700', '6a80']);
    expect(await statuses(`10 87 07 9a 00 ffff ${'00'.repeat(65_535)}`)).toEqual(['6700']);
    expect(await statuses(first, last)).toEqual(['9000', '6108']);
  });
  it('without end holds nothing', async () => {
    const { statuses } = cardInHand();
    await statuses(...ready);
    const link = `10 87 07 9a ff ${'00'.repeat(255)}`;
    const all = await statuses(...Array.from({ length: 500 }, () => link));
    expect(all.filter((status) => status === '6700').length).toBe(100);
  });
});
