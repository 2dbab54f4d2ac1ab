import { decrypt, type EncryptionKey, encrypt, getMic, verifyMic } from '../crypto/encrypted-data.ts';
import { encryptionType } from '../crypto/encryption-type.ts';
import { ByteReader, ByteWriter, DecodeError } from '../wire/cursor.ts';
import { compareBytes } from '../wire/der.ts';

/** Who speaks, and under which key. */
export interface GssSide {
  readonly key: EncryptionKey;
  /** Whether the speaker is the acceptor. */
  readonly acceptor: boolean;
  /** Whether `key` is the subkey that the acceptor chose. */
  readonly acceptorSubkey: boolean;
}
export interface OpenedToken {
  readonly message: Uint8Array;
  readonly sequenceNumber: bigint;
  readonly sealed: boolean;
}
const HEADER = 16;
const MIC = 0x0404;
const WRAP = 0x0504;
/** Flags octet, RFC 4121 4.2.2. */
const flag = { sentByAcceptor: 1, sealed: 2, acceptorSubkey: 4 } as const;
/** Key usages, RFC 4121 2. */
const usages = {
  acceptor: { seal: 22, sign: 23 },
  initiator: { seal: 24, sign: 25 },
} as const;
const MOST_OCTETS = 0x10_0000;

const usageOf = ({ acceptor }: GssSide, what: 'seal' | 'sign') => usages[acceptor ? 'acceptor' : 'initiator'][what];
const flagsOf = ({ acceptor, acceptorSubkey }: GssSide, sealed: boolean) =>
  (acceptor ? flag.sentByAcceptor : 0) | (sealed ? flag.sealed : 0) | (acceptorSubkey ? flag.acceptorSubkey : 0);
interface Header {
  readonly id: number;
  readonly flags: number;
  readonly ec: number;
  readonly rrc: number;
  readonly sequenceNumber: bigint;
}
/** RFC 4121 4.2.6: the fields EC and RRC are filler in a MIC token. */
function header({ id, flags, ec, rrc, sequenceNumber }: Header): Uint8Array {
  const w = new ByteWriter().u16(id).u8(flags).u8(0xff).u16(ec).u16(rrc);
  return w
    .u32(Number(sequenceNumber >> 32n))
    .u32(Number(sequenceNumber & 0xffff_ffffn))
    .finish();
}
function readHeader(r: ByteReader): Header {
  const id = r.u16();
  const flags = r.u8();
  if (r.u8() !== 0xff) throw r.fail('filler is not 0xff');
  const [ec, rrc] = [r.u16(), r.u16()];
  return { id, flags, ec, rrc, sequenceNumber: (BigInt(r.u32()) << 32n) | BigInt(r.u32()) };
}
/** The octets turned right by `count`, RFC 4121 4.2.5. */
function rotated(octets: Uint8Array, count: number): Uint8Array {
  if (octets.length === 0) return octets;
  const by = count % octets.length;
  const out = new Uint8Array(octets.length);
  out.set(octets.subarray(octets.length - by));
  out.set(octets.subarray(0, octets.length - by), by);
  return out;
}
function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * A Wrap token with confidentiality, RFC 4121 4.2.4: encrypts the message and the header behind it.
 * @param rrc how far the octets behind the header are turned; Windows' SSPI turns them by the length of what is not plaintext
 */
export function seal(side: GssSide, sequenceNumber: bigint, message: Uint8Array, confounder: Uint8Array, rrc = 0): Uint8Array {
  const fields = { id: WRAP, flags: flagsOf(side, true), ec: 0, sequenceNumber };
  const plaintext = joined(message, header({ ...fields, rrc: 0 }));
  const cipher = encrypt(side.key, usageOf(side, 'seal'), plaintext, confounder);
  plaintext.fill(0);
  return joined(header({ ...fields, rrc }), rotated(cipher, rrc));
}
/** A Wrap token without confidentiality, RFC 4121 4.2.4: the message, then a checksum over message and header. */
export function sign(side: GssSide, sequenceNumber: bigint, message: Uint8Array, rrc = 0): Uint8Array {
  const fields = { id: WRAP, flags: flagsOf(side, false), sequenceNumber };
  const mic = getMic(side.key, usageOf(side, 'seal'), joined(message, header({ ...fields, ec: 0, rrc: 0 })));
  return joined(header({ ...fields, ec: mic.length, rrc }), rotated(joined(message, mic), rrc));
}
/** A MIC token, RFC 4121 4.2.6.1: proves a message that travels elsewhere. */
export function messageMic(side: GssSide, sequenceNumber: bigint, message: Uint8Array): Uint8Array {
  const own = header({ id: MIC, flags: flagsOf(side, false), ec: 0xffff, rrc: 0xffff, sequenceNumber });
  return joined(own, getMic(side.key, usageOf(side, 'sign'), joined(message, own)));
}
function opened(side: GssSide, fields: Header, body: Uint8Array): Uint8Array | undefined {
  const { ec, flags } = fields;
  const own = header({ ...fields, rrc: 0 });
  if (flags & flag.sealed) {
    const plaintext = decrypt(side.key, usageOf(side, 'seal'), body);
    const end = (plaintext?.length ?? 0) - HEADER;
    if (plaintext && ec <= end && compareBytes(plaintext.subarray(end), own) === 0) return plaintext.subarray(0, end - ec);
    plaintext?.fill(0);
    return undefined;
  }
  const length = body.length - ec;
  if (length < 0 || ec !== encryptionType(side.key.etype)?.macLength) return undefined;
  const message = body.subarray(0, length);
  const covered = joined(message, header({ ...fields, ec: 0, rrc: 0 }));
  return verifyMic(side.key, usageOf(side, 'seal'), covered, body.subarray(length)) ? message : undefined;
}
/**
 * What the other side wrapped; `undefined` when it is not proven: wrong key, direction or octets. The sequence number is for the caller to hold
 * against what it expects.
 * @param from the side that speaks @throws DecodeError for octets that are no Wrap token
 */
export function unwrap(from: GssSide, token: Uint8Array): OpenedToken | undefined {
  const r = new ByteReader(token);
  if (MOST_OCTETS < r.left) throw r.fail(`over ${MOST_OCTETS} octets`);
  const fields = readHeader(r);
  if (fields.id !== WRAP) throw new DecodeError('not a wrap token', 0);
  const sealed = (fields.flags & flag.sealed) !== 0;
  if (fields.flags !== flagsOf(from, sealed)) return undefined;
  const cipher = r.bytes();
  const body = rotated(cipher, cipher.length === 0 ? 0 : cipher.length - (fields.rrc % cipher.length));
  const message = opened(from, fields, body);
  return message && { message, sequenceNumber: fields.sequenceNumber, sealed };
}
/** The sequence number of a MIC token over the message; `undefined` when it is not proven. @throws DecodeError */
export function verifyMessageMic(from: GssSide, message: Uint8Array, token: Uint8Array): bigint | undefined {
  const r = new ByteReader(token);
  const fields = readHeader(r);
  if (fields.id !== MIC) throw new DecodeError('not a MIC token', 0);
  const covered = joined(message, token.subarray(0, HEADER));
  const isRight = fields.flags === flagsOf(from, false) && verifyMic(from.key, usageOf(from, 'sign'), covered, r.bytes());
  return isRight ? fields.sequenceNumber : undefined;
}
