import type { Value } from '../wire/codec.ts';
import type { Frame } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';
import { context, octetString, optional, sequence, sequenceOf, tagged } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';

const LEAST = -(2 ** 31);
const MOST = 2 ** 32 - 1;
/**
 * An NTSTATUS as INTEGER: what is signed to one peer, and so negative, is unsigned to another, which takes five octets for it. Both are
 * read, and come back as they were.
 */
const statusInteger = tagged<number>(0x02, {
  read(r) {
    const at = r.at;
    const octets = r.bytes();
    const [first, second] = octets;
    if (first === undefined || 5 < octets.length) throw new DecodeError('integer is not 1 to 5 octets', at);
    if (second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && 0x80 <= second))
      throw new DecodeError('integer is not minimal', at);
    const unsigned = octets.reduce((v, octet) => v * 256 + octet, 0);
    const value = first & 0x80 ? unsigned - 256 ** octets.length : unsigned;
    if (value < LEAST || MOST < value) throw new DecodeError('status is not within 32 bits', at);
    return value;
  },
  write(w, value) {
    if (!Number.isInteger(value) || value < LEAST || MOST < value) throw w.fail('status is not within 32 bits');
    let length = 1;
    while (value < -(2 ** (length * 8 - 1)) || 2 ** (length * 8 - 1) <= value) length++;
    for (let octet = length - 1; 0 <= octet; octet--) w.u8(Math.floor(value / 256 ** octet) & 0xff);
  },
});
/** More than the one element that there should be is read and refused by name. */
const MOST_TOKENS = 4;

/** TSRequest, [MS-CSSP] 2.2.1. */
export const tsRequest = sequence({
  version: context(0, int32),
  negoTokens: optional(context(1, sequenceOf(sequence({ negoToken: context(0, octetString) }), MOST_TOKENS))),
  authInfo: optional(context(2, octetString)),
  pubKeyAuth: optional(context(3, octetString)),
  errorCode: optional(context(4, statusInteger)),
  clientNonce: optional(context(5, octetString)),
});
export type TsRequest = Value<typeof tsRequest>;
/** errorCode as the NTSTATUS it stands for. */
export const statusOf = (errorCode: number): number => errorCode >>> 0;

/** Octets of the longest TSRequest that is read: a ticket with a full PAC stays below. */
export const MOST_READ = 0x1_0000;
/** Octets of the longest that is sent: Windows puts none together that comes in several TLS records (appendix A, note 8). */
export const MOST_SENT = 0x4000;
export const SEQUENCE = 0x30;

/** One TSRequest in a stream. */
export const tsRequestFrame: Frame = (have) => {
  const [tag, first] = have;
  if (tag !== undefined && tag !== SEQUENCE) throw new DecodeError(`no TSRequest: tag 0x${tag.toString(16)}`, 0);
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const octets = first & 0x7f;
  if (octets === 0 || 4 < octets) throw new DecodeError('length form not allowed in DER', 1);
  if (have.length < 2 + octets) return undefined;
  const length = 2 + octets + have.subarray(2, 2 + octets).reduce((v, octet) => v * 256 + octet, 0);
  if (MOST_READ < length) throw new DecodeError(`TSRequest of ${length} octets`, 1);
  return length;
};
