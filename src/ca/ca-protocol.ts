import type { Value } from '../wire/codec.ts';
import { choice, context, implicit, octetString, optional, sequence, sequenceOf } from '../wire/der.ts';
import { boolean, enumerated, int32, nothing } from '../wire/der-primitives.ts';
import { utf8String } from '../wire/der-strings.ts';
import { generalizedTime } from '../wire/der-time.ts';

/**
 * What is said on the CA process's socket, as DER: the strict decoder refuses whatever is not exactly this, so that a field
 * more, a field twice or bytes left over never reach the CA.
 */
const issue = sequence({
  cardId: utf8String,
  account: utf8String,
  userPrincipalName: utf8String,
  sid: utf8String,
  subjectPublicKeyInfo: octetString,
  /** Seconds. */
  lifetime: int32,
});
const revoke = sequence({
  serialNumber: octetString,
  /** CRLReason. */
  reason: enumerated,
});
export const caRequest = choice({
  issue: context(0, issue),
  revoke: context(1, revoke),
  /** TRUE makes a new CRL first. */
  crl: context(2, boolean),
  describe: context(3, nothing),
});
export type CaRequest = Value<typeof caRequest>;

const faults = sequenceOf(sequence({ lint: utf8String, reason: utf8String, source: utf8String }));
const description = sequence({
  subject: utf8String,
  keyId: octetString,
  notAfter: generalizedTime,
  lab: boolean,
  /** Seconds. */
  maxLifetime: int32,
  upnSuffixes: sequenceOf(utf8String),
  refusedSids: int32,
  crlUrls: sequenceOf(utf8String),
  exceptedSids: sequenceOf(utf8String),
  /** Why the list of refused SIDs lets nobody be certified now; absent when it can be used, or a lab CA has none. */
  refusedSidListFault: optional(implicit(0, utf8String)),
});
/** Answers come in the order of the requests. */
export const caReply = choice({
  issued: context(0, sequence({ certificate: octetString, serialNumber: octetString, notAfter: generalizedTime })),
  revoked: context(1, sequence({ crlNumber: int32 })),
  crl: context(2, octetString),
  description: context(3, description),
  /** A rule said no: each fault on its own. */
  refused: context(4, faults),
  /** The CA could not: code, one clause, next step. */
  failed: context(5, sequence({ code: utf8String, message: utf8String, next: optional(implicit(0, utf8String)) })),
});
export type CaReply = Value<typeof caReply>;
export type CaDescription = Value<typeof description>;

/** Requests are small; replies carry at most a CRL. Octets. */
export const LONGEST_REQUEST = 16 * 1024;
export const LONGEST_REPLY = 16 * 1024 * 1024;
/** Milliseconds within which a message that has begun must be whole, and a caller's wait for its answer. */
export const MESSAGE_PATIENCE = 5000;
export const REPLY_PATIENCE = 15_000;
