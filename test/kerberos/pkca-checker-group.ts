import { ECDH, getDiffieHellman } from 'node:crypto';
import { identifier, integer, type Node, read, tagged } from './pkca-checker-der.ts';
import { demand, kdcError } from './pkca-checker-error.ts';
import { publicKeyInfo } from './pkca-checker-signed-data.ts';

export type PkinitGroup = 'modp-2' | 'modp-14' | 'modp-16' | 'p-256' | 'p-384';

/** The client's side of the agreement: y, or the uncompressed point. */
export type ClientPublicValue =
  | { readonly group: PkinitGroup; readonly p: bigint; readonly g: bigint; readonly y: bigint }
  | { readonly group: PkinitGroup; readonly curve: 'prime256v1' | 'secp384r1'; readonly point: Uint8Array };

const DH_PUBLIC_NUMBER = '1.2.840.10046.2.1';
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const primeOf = (name: string) => BigInt(`0x${getDiffieHellman(name).getPrime('hex')}`);
/** Groups 2, 14 and 16: RFC 4556 3.2.1 names them, RFC 2409 6.2 and RFC 3526 give the primes. All have the generator 2. */
const primes: readonly (readonly [PkinitGroup, bigint])[] = [
  ['modp-2', primeOf('modp2')],
  ['modp-14', primeOf('modp14')],
  ['modp-16', primeOf('modp16')],
];
/** RFC 5349 4, RFC 5480 2.1.1.1. */
const curves: Readonly<Record<string, readonly [PkinitGroup, 'prime256v1' | 'secp384r1', number]>> = {
  '1.2.840.10045.3.1.7': ['p-256', 'prime256v1', 65],
  '1.3.132.0.34': ['p-384', 'secp384r1', 97],
};
function refused(holds: unknown, why: string): asserts holds {
  demand(holds, kdcError.dhParametersNotAccepted, why);
}

function modp(parameters: Node, key: Uint8Array, strict: boolean): ClientPublicValue {
  // DomainParameters, RFC 3279 2.3.3; q is not optional, and with the safe primes it is (p - 1) / 2.
  const [p, g, q] = tagged(parameters, 0x30).children.map((child) => (child.tag === 0x02 ? integer(child) : 0n));
  const [group] = primes.find(([, prime]) => prime === p) ?? [];
  refused(p !== undefined && g === 2n && group, 'p and g are of no group that RFC 4556 3.2.1 names');
  if (strict) refused(q === (p - 1n) / 2n, 'q is not (p - 1) / 2 (RFC 3279 2.3.3)');
  const y = integer(read(key));
  if (strict) refused(1n < y && y < p - 1n, 'y does not lie between 1 and p - 1 (RFC 4556 3.2.2)');
  return { group, p, g, y };
}
function curve(parameters: Node, point: Uint8Array): ClientPublicValue {
  const [group, name, length] = curves[identifier(parameters)] ?? [];
  refused(group && name && length, 'the curve is none that RFC 5349 4 names');
  refused(point[0] === 4 && point.length === length, 'the point is not an uncompressed one, bare in the bit string (RFC 5349 4)');
  try {
    ECDH.convertKey(point, name);
  } catch {
    refused(false, 'the point does not lie on the curve');
  }
  return { group, curve: name, point };
}
/** @param accepted groups in the order the KDC prefers them */
export function readClientPublicValue(spki: Node, accepted: readonly PkinitGroup[], strict: boolean): ClientPublicValue {
  const { algorithm, parameters, key } = publicKeyInfo(spki);
  refused(parameters, 'the public value has no parameters');
  refused(algorithm === DH_PUBLIC_NUMBER || algorithm === EC_PUBLIC_KEY, `the public value is a key of ${algorithm}`);
  const value = algorithm === DH_PUBLIC_NUMBER ? modp(parameters, key, strict) : curve(parameters, key);
  refused(accepted.includes(value.group), `group ${value.group} is not accepted`);
  return value;
}
