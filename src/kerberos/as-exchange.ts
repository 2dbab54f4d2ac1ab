import { keyAgreement, secretLength } from '../crypto/key-agreement.ts';
import type { SecretReading } from '../crypto/pkinit-key.ts';
import { encode } from '../wire/codec.ts';
import { ask, type Conversation, type DigestName, type Instant } from '../wire/conversation.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type Attempt, firstAttempt, hinted, isPreauthRequired, recovery } from './as-recovery.ts';
import { clientPublicValue } from './client-public-value.ts';
import type { Credential } from './credential.ts';
import { grantedTicket } from './granted-ticket.ts';
import { type KdcAnswer, readKdcAnswer } from './kdc-answer.ts';
import { asRep, type KdcRep } from './kdc-reply.ts';
import { asReq, KERBEROS_VERSION, kdcReqBody, messageType } from './kdc-request.ts';
import { kerberosFlag } from './kerberos-primitives.ts';
import type { KrbError } from './krb-error.ts';
import { newNonce } from './nonce.ts';
import { type PaData, pacRequest, paDataOf, paType } from './pa-data.ts';
import { openReply } from './pkinit-reply.ts';
import { pkinitRequest } from './pkinit-request.ts';
import { nameType, type PrincipalName, ticketGrantingService } from './principal-name.ts';
import type { RealmProfile } from './realm-profile.ts';

export interface AsQuestion {
  /** NT-ENTERPRISE `user@suffix`, or NT-PRINCIPAL with the sAMAccountName. */
  readonly client: PrincipalName;
  readonly realm: string;
  /** The card's, then those above it up to but without the anchor; DER. */
  readonly certificates: readonly Uint8Array[];
  /** Seconds from the KDC's now to the `till` that is asked for. */
  readonly lifetime: number;
  readonly profile: (realm: string) => RealmProfile;
}
/** How it went, for people and figures; nothing secret. */
export interface AsFacts {
  readonly realm: string;
  readonly group: Attempt['group'];
  readonly digest: DigestName;
  /** Object identifier of the KDC's choice (RFC 8636); without one, the derivation of RFC 4556. */
  readonly kdf: string | undefined;
  readonly reading: SecretReading['name'] | undefined;
  readonly etype: number | undefined;
  readonly exchanges: number;
  readonly signatures: number;
  /** Seconds that the KDC's clock was found to be ahead. */
  readonly skew: number;
  readonly host: string | undefined;
}
export type AsOutcome =
  | { readonly ok: true; readonly credential: Credential; readonly facts: AsFacts }
  | { readonly ok: false; readonly error: KrbError; readonly facts: AsFacts };

/** By the card, in one logon: the first, and one for each thing that a KDC may want otherwise. */
const MOST_SIGNATURES = 8;

/** What is counted, and learned on the way. */
interface Progress {
  exchanges: number;
  signatures: number;
  host: string | undefined;
  kdf: string | undefined;
  reading: SecretReading['name'] | undefined;
  etype: number | undefined;
}
const nothingYet = (): Progress => {
  return { exchanges: 0, signatures: 0, host: undefined, kdf: undefined, reading: undefined, etype: undefined };
};
type Answered = KdcAnswer<KdcRep>;

function* exchange(attempt: Attempt, progress: Progress, bytes: Uint8Array): Conversation<Answered> {
  const { realm, another } = attempt;
  const question = { do: 'exchange', realm, bytes } as const;
  const answer = yield* ask<'exchange'>(another ? { ...question, another } : question);
  progress.exchanges++;
  progress.host = answer.host;
  return readKdcAnswer(answer.bytes, asRep, messageType.asRep);
}
function request(body: Uint8Array, padata: readonly PaData[]): Uint8Array {
  return encode(asReq, { pvno: KERBEROS_VERSION, msgType: messageType.asReq, padata: [...padata], reqBody: body });
}
const withPac: PaData = { padataType: paType.pacRequest, padataValue: encode(pacRequest, { includePac: true }) };
const wantFreshness: PaData = { padataType: paType.asFreshness, padataValue: new Uint8Array() };

/** The KDC's time, by what is known of its clock. */
function* kdcTime({ skew }: Attempt): Conversation<Instant> {
  const { seconds, microseconds } = yield* ask<'time'>({ do: 'time' });
  return { seconds: seconds + skew, microseconds };
}
function bodyOf(question: AsQuestion, attempt: Attempt, nonce: number, now: UnixSeconds, encryptionTypes: readonly number[]) {
  return encode(kdcReqBody, {
    kdcOptions: kerberosFlag.canonicalize,
    cname: question.client,
    realm: attempt.realm,
    sname: ticketGrantingService(attempt.realm),
    till: now + question.lifetime,
    nonce,
    etype: [...encryptionTypes],
  });
}
/** The first request shows no certificate: it asks what the KDC wants, and for a freshness token (RFC 8070 3). */
function* learnHints(question: AsQuestion, attempt: Attempt, progress: Progress): Conversation<KrbError> {
  const { encryptionTypes } = question.profile(attempt.realm);
  const { seconds } = yield* kdcTime(attempt);
  const body = bodyOf(question, attempt, yield* newNonce(), seconds, encryptionTypes);
  const answer = yield* exchange(attempt, progress, request(body, [wantFreshness, withPac]));
  if (answer.kind === 'error') return answer.error;
  throw new MayflyError('kdc-reply', 'the KDC granted a ticket without pre-authentication');
}
/** Nobody: whatever a KDC says of it, it says its time. */
const nobody: PrincipalName = { nameType: nameType.principal, nameString: ['mayfly-doctor'] };
/**
 * Seconds that the clock of a realm's KDC is ahead of ours, by what it says to a request that shows no certificate.
 * @throws MayflyError `kdc-…`
 */
export function* kdcSkew(realm: string, profile: AsQuestion['profile']): Conversation<number> {
  const attempt = firstAttempt({ ...profile(realm), realm });
  const progress = nothingYet();
  const before = yield* ask<'time'>({ do: 'time' });
  const question = { client: nobody, realm, certificates: [], lifetime: 300, profile };
  const { stime, susec } = yield* learnHints(question, attempt, progress);
  const after = yield* ask<'time'>({ do: 'time' });
  return stime + susec / 1e6 - (secondsOf(before) + secondsOf(after)) / 2;
}
const secondsOf = ({ seconds, microseconds }: Instant): number => seconds + microseconds / 1e6;
type AttemptOutcome = Credential | { readonly error: KrbError };

function* tryOnce(
  question: AsQuestion,
  attempt: Attempt,
  hints: readonly PaData[],
  progress: Progress,
): Conversation<AttemptOutcome> {
  const { realm, group, digest } = attempt;
  const profile = { ...question.profile(realm), realm };
  const { encryptionTypes } = profile;
  const instant = yield* kdcTime(attempt);
  const nonce = yield* newNonce();
  const body = bodyOf(question, attempt, nonce, instant.seconds, encryptionTypes);
  const clientDhNonce = profile.clientDhNonce ? yield* ask<'random'>({ do: 'random', length: 32 }) : undefined;
  const agreement = keyAgreement(group, yield* ask<'random'>({ do: 'random', length: secretLength(group) }));
  try {
    progress.signatures++;
    const pkAsReq = yield* pkinitRequest({
      body,
      instant,
      // The same in both places: MIT's KDC repeats that of the body where RFC 4556 3.2.3 means this one.
      nonce,
      freshnessToken: paDataOf(hints, paType.asFreshness),
      clientDhNonce,
      clientPublicValue: clientPublicValue(group, agreement.publicValue),
      supportedKdfs: profile.supportedKdfs,
      digest,
      certificates: question.certificates,
    });
    const cookies = hints.filter(({ padataType }) => padataType === paType.fxCookie);
    const bytes = request(body, [{ padataType: paType.pkAsReq, padataValue: pkAsReq }, withPac, ...cookies]);
    const answer = yield* exchange(attempt, progress, bytes);
    if (answer.kind === 'error') return { error: answer.error };
    const { reply } = answer;
    const { host } = progress;
    const client = { realm, name: question.client };
    const server = { realm, name: ticketGrantingService(realm) };
    const { seconds: time } = instant;
    const opened = yield* openReply(
      { profile, host, group, agreement, nonce, clientDhNonce, client, server, asReq: bytes, time },
      reply,
    );
    const till = time + question.lifetime;
    try {
      const granted = grantedTicket(reply, opened.plaintext, {
        realm,
        nonce,
        time,
        till,
        encryptionTypes,
      });
      Object.assign(progress, { kdf: opened.kdf, reading: opened.reading, etype: reply.encPart.etype });
      return granted;
    } finally {
      opened.plaintext.fill(0);
    }
  } finally {
    agreement.destroy();
  }
}
/**
 * A ticket-granting ticket by PKINIT with the card's key: RFC 4556 with Diffie-Hellman alone, the checksums of [MS-PKCA], freshness
 * (RFC 8070), enterprise names and referrals (RFC 6806). What the KDC says is an outcome; a reply that cannot be trusted throws.
 * Besides the ticket's session key nothing secret outlives it.
 * @throws MayflyError `kdc-…`
 */
export function* asExchange(question: AsQuestion): Conversation<AsOutcome> {
  const progress = nothingYet();
  let attempt = firstAttempt({ ...question.profile(question.realm), realm: question.realm });
  let refused: KrbError | undefined;
  for (;;) {
    const { realm, group, digest, skew } = attempt;
    const facts = (): AsFacts => ({ realm, group, digest, skew, ...progress });
    let error: KrbError;
    try {
      if (attempt.hints) {
        // Errors are nobody's word: whoever forges them does not have the card sign for ever.
        if (refused && progress.signatures === MOST_SIGNATURES) return { ok: false, error: refused, facts: facts() };
        const outcome = yield* tryOnce(question, attempt, attempt.hints, progress);
        if (!('error' in outcome)) return { ok: true, credential: outcome, facts: facts() };
        ({ error } = outcome);
      } else {
        error = yield* learnHints(question, attempt, progress);
        if (isPreauthRequired(error)) {
          attempt = hinted(attempt, error);
          continue;
        }
      }
    } catch (e) {
      // There was no other KDC to ask: what the first one said stands.
      if (refused && attempt.another && e instanceof MayflyError && (e.code === 'kdc-unreachable' || e.code === 'kdc-timeout'))
        return { ok: false, error: refused, facts: facts() };
      throw e;
    }
    const { seconds } = yield* ask<'time'>({ do: 'time' });
    const next = recovery(error, attempt, seconds, question.profile);
    if (!next) return { ok: false, error, facts: facts() };
    refused = error;
    attempt = next;
  }
}
