import { createECDH, createHash, randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';
import type { ClientPublicValue } from './pkca-checker-group.ts';

/** Modular exponentiation, square and multiply. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
const octetsOf = (n: bigint, length: number) => new Uint8Array(Buffer.from(n.toString(16).padStart(2 * length, '0'), 'hex'));
const bigOf = (octets: Uint8Array) => BigInt(`0x${Buffer.from(octets).toString('hex')}`);
const derOf = (block: asn1js.AsnType) => new Uint8Array(block.toBER());
export const integerOf = (n: bigint): Uint8Array => derOf(asn1js.Integer.fromBigInt(n));

/** The KDC's half of the agreement. */
export interface Agreed {
  /** What stands in the BIT STRING of KDCDHKeyInfo. */
  readonly subjectPublicKey: Uint8Array;
  /** As long as p, or as a coordinate of the curve. */
  readonly secret: Uint8Array;
}
/** How many octets of a secret are zero before the first that is not. */
export const leadingZeros = (secret: Uint8Array): number =>
  Math.max(
    0,
    secret.findIndex((octet) => octet !== 0),
  );
const MOST_TRIES = 1_000_000;

/**
 * The KDC's private value is random, and then counted up until the secret begins with exactly `zeros` zero octets: each step costs
 * one multiplication, about 256 to the power of `zeros` of them are needed.
 */
export function agree(client: ClientPublicValue, zeros?: number): Agreed {
  return 'p' in client ? agreeModp(client, zeros) : agreeOnCurve(client, zeros);
}
function agreeModp({ p, g, y }: Extract<ClientPublicValue, { p: bigint }>, zeros: number | undefined): Agreed {
  const length = Math.ceil(p.toString(16).length / 2);
  let exponent = bigOf(randomBytes(32));
  let shared = power(y, exponent, p);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const secret = octetsOf(shared, length);
    if (zeros === undefined || leadingZeros(secret) === zeros)
      return { subjectPublicKey: integerOf(power(g, exponent, p)), secret };
    exponent += 1n;
    shared = (shared * y) % p;
  }
  throw new Error(`no secret with ${zeros ?? ''} leading zeros found`);
}
function agreeOnCurve({ curve, point }: Extract<ClientPublicValue, { point: Uint8Array }>, zeros: number | undefined): Agreed {
  const ecdh = createECDH(curve);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const subjectPublicKey = new Uint8Array(ecdh.generateKeys());
    const secret = new Uint8Array(ecdh.computeSecret(point));
    if (zeros === undefined || leadingZeros(secret) === zeros) return { subjectPublicKey, secret };
  }
  throw new Error(`no secret with ${zeros ?? ''} leading zeros found`);
}

/** How a KDC understands the number: RFC 4556 3.2.3.1, Heimdal's two ways. */
export type Reading = 'padded' | 'cut' | 'stripped';
export function read(secret: Uint8Array, reading: Reading): Uint8Array {
  const zeros = leadingZeros(secret);
  if (reading === 'cut') return secret.subarray(0, secret.length - zeros);
  return reading === 'stripped' ? secret.subarray(zeros) : secret;
}

/** KDFs of RFC 8636 3.1 by the last arc of their identifiers. */
export const kdfs = {
  '1.3.6.1.5.2.3.6.1': 'sha1',
  '1.3.6.1.5.2.3.6.2': 'sha256',
  '1.3.6.1.5.2.3.6.3': 'sha512',
  '1.3.6.1.5.2.3.6.4': 'sha384',
} as const;
export type KdfId = keyof typeof kdfs;

const tag = (n: number, ...value: asn1js.AsnType[]) =>
  new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: n }, value: value });
const list = (...value: asn1js.AsnType[]) => new asn1js.Sequence({ value: value });
const octetString = (valueHex: Uint8Array) => new asn1js.OctetString({ valueHex: Uint8Array.from(valueHex) });
const general = (value: string) => new asn1js.GeneralString({ value });

export interface NamedPrincipal {
  readonly realm: string;
  readonly type: number;
  readonly components: readonly string[];
}
/** KRB5PrincipalName, RFC 4556 3.2.2. */
const principal = ({ realm, type, components }: NamedPrincipal) =>
  derOf(
    list(
      tag(0, general(realm)),
      tag(1, list(tag(0, new asn1js.Integer({ value: type })), tag(1, list(...components.map(general))))),
    ),
  );
export interface DerivationInput {
  readonly kdf: string | undefined;
  /** Both, or none. */
  readonly nonces: readonly Uint8Array[];
  readonly length: number;
  readonly etype: number;
  readonly client: NamedPrincipal;
  readonly server: NamedPrincipal;
  readonly asReq: Uint8Array;
  readonly pkAsRep: Uint8Array;
}
/** The reply key, written apart from `src/`: octetstring2key of RFC 4556 3.2.3.1, or the key derivation of RFC 8636 5. */
export function deriveKey(secret: Uint8Array, input: DerivationInput): Uint8Array {
  const { kdf, length } = input;
  const blocks: Buffer[] = [];
  const digest = kdf === undefined ? 'sha1' : (Object.entries(kdfs).find(([id]) => id === kdf)?.[1] ?? 'sha256');
  const suppPubInfo = () =>
    derOf(
      list(
        tag(0, new asn1js.Integer({ value: input.etype })),
        tag(1, octetString(input.asReq)),
        tag(2, octetString(input.pkAsRep)),
      ),
    );
  const otherInfo =
    kdf === undefined
      ? undefined
      : derOf(
          list(
            list(new asn1js.ObjectIdentifier({ value: kdf })),
            tag(0, octetString(principal(input.client))),
            tag(1, octetString(principal(input.server))),
            tag(2, octetString(suppPubInfo())),
          ),
        );
  for (let round = 0; Buffer.concat(blocks).length < length; round++) {
    const counter = otherInfo ? Uint8Array.of(0, 0, 0, round + 1) : Uint8Array.of(round);
    const hash = createHash(digest).update(counter).update(secret);
    for (const part of otherInfo ? [otherInfo] : input.nonces) hash.update(part);
    blocks.push(hash.digest());
  }
  return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
}
