import { sequence } from '../wire/der.ts';
import { unsignedInteger } from '../wire/der-primitives.ts';

/** ECDSA-Sig-Value, RFC 3279 2.2.3. */
export const ecdsaSigValue = sequence({ r: unsignedInteger, s: unsignedInteger });
