import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  applicationRequest,
  gssFlag,
  gssToken,
  kerberosMechanism,
  kerberosMechanismOfWindows,
  readApplicationReply,
  readGssToken,
} from '../../src/kerberos/application-exchange.ts';
import { apRep } from '../../src/kerberos/application-messages.ts';
import { type GssSide, messageMic, seal, sign, unwrap, verifyMessageMic } from '../../src/kerberos/gss-token.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { GssAcceptor } from './gss-acceptor.ts';
import { freshKey, random } from './stand-in-ticket.ts';

const { mutual, replayDetection, sequenceDetection, confidentiality, integrity } = gssFlag;
const flags = mutual | replayDetection | sequenceDetection | confidentiality | integrity;
const text = (value: string) => new TextEncoder().encode(value);
const second = () => Math.floor(Date.now() / 1000);

describe.each([17, 18, 19, 20])("against MIT's GSS-API library, encryption type %i", (etype) => {
  let acceptor: GssAcceptor;
  let initiator: GssSide;
  let theirs: GssSide;
  let sequence = 1000n;
  let theirSequence = 0n;
  beforeAll(() => {
    acceptor = new GssAcceptor(etype);
  });
  afterAll(() => acceptor.end());

  it('is taken as a proof, and holds the service to prove itself', async () => {
    const { credential } = acceptor;
    const instant = { seconds: second(), microseconds: 123_456 };
    const subkey = freshKey(etype);
    const asked = { credential, instant, subkey, sequenceNumber: Number(sequence), flags, confounder: random(16) };
    const token = gssToken(kerberosMechanism, 'apReq', applicationRequest(asked));
    const [name, granted, answer = ''] = await acceptor.ask('accept', token);
    expect(name).toBe('alice@SERVICE.TEST');
    expect(Number(granted) & 0x3f).toBe(flags);
    const { mechanism, kind, message } = readGssToken(bytes(answer));
    expect({ mechanism, kind }).toEqual({ mechanism: kerberosMechanism, kind: 'apRep' });
    const reply = readApplicationReply(message, { credential, instant });
    const key = reply.subkey ?? subkey;
    const acceptorSubkey = reply.subkey !== undefined;
    initiator = { key, acceptor: false, acceptorSubkey };
    theirs = { key, acceptor: true, acceptorSubkey };
    theirSequence = BigInt(reply.sequenceNumber);
    const late = { credential, instant: { ...instant, microseconds: 123_457 } };
    expect(() => readApplicationReply(message, late)).toThrow('answered another request');
    expect(() => readApplicationReply(message, { credential: { ...credential, key: freshKey(etype) }, instant })).toThrow(
      "not under the ticket's key",
    );
  });
  it('exchanges sealed, signed and detached messages both ways', async () => {
    for (const message of [text(''), text('a'), text('public key of the server'), random(5000)]) {
      const sent = [
        [seal(initiator, sequence++, message, random(16)), '1'],
        [seal(initiator, sequence++, message, random(16), 28), '1'],
        [sign(initiator, sequence++, message), '0'],
        [sign(initiator, sequence++, message, 12), '0'],
      ] as const;
      for (const [token, sealed] of sent) expect(await acceptor.ask('unwrap', token)).toEqual([sealed, hex(message)]);
      expect(await acceptor.ask('verify', message, messageMic(initiator, sequence++, message))).toEqual(['right']);
      for (const [command, sealed] of [
        ['seal', true],
        ['sign', false],
      ] as const) {
        const [token = ''] = await acceptor.ask(command, message);
        const opened = unwrap(theirs, bytes(token));
        expect([opened?.sequenceNumber, opened?.sealed]).toEqual([theirSequence++, sealed]);
        expect(hex(opened?.message ?? text('none'))).toBe(hex(message));
      }
      const [mic = ''] = await acceptor.ask('mic', message);
      expect(verifyMessageMic(theirs, message, bytes(mic))).toBe(theirSequence++);
      expect(verifyMessageMic(initiator, message, bytes(mic))).toBeUndefined();
    }
  });
  it('is refused with octets that were changed', async () => {
    const token = seal(initiator, sequence++, text('x'), random(16));
    await expect(acceptor.ask('unwrap', token.with(20, (token[20] ?? 0) ^ 1))).rejects.toThrow('unwrap');
  });
});

const side: fc.Arbitrary<GssSide> = fc.record({
  key: fc.constantFrom(17, 18, 19, 20).map((etype) => freshKey(etype)),
  acceptor: fc.boolean(),
  acceptorSubkey: fc.boolean(),
});
const octets = fc.uint8Array({ maxLength: 300 });
const sequenceNumber = fc.bigInt(0n, 0xffff_ffff_ffff_ffffn);
describe('per-message tokens', () => {
  it('open for the other side as they were, and not when they were changed or turned round', () => {
    const wrapped = fc.record({
      from: side,
      message: octets,
      sequenceNumber,
      rrc: fc.nat(0xffff),
      sealed: fc.boolean(),
      at: fc.nat(),
      bit: fc.nat(7),
    });
    fc.assert(
      fc.property(wrapped, ({ from, message, sequenceNumber: n, rrc, sealed, at, bit }) => {
        const token = sealed ? seal(from, n, message, random(16), rrc) : sign(from, n, message, rrc);
        const opened = unwrap(from, token);
        expect(opened && { ...opened, message: hex(opened.message) }).toEqual({
          message: hex(message),
          sequenceNumber: n,
          sealed,
        });
        expect(unwrap({ ...from, acceptor: !from.acceptor }, token)).toBeUndefined();
        const place = at % token.length;
        // Octets 6 and 7, by how much the rest is turned, prove nothing of themselves.
        if (place === 6 || place === 7) return;
        let changed: unknown;
        try {
          changed = unwrap(from, token.with(place, (token[place] ?? 0) ^ (1 << bit)));
        } catch (e) {
          expect(e).toBeInstanceOf(DecodeError);
        }
        expect(changed).toBeUndefined();
      }),
      { numRuns: Math.min(fuzzRuns, 20_000) },
    );
  });
  it('survive any octets', () => {
    const header = fc.constantFrom('0504', '0404', '0504 02ff', '0504 00ff 000c', '0504 06ff 0000 001c').map(bytes);
    fc.assert(
      fc.property(side, header, octets, (from, start, rest) => {
        const token = Uint8Array.of(...start, ...rest);
        for (const read of [() => unwrap(from, token), () => verifyMessageMic(from, rest, token)])
          try {
            expect(read()).toBeUndefined();
          } catch (e) {
            expect(e).toBeInstanceOf(DecodeError);
          }
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describe('an application request', () => {
  it('never delegates', () => {
    const credential = { key: freshKey(18) };
    const asked = {
      credential,
      instant: { seconds: 1, microseconds: 0 },
      subkey: freshKey(18),
      sequenceNumber: 0,
      flags: flags | 1,
      confounder: random(16),
    };
    expect(() => applicationRequest(asked as never)).toThrow('never delegated');
  });
  it('is read in both names of the mechanism, and not as something else', () => {
    for (const mechanism of [kerberosMechanism, kerberosMechanismOfWindows])
      expect(readGssToken(gssToken(mechanism, 'krbError', bytes('7e00')))).toEqual({
        mechanism,
        kind: 'krbError',
        message: bytes('7e00'),
      });
    expect(() => readGssToken(bytes('60 0f 06 09 2a864886f712010202 0500 aa bb'))).toThrow(DecodeError);
    expect(() => readGssToken(bytes('60 0d 06 09 2a864886f712010202 0100'))).toThrow(DecodeError);
    fc.assert(
      fc.property(octets, (junk) => {
        try {
          readGssToken(junk);
        } catch (e) {
          expect(e).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
  it('is not answered by octets that nobody encrypted', () => {
    const credential = { key: freshKey(18) } as never;
    const instant = { seconds: 1, microseconds: 0 };
    const reply = encode(apRep, { pvno: 5, msgType: 15, encPart: { etype: 18, cipher: random(80) } });
    expect(() => readApplicationReply(reply, { credential, instant })).toThrow("not under the ticket's key");
    expect(decode(apRep, reply).encPart.etype).toBe(18);
  });
});
