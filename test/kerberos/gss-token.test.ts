import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decrypt, encrypt, getMic, verifyMic } from '../../src/crypto/encrypted-data.ts';
import { type GssSide, messageMic, seal, sign, unwrap, verifyMessageMic } from '../../src/kerberos/gss-token.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const key = (etype: number) => ({ etype, value: Uint8Array.from({ length: etype % 2 ? 16 : 32 }, (_, i) => i * 7 + etype) });
const initiator: GssSide = { key: key(18), acceptor: false, acceptorSubkey: true };
const acceptor: GssSide = { ...initiator, acceptor: true };
const message = bytes('6d657373616765');
const confounder = bytes('000102030405060708090a0b0c0d0e0f');
const SEQUENCE = 0x0102_0304_0506_0708n;
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const openedText = (from: GssSide, token: Uint8Array) => {
  const opened = unwrap(from, token);
  return opened && { ...opened, message: hex(opened.message) };
};

describe('octets of a token, RFC 4121 4.2.6', () => {
  it('sealed: the header stands in front in the clear and behind the message encrypted, without its RRC', () => {
    const token = seal(initiator, SEQUENCE, message, confounder);
    const header = '0504 06 ff 0000 0000 0102030405060708';
    expect(hex(token.subarray(0, 16))).toBe(header.replaceAll(' ', ''));
    expect(hex(decrypt(initiator.key, 24, token.subarray(16)) ?? bytes(''))).toBe(hex(joined(message, bytes(header))));
    expect(token.length).toBe(16 + 16 + message.length + 16 + 12);
  });
  it('sealed as Windows does: what is not plaintext, 28 octets with AES and SHA-1, comes to the front', () => {
    const [plain, turned] = [0, 28].map((rrc) => seal(acceptor, SEQUENCE, message, confounder, rrc));
    const cipher = plain?.subarray(16) ?? bytes('');
    expect(hex(turned ?? bytes(''))).toBe(
      hex(joined(bytes('0504 07 ff 0000 001c 0102030405060708'), cipher.subarray(-28), cipher.subarray(0, -28))),
    );
  });
  it('signed: EC is the length of the checksum, which is made with EC and RRC of zero', () => {
    const covered = joined(message, bytes('0504 04 ff 0000 0000 0102030405060708'));
    const mic = getMic(initiator.key, 24, covered);
    const header = bytes('0504 04 ff 000c 0000 0102030405060708');
    expect(hex(sign(initiator, SEQUENCE, message))).toBe(hex(joined(header, message, mic)));
    expect(hex(sign(initiator, SEQUENCE, message, 12))).toBe(hex(joined(header.with(7, 12), mic, message)));
  });
  it('a MIC: five octets of filler, and key usages of its own', () => {
    const token = messageMic(acceptor, SEQUENCE, message);
    const header = bytes('0404 05 ff ffffffff 0102030405060708');
    expect(hex(token.subarray(0, 16))).toBe(hex(header));
    expect(verifyMic(acceptor.key, 23, joined(message, header), token.subarray(16))).toBe(true);
    expect(verifyMessageMic(acceptor, message, token)).toBe(SEQUENCE);
  });
  it.each([0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 0xffff_ffff_ffff_ffffn])('carries the sequence number %i', (sequenceNumber) => {
    for (const token of [seal(initiator, sequenceNumber, message, confounder), sign(initiator, sequenceNumber, message)])
      expect(unwrap(initiator, token)?.sequenceNumber).toBe(sequenceNumber);
    expect(verifyMessageMic(initiator, message, messageMic(initiator, sequenceNumber, message))).toBe(sequenceNumber);
  });
});

/** A sealed token as somebody else may make it, with filler between message and header. */
function filled(from: GssSide, filler: number, rrc: number, inner: { ec: number; rrc: number; id: string }): Uint8Array {
  const flags = from.acceptor ? '07' : '06';
  const u16 = (n: number) => n.toString(16).padStart(4, '0');
  const header = (id: string, ec: number, turned: number) =>
    bytes(`${id} ${flags} ff ${u16(ec)} ${u16(turned)} 0000000000000009`);
  const plaintext = joined(message, new Uint8Array(filler).fill(0x20), header(inner.id, inner.ec, inner.rrc));
  const cipher = encrypt(from.key, from.acceptor ? 22 : 24, plaintext, confounder);
  const by = rrc % cipher.length;
  const turned = joined(cipher.subarray(cipher.length - by), cipher.subarray(0, cipher.length - by));
  return joined(header('0504', filler, rrc), turned);
}
describe('a token of another make', () => {
  it('is read with filler, and turned by any number, however large', () => {
    for (const filler of [0, 1, 15, 16, 300])
      for (const rrc of [0, 1, 28, 44, 0xffff])
        expect(openedText(acceptor, filled(acceptor, filler, rrc, { id: '0504', ec: filler, rrc: 0 }))).toEqual({
          message: hex(message),
          sequenceNumber: 9n,
          sealed: true,
        });
  });
  it('is refused when the encrypted header is another', () => {
    const wrong = [
      { id: '0504', ec: 15, rrc: 0 },
      { id: '0504', ec: 16, rrc: 28 },
      { id: '0404', ec: 16, rrc: 0 },
    ];
    for (const inner of wrong) expect(unwrap(acceptor, filled(acceptor, 16, 28, inner))).toBeUndefined();
  });
  it('is refused when it has more filler than octets, or less than a header', () => {
    const u16 = (n: number) => n.toString(16).padStart(4, '0');
    const header = (ec: number) => bytes(`0504 06 ff ${u16(ec)} 0000 0000000000000009`);
    const sealedOf = (ec: number, plaintext: Uint8Array) => joined(header(ec), encrypt(initiator.key, 24, plaintext, confounder));
    expect(unwrap(initiator, sealedOf(0, header(0)))?.message.length).toBe(0);
    expect(unwrap(initiator, sealedOf(1, header(1)))).toBeUndefined();
    expect(unwrap(initiator, sealedOf(0xffff, header(0xffff)))).toBeUndefined();
    for (const length of [0, 1, 15]) expect(unwrap(initiator, sealedOf(0, header(0).subarray(0, length)))).toBeUndefined();
  });
});

describe('a token in the wrong place', () => {
  const other: readonly [string, GssSide][] = [
    ['turned round', acceptor],
    ['under the key the acceptor did not choose', { ...initiator, acceptorSubkey: false }],
    ['under another key', { ...initiator, key: { etype: 18, value: new Uint8Array(32) } }],
    ['under a key of another type', { ...initiator, key: key(20) }],
  ];
  it.each(other)('%s is not proven', (_, from) => {
    expect(unwrap(from, seal(initiator, 1n, message, confounder))).toBeUndefined();
    expect(unwrap(from, sign(initiator, 1n, message))).toBeUndefined();
    expect(verifyMessageMic(from, message, messageMic(initiator, 1n, message))).toBeUndefined();
  });
  it('of another kind, or of no kind, is no token', () => {
    expect(() => unwrap(initiator, messageMic(initiator, 1n, message))).toThrow('not a wrap token');
    expect(() => verifyMessageMic(initiator, message, sign(initiator, 1n, message))).toThrow('not a MIC token');
    for (const length of [0, 1, 3, 15])
      expect(() => unwrap(initiator, sign(initiator, 1n, message).subarray(0, length))).toThrow(DecodeError);
    expect(() => unwrap(initiator, sign(initiator, 1n, message).with(3, 0))).toThrow('filler is not 0xff');
    expect(() => unwrap(initiator, new Uint8Array(0x10_0001))).toThrow('over 1048576 octets');
    expect(() => verifyMessageMic(initiator, message, new Uint8Array(15))).toThrow(DecodeError);
  });
  it('whose message or number was changed, or that was cut anywhere, is not proven', () => {
    const refused = (read: () => unknown) => {
      try {
        return read() === undefined;
      } catch (e) {
        return e instanceof DecodeError;
      }
    };
    const tokens = [17, 18, 19, 20].flatMap((etype) => {
      const from = { ...initiator, key: key(etype) };
      return [0, 5, 28].flatMap((rrc) => [
        { from, token: seal(from, SEQUENCE, message, confounder, rrc) },
        { from, token: sign(from, SEQUENCE, message, rrc) },
      ]);
    });
    for (const { from, token } of tokens) {
      for (let at = 0; at < token.length; at++) {
        expect(refused(() => unwrap(from, token.subarray(0, at)))).toBe(true);
        // Octets 6 and 7, by how much the rest is turned, prove nothing of themselves.
        if (at === 6 || at === 7) continue;
        for (let bit = 0; bit < 8; bit++)
          expect(refused(() => unwrap(from, token.with(at, (token[at] ?? 0) ^ (1 << bit))))).toBe(true);
      }
    }
    const mic = messageMic(initiator, SEQUENCE, message);
    for (let at = 0; at < mic.length; at++) {
      expect(refused(() => verifyMessageMic(initiator, message, mic.subarray(0, at)))).toBe(true);
      expect(refused(() => verifyMessageMic(initiator, message, mic.with(at, (mic[at] ?? 0) ^ 1)))).toBe(true);
    }
  });
  it('turned by another number is read as nothing else than what was wrapped', () => {
    const wrapped = fc.record({ sealed: fc.boolean(), text: fc.uint8Array({ maxLength: 60 }), said: fc.nat(0xffff) });
    fc.assert(
      fc.property(wrapped, ({ sealed, text, said }) => {
        const token = sealed ? seal(initiator, 1n, text, confounder) : sign(initiator, 1n, text);
        const opened = unwrap(initiator, token.with(6, said >> 8).with(7, said & 0xff));
        expect(opened === undefined || hex(opened.message) === hex(text)).toBe(true);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
