import { DecodeError } from '../wire/cursor.ts';
import { context, octetString, optional, sequence, sequenceOf, type Tagged, tagged } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';

const TWO_TO_32 = 0x1_0000_0000;
/** UInt32, RFC 4120 5.2.4. Read as some implementations write it, too: as the signed number of the same 32 bits. */
export const uint32: Tagged<number> = tagged(0x02, {
  read(r) {
    const at = r.at;
    const octets = r.bytes();
    const [first = 0] = octets;
    if (octets.length === 0 || 5 < octets.length || (octets.length === 5 && first !== 0))
      throw new DecodeError('integer is not within 32 bits', at);
    const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
    return octets.length < 5 && first & 0x80 ? value - 256 ** octets.length + TWO_TO_32 : value;
  },
  write(w, v) {
    if (!(Number.isInteger(v) && 0 <= v && v < TWO_TO_32)) throw w.fail('integer is not an unsigned one of 32 bits');
    const octets: number[] = [];
    for (let left = v; 0 < left; left = Math.floor(left / 256)) octets.unshift(left % 256);
    if (octets.length === 0 || (octets[0] ?? 0) & 0x80) octets.unshift(0);
    w.bytes(Uint8Array.from(octets));
  },
});

/** KerberosFlags, RFC 4120 5.2.8: at least 32 bits, bit 0 the highest; those beyond 32 are not ours to know. */
export const kerberosFlags: Tagged<number> = tagged(0x03, {
  read(r) {
    const at = r.at;
    const unused = r.u8();
    const octets = r.bytes();
    if (7 < unused || 16 < octets.length) throw new DecodeError('flags are not a bit string of at most 128 bits', at);
    return [0, 1, 2, 3].reduce((flags, i) => ((flags << 8) | (octets[i] ?? 0)) >>> 0, 0);
  },
  write: (w, v) => w.u8(0).u32(v),
});
/** TicketFlags and KDCOptions, RFC 4120 2 and 5.4.1, RFC 6806 11: the same bit means the same in both, where both have it. */
export const kerberosFlag = {
  forwardable: 0x4000_0000,
  forwarded: 0x2000_0000,
  proxiable: 0x1000_0000,
  renewable: 0x0080_0000,
  initial: 0x0040_0000,
  preAuthent: 0x0020_0000,
  canonicalize: 0x0001_0000,
} as const;

/** HostAddress, RFC 4120 5.2.5. */
export const hostAddresses = sequenceOf(sequence({ addrType: context(0, int32), address: context(1, octetString) }), 64);
/** AuthorizationData, RFC 4120 5.2.6. */
export const authorizationData = sequenceOf(sequence({ adType: context(0, int32), adData: context(1, octetString) }), 64);
/** EncryptedData, RFC 4120 5.2.9. */
export const encryptedData = sequence({
  etype: context(0, int32),
  kvno: optional(context(1, uint32)),
  cipher: context(2, octetString),
});
/** EncryptionKey, RFC 4120 5.2.9. */
export const encryptionKey = sequence({ keytype: context(0, int32), keyvalue: context(1, octetString) });
/** Checksum, RFC 4120 5.2.9. */
export const checksum = sequence({ cksumtype: context(0, int32), checksum: context(1, octetString) });
