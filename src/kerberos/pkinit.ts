import type { Value } from '../wire/codec.ts';
import { any, choice, context, extensible, implicit, octetString, optional, raw, sequence, sequenceOf } from '../wire/der.ts';
import { bitString, int32, objectIdentifier, unsignedInteger } from '../wire/der-primitives.ts';
import { generalizedTime } from '../wire/der-time.ts';
import { algorithmIdentifier } from '../x509/public-key.ts';
import { uint32 } from './kerberos-primitives.ts';

/** Identifiers of Diffie-Hellman keys and of key derivation: RFC 3279 2.3.3, RFC 8636 3.1. */
export const pkinitOid = {
  dhPublicNumber: '1.2.840.10046.2.1',
  kdfSha1: '1.3.6.1.5.2.3.6.1',
  kdfSha256: '1.3.6.1.5.2.3.6.2',
  kdfSha512: '1.3.6.1.5.2.3.6.3',
  kdfSha384: '1.3.6.1.5.2.3.6.4',
} as const;

/** PAChecksum2, [MS-PKCA] 2.2.3. */
export const paChecksum2 = sequence({ checksum: context(0, octetString), algorithmIdentifier: context(1, algorithmIdentifier) });
/** PKAuthenticator, RFC 4556 3.2.1, RFC 8070 4, [MS-PKCA] 2.2.3. */
export const pkAuthenticator = extensible({
  cusec: context(0, int32),
  ctime: context(1, generalizedTime),
  nonce: context(2, uint32),
  paChecksum: optional(context(3, octetString)),
  freshnessToken: optional(context(4, octetString)),
  paChecksum2: optional(context(5, paChecksum2)),
});
/** KDFAlgorithmId, RFC 8636 5. */
export const kdfAlgorithmId = extensible({ kdfId: context(0, objectIdentifier) });
/** AuthPack, RFC 4556 3.2.1 and RFC 8636 5. */
export const authPack = extensible({
  pkAuthenticator: context(0, pkAuthenticator),
  clientPublicValue: optional(context(1, raw(0x30))),
  supportedCmsTypes: optional(context(2, sequenceOf(algorithmIdentifier, 32))),
  clientDhNonce: optional(context(3, octetString)),
  supportedKdfs: optional(context(4, sequenceOf(kdfAlgorithmId, 16))),
});
/** PA-PK-AS-REQ, RFC 4556 3.2.1; the ContentInfo stands in an implicitly tagged OCTET STRING. */
export const paPkAsReq = extensible({
  signedAuthPack: implicit(0, octetString),
  trustedCertifiers: optional(context(1, sequenceOf(any, 64))),
  kdcPkId: optional(implicit(2, octetString)),
});
/** DHRepInfo, RFC 4556 3.2.3 and RFC 8636 5. */
export const dhRepInfo = extensible({
  dhSignedData: implicit(0, octetString),
  serverDhNonce: optional(context(1, octetString)),
  kdf: optional(context(2, kdfAlgorithmId)),
});
/** PA-PK-AS-REP, RFC 4556 3.2.3. */
export const paPkAsRep = choice({ dhInfo: context(0, dhRepInfo), encKeyPack: implicit(1, octetString) });
/** KDCDHKeyInfo, RFC 4556 3.2.3. */
export const kdcDhKeyInfo = extensible({
  subjectPublicKey: context(0, bitString),
  nonce: context(1, uint32),
  dhKeyExpiration: optional(context(2, generalizedTime)),
});
/** DomainParameters of Diffie-Hellman, RFC 3279 2.3.3. */
export const domainParameters = sequence({
  p: unsignedInteger,
  g: unsignedInteger,
  q: optional(unsignedInteger),
  j: optional(unsignedInteger),
  validationParms: optional(raw(0x30)),
});
/** TD-DH-PARAMETERS and TD-CMS-DIGEST-ALGORITHMS: what the KDC would take, best first. RFC 4556 3.1.3, RFC 8636 4. */
export const algorithmIdentifiers = sequenceOf(algorithmIdentifier, 32);

/** OtherInfo, RFC 8636 5: what goes into the key derivation beside the secret. */
export const otherInfo = sequence({
  algorithmId: algorithmIdentifier,
  partyUInfo: context(0, octetString),
  partyVInfo: context(1, octetString),
  suppPubInfo: optional(context(2, octetString)),
});
/** PkinitSuppPubInfo, RFC 8636 5. */
export const pkinitSuppPubInfo = extensible({
  enctype: context(0, int32),
  asReq: context(1, octetString),
  pkAsRep: context(2, octetString),
});
export type AuthPack = Value<typeof authPack>;
