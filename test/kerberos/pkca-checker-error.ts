/** Error codes with which a KDC refuses an AS-REQ: RFC 4120 7.5.9, RFC 4556 3.1.3, RFC 6113, RFC 8636. */
export const kdcError = {
  badVersion: 3,
  clientUnknown: 6,
  serverUnknown: 7,
  policy: 12,
  badOption: 13,
  etypeNotSupported: 14,
  padataTypeNotSupported: 16,
  clientRevoked: 18,
  preauthFailed: 24,
  preauthRequired: 25,
  repeat: 34,
  skew: 37,
  messageType: 40,
  modified: 41,
  generic: 60,
  clientNotTrusted: 62,
  invalidSignature: 64,
  dhParametersNotAccepted: 65,
  certificateMismatch: 66,
  wrongRealm: 68,
  cannotVerifyCertificate: 70,
  invalidCertificate: 71,
  revocationStatusUnknown: 73,
  clientNameMismatch: 75,
  inconsistentKeyPurpose: 77,
  checksumMustBeIncluded: 79,
  digestNotAccepted: 80,
  preauthExpired: 90,
  noAcceptableKdf: 100,
} as const;

/** A refusal: the code the domain controller answers with, and the rule that was broken. */
export class Refusal extends Error {
  readonly code: number;
  constructor(code: number, why: string) {
    super(why);
    this.code = code;
  }
}
export function demand(holds: unknown, code: number, why: string): asserts holds {
  if (!holds) throw new Refusal(code, why);
}
