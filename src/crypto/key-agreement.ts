import { createECDH, createPrivateKey, createPublicKey, diffieHellman, getDiffieHellman, type KeyObject } from 'node:crypto';
import { decode, encode, type Value } from '../wire/codec.ts';
import { octetString, sequence } from '../wire/der.ts';
import { bitString, int32, objectIdentifier, unsignedInteger } from '../wire/der-primitives.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

/** MODP groups 14 and 16 of RFC 3526; P-256 of FIPS 186. Smaller ones do not exist here. */
export type KeyAgreementGroup = 'modp-14' | 'modp-16' | 'p-256';

/** Magnitudes; `q` is (p - 1) / 2, since the primes are safe ones. */
export interface ModpParameters {
  readonly p: Uint8Array;
  readonly g: Uint8Array;
  readonly q: Uint8Array;
}
function parametersOf(node: string): ModpParameters {
  const p = new Uint8Array(getDiffieHellman(node).getPrime());
  const q = p.map((octet, i) => (octet >> 1) | (((p[i - 1] ?? 0) & 1) << 7));
  return { p, g: Uint8Array.of(2), q };
}
interface Group {
  /** Octets of the secret exponent: twice the group's strength at least (RFC 3526 8). */
  readonly secretLength: number;
  readonly modp: ModpParameters | undefined;
}
const groups: Readonly<Record<KeyAgreementGroup, Group>> = {
  'modp-14': { secretLength: 32, modp: parametersOf('modp14') },
  'modp-16': { secretLength: 48, modp: parametersOf('modp16') },
  'p-256': { secretLength: 32, modp: undefined },
};
export const keyAgreementGroups: readonly KeyAgreementGroup[] = ['modp-14', 'modp-16', 'p-256'];
export const secretLength = (group: KeyAgreementGroup): number => groups[group].secretLength;
/** `undefined` for the elliptic curve. */
export const modpParameters = (group: KeyAgreementGroup): ModpParameters | undefined => groups[group].modp;

/** One side of a Diffie-Hellman exchange. */
export interface KeyAgreement {
  /** The magnitude of y as long as p, or the uncompressed point. */
  readonly publicValue: Uint8Array;
  /**
   * The shared secret, left-padded to the length of p (RFC 4556 3.2.3.1) or the x coordinate (RFC 5349 3), for the caller to wipe;
   * `undefined` when the peer's value is none of the group: not within 2 to p - 2, not on the curve.
   */
  agree(peer: Uint8Array): Uint8Array | undefined;
  /** Agrees no more; OpenSSL clears the exponent when the garbage collector comes to it. */
  destroy(): void;
}

/** dhKeyAgreement of PKCS #3, the form in which OpenSSL reads Diffie-Hellman keys. */
const DH_KEY_AGREEMENT = '1.2.840.113549.1.3.1';
const algorithm = sequence({
  algorithm: objectIdentifier,
  parameters: sequence({ p: unsignedInteger, g: unsignedInteger }),
});
const privateKeyInfo = sequence({ version: int32, algorithm, privateKey: octetString });
const publicKeyInfo = sequence({ algorithm, subjectPublicKey: bitString });

const leftPadded = (octets: Uint8Array, length: number) => {
  const padded = new Uint8Array(length);
  padded.set(octets, length - octets.length);
  return padded;
};
/** A copy that is ours in place of one that is Node's, which is wiped. */
const taken = (octets: Buffer, length: number) => {
  const own = leftPadded(octets, length);
  octets.fill(0);
  return own;
};
type Algorithm = Value<typeof algorithm>;
/**
 * The exponent is put into DER written for another of its length and sign, so that no copy of it stays with the writer. The one
 * OpenSSL makes of what it reads is freed, not cleared: a hardened process overwrites what is freed.
 */
function privateKeyOf(asked: Algorithm, secret: Uint8Array): KeyObject {
  const start = secret.findIndex((octet) => octet !== 0);
  if (start < 0) throw new MayflyError('key-agreement-secret', 'the secret is zero');
  const magnitude = secret.subarray(start);
  const other = new Uint8Array(magnitude.length).fill((magnitude[0] ?? 0) | 1);
  const info = encode(privateKeyInfo, { version: 0, algorithm: asked, privateKey: encode(unsignedInteger, other) });
  info.set(magnitude, info.length - magnitude.length);
  try {
    return createPrivateKey({ key: Buffer.from(info.buffer, info.byteOffset, info.length), format: 'der', type: 'pkcs8' });
  } finally {
    info.fill(0);
  }
}
function modpAgreement({ p, g }: ModpParameters, secret: Uint8Array): KeyAgreement {
  const asked = { algorithm: DH_KEY_AGREEMENT, parameters: { p, g } };
  let privateKey: KeyObject | undefined = privateKeyOf(asked, secret);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const { subjectPublicKey } = decode(publicKeyInfo, spki);
  return {
    publicValue: leftPadded(decode(unsignedInteger, subjectPublicKey), p.length),
    agree(peer) {
      if (!privateKey || p.length < peer.length) return undefined;
      const key = encode(publicKeyInfo, { algorithm: asked, subjectPublicKey: encode(unsignedInteger, peer) });
      try {
        const publicKey = createPublicKey({ key: Buffer.from(key.buffer), format: 'der', type: 'spki' });
        return taken(diffieHellman({ privateKey, publicKey }), p.length);
      } catch {
        // OpenSSL holds the value to be 2 to p - 2 (SP 800-56A 5.6.2.3.1).
        return undefined;
      }
    },
    destroy() {
      privateKey = undefined;
    },
  };
}
function curveAgreement(secret: Uint8Array): KeyAgreement {
  let ecdh: ReturnType<typeof createECDH> | undefined = createECDH('prime256v1');
  try {
    ecdh.setPrivateKey(secret);
  } catch (cause) {
    // One in 2^32.
    throw new MayflyError('key-agreement-secret', 'the secret is zero or not below the order of the curve', { cause });
  }
  return {
    publicValue: new Uint8Array(ecdh.getPublicKey()),
    agree(peer) {
      try {
        return peer.length === 65 && peer[0] === 4 && ecdh ? taken(ecdh.computeSecret(peer), 32) : undefined;
      } catch {
        return undefined;
      }
    },
    destroy() {
      ecdh = undefined;
    },
  };
}
/** @param secret `secretLength(group)` fresh random octets; wiped here */
export function keyAgreement(group: KeyAgreementGroup, secret: Uint8Array): KeyAgreement {
  try {
    const { modp, secretLength: length } = groups[group];
    if (secret.length !== length) throw new MayflyError('key-agreement-secret', `the secret is not ${length} octets`);
    return modp ? modpAgreement(modp, secret) : curveAgreement(secret);
  } finally {
    secret.fill(0);
  }
}
