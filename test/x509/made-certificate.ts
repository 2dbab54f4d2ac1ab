import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { encode } from '../../src/wire/codec.ts';
import { any, context, type Der, defaulted, implicit, optional, sequence, sequenceOf, setOf } from '../../src/wire/der.ts';
import { bitString, boolean, int32, nothing, objectIdentifier, unsignedInteger } from '../../src/wire/der-primitives.ts';
import { ia5String, utf8String } from '../../src/wire/der-strings.ts';
import { time, type UnixSeconds } from '../../src/wire/der-time.ts';
import {
  authorityKeyIdentifier,
  type EncodedExtension,
  encodeExtension,
  keyUsage,
  subjectKeyIdentifier,
} from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { algorithmIdentifier, keyIdentifier } from '../../src/x509/public-key.ts';

/** The middle of everything that is made here: 2030-03-17. */
export const now: UnixSeconds = 1_900_000_000;
export const DAY = 86_400;

export interface MadeKey {
  readonly privateKey: KeyObject;
  readonly spki: Uint8Array;
}
const madeKey = (privateKey: KeyObject): MadeKey => ({
  privateKey,
  spki: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })),
});
export const ecKey = (namedCurve = 'P-256'): MadeKey => madeKey(generateKeyPairSync('ec', { namedCurve }).privateKey);
export const rsaKey = (modulusLength = 2048): MadeKey => madeKey(generateKeyPairSync('rsa', { modulusLength }).privateKey);

type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5';
const identifiers: Record<string, Record<Hash, string>> = {
  rsa: {
    sha1: oid.sha1WithRSAEncryption,
    sha256: oid.sha256WithRSAEncryption,
    sha384: oid.sha384WithRSAEncryption,
    sha512: oid.sha512WithRSAEncryption,
    md5: '1.2.840.113549.1.1.4',
  },
  ec: {
    sha1: oid.ecdsaWithSHA1,
    sha256: oid.ecdsaWithSHA256,
    sha384: oid.ecdsaWithSHA384,
    sha512: oid.ecdsaWithSHA512,
    md5: '1.2.3',
  },
};
const NULL = encode(nothing, null);
const pss = encode(
  sequence({
    hash: context(0, algorithmIdentifier),
    mask: context(1, sequence({ algorithm: objectIdentifier, parameters: algorithmIdentifier })),
    salt: context(2, int32),
  }),
  {
    hash: { algorithm: oid.sha256, parameters: NULL },
    mask: { algorithm: oid.mgf1, parameters: { algorithm: oid.sha256, parameters: NULL } },
    salt: 32,
  },
);
export interface Signing {
  readonly key: MadeKey;
  readonly hash?: Hash;
  readonly pss?: boolean;
}
function signed(
  tbsWith: (algorithm: Uint8Array) => Uint8Array,
  { key, hash = 'sha256', pss: asPss = false }: Signing,
): Uint8Array {
  const type = key.privateKey.asymmetricKeyType ?? '';
  const algorithm = asPss
    ? encode(algorithmIdentifier, { algorithm: oid.rsassaPss, parameters: pss })
    : encode(algorithmIdentifier, {
        algorithm: identifiers[type]?.[hash] ?? '',
        ...(type === 'rsa' ? { parameters: NULL } : {}),
      });
  const tbs = tbsWith(algorithm);
  const padding = asPss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  const signature = new Uint8Array(sign(hash, tbs, { key: key.privateKey, ...padding }));
  return encode(sequence({ tbs: any, algorithm: any, signature: bitString }), { tbs, algorithm, signature });
}

const attribute = sequence({ type: objectIdentifier, value: utf8String });
export const nameOf = (commonName: string): Uint8Array =>
  encode(sequenceOf(setOf(attribute)), [[{ type: oid.commonName, value: commonName }]]);

export interface MadeCertificate {
  readonly der: Uint8Array;
  readonly subject: Uint8Array;
  readonly key: MadeKey;
}
export interface CertificatePlan {
  readonly subject: string;
  readonly key: MadeKey;
  /** Absent: self-signed. */
  readonly issuer?: { readonly subject: Uint8Array; readonly key: MadeKey } | undefined;
  readonly signing?: Partial<Signing>;
  readonly serialNumber?: number;
  readonly notBefore?: UnixSeconds;
  readonly notAfter?: UnixSeconds;
  readonly extensions: readonly EncodedExtension[];
}
const tbsCertificate = sequence({
  version: context(0, int32),
  serialNumber: unsignedInteger,
  signature: any,
  issuer: any,
  validity: sequence({ notBefore: time, notAfter: time }),
  subject: any,
  subjectPublicKeyInfo: any,
  extensions: context(3, sequenceOf(any)),
});
const serial = (n: number) => Uint8Array.of((n >> 8) & 0xff, n & 0xff);
let serials = 256;

export function makeCertificate(plan: CertificatePlan): MadeCertificate {
  const subject = nameOf(plan.subject);
  const issuer = plan.issuer ?? { subject, key: plan.key };
  const serialNumber = serial(plan.serialNumber ?? serials++);
  const own = [...plan.extensions, subjectKeyIdentifier(keyIdentifier(plan.key.spki))];
  if (plan.issuer) own.push(authorityKeyIdentifier(keyIdentifier(issuer.key.spki)));
  const tbs = (signature: Uint8Array) =>
    encode(tbsCertificate, {
      version: 2,
      serialNumber,
      signature,
      issuer: issuer.subject,
      validity: { notBefore: plan.notBefore ?? now - DAY, notAfter: plan.notAfter ?? now + DAY },
      subject,
      subjectPublicKeyInfo: plan.key.spki,
      extensions: own.map(encodeExtension),
    });
  return { der: signed(tbs, { key: issuer.key, ...plan.signing }), subject, key: plan.key };
}

/** An extension of any type, as a fixture needs it. */
export const made = <T>(id: string, type: Der<T>, value: T, critical = false): EncodedExtension => ({
  id,
  critical,
  value: encode(type, value),
});
const constraints = sequence({ cA: defaulted(boolean, false), pathLenConstraint: optional(int32) });
export const caExtensions = (pathLenConstraint?: number, usage: readonly number[] = [5, 6]): EncodedExtension[] => [
  made(oid.basicConstraints, constraints, { cA: true, pathLenConstraint }, true),
  keyUsage(...usage),
];
export const endEntity = (): EncodedExtension => made(oid.basicConstraints, constraints, { cA: false }, true);
export const dNSNames = (...names: readonly string[]): EncodedExtension =>
  made(oid.subjectAltName, sequenceOf(implicit(2, ia5String)), [...names]);

export interface CrlPlan {
  readonly issuer: { readonly subject: Uint8Array; readonly key: MadeKey };
  readonly signing?: Partial<Signing>;
  readonly thisUpdate?: UnixSeconds;
  readonly nextUpdate?: UnixSeconds | undefined;
  readonly revoked?: readonly number[];
  readonly extensions?: readonly EncodedExtension[];
  readonly entryExtensions?: readonly EncodedExtension[];
}
const tbsCertList = sequence({
  version: int32,
  signature: any,
  issuer: any,
  thisUpdate: time,
  nextUpdate: optional(time),
  revoked: optional(sequenceOf(sequence({ serialNumber: unsignedInteger, date: time, extensions: optional(sequenceOf(any)) }))),
  extensions: context(0, sequenceOf(any)),
});
export function makeCrl({ issuer, revoked = [], extensions = [], entryExtensions = [], ...plan }: CrlPlan): Uint8Array {
  const all = [authorityKeyIdentifier(keyIdentifier(issuer.key.spki)), made(oid.cRLNumber, int32, 1), ...extensions];
  const entry = entryExtensions.length > 0 ? { extensions: entryExtensions.map(encodeExtension) } : {};
  const tbs = (signature: Uint8Array) =>
    encode(tbsCertList, {
      version: 1,
      signature,
      issuer: issuer.subject,
      thisUpdate: plan.thisUpdate ?? now - DAY,
      nextUpdate: 'nextUpdate' in plan ? plan.nextUpdate : now + DAY,
      revoked: revoked.length > 0 ? revoked.map((n) => ({ serialNumber: serial(n), date: now - DAY, ...entry })) : undefined,
      extensions: all.map(encodeExtension),
    });
  return signed(tbs, { key: issuer.key, ...plan.signing });
}
