import { CONFOUNDER_LENGTH, decrypt, type EncryptionKey, encrypt, getMic } from '../crypto/encrypted-data.ts';
import { encryptionType } from '../crypto/encryption-type.ts';
import { encode } from '../wire/codec.ts';
import { ask, type Conversation, type Instant } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { apReq, authenticator } from './application-messages.ts';
import type { Credential } from './credential.ts';
import { type AskedService, grantedService } from './granted-ticket.ts';
import { readKdcAnswer } from './kdc-answer.ts';
import { type KdcRep, tgsRep } from './kdc-reply.ts';
import { KERBEROS_VERSION, kdcReqBody, messageType, tgsReq } from './kdc-request.ts';
import { kerberosFlag } from './kerberos-primitives.ts';
import { keyUsage } from './key-usage.ts';
import type { KrbError } from './krb-error.ts';
import { newNonce } from './nonce.ts';
import { type PaData, pacOptions, paType } from './pa-data.ts';
import { isSameName, type PrincipalName, shownRealm, ticketGrantingService } from './principal-name.ts';
import type { RealmProfile } from './realm-profile.ts';

export interface TgsQuestion {
  /** The ticket-granting ticket; its key stays the caller's. */
  readonly ticket: Credential;
  readonly service: PrincipalName;
  /** Where the service is known to be in another realm: its ticket-granting ticket is asked for first. */
  readonly serviceRealm?: string | undefined;
  /** Seconds from the KDC's now to the `till` that is asked for. */
  readonly lifetime: number;
  readonly profile: (realm: string) => RealmProfile;
  /** Seconds that the KDCs' clocks are ahead, as the AS exchange found. */
  readonly skew?: number;
}
export type TgsOutcome =
  /** `realms`: those whose KDCs were asked, in order. */
  | { readonly ok: true; readonly credential: Credential; readonly realms: readonly string[] }
  | { readonly ok: false; readonly error: KrbError; readonly realms: readonly string[] };

const SKEW = 37;
/** Whatever two clocks may differ by, RFC 4120 1.6. */
const CLOCK_SKEW = 300;
const MOST_REALMS = 10;

function* encrypted(key: EncryptionKey, usage: number, plaintext: Uint8Array) {
  const confounder = yield* ask<'random'>({ do: 'random', length: CONFOUNDER_LENGTH });
  return { etype: key.etype, cipher: encrypt(key, usage, plaintext, confounder) };
}
/** PA-TGS-REQ, RFC 4120 5.2.7.1 and 7.2.2: the ticket, and a fresh proof of its key that covers the body. */
function* paTgsReq(
  { client, key, ticket }: Credential,
  body: Uint8Array,
  { seconds, microseconds }: Instant,
): Conversation<PaData> {
  const cksumtype = encryptionType(key.etype)?.checksumType ?? 0;
  const proof = encode(authenticator, {
    authenticatorVno: KERBEROS_VERSION,
    crealm: client.realm,
    cname: client.name,
    cksum: { cksumtype, checksum: getMic(key, keyUsage.tgsReqChecksum, body) },
    cusec: microseconds,
    ctime: seconds,
  });
  const padataValue = encode(apReq, {
    pvno: KERBEROS_VERSION,
    msgType: messageType.apReq,
    apOptions: 0,
    ticket,
    authenticator: yield* encrypted(key, keyUsage.tgsReqAuthenticator, proof),
  });
  return { padataType: paType.tgsReq, padataValue };
}
/** Branch-aware: the client may be sent to another realm ([MS-KILE] 2.2.10). */
const branchAware: PaData = { padataType: paType.pacOptions, padataValue: encode(pacOptions, { flags: 0x4000_0000 }) };

interface Step {
  readonly ticket: Credential;
  readonly service: PrincipalName;
  readonly realm: string;
  readonly skew: number;
}
type StepOutcome = Credential | { readonly error: KrbError };

function granted(reply: KdcRep, { key }: Credential, asked: AskedService): Credential {
  if (reply.encPart.etype !== key.etype)
    throw new MayflyError('kdc-encryption-type', `the KDC encrypted with type ${reply.encPart.etype}, not the ticket's`);
  const plaintext = decrypt(key, keyUsage.tgsRepEncPartSessionKey, reply.encPart.cipher);
  if (!plaintext) throw new MayflyError('kdc-decrypt', "the KDC's reply does not decrypt under the ticket's key");
  try {
    return grantedService(reply, plaintext, asked);
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause;
    throw new MayflyError('kdc-reply', "the KDC's reply cannot be read", { cause });
  } finally {
    plaintext.fill(0);
  }
}
function* askOnce(step: Step, question: TgsQuestion): Conversation<StepOutcome> {
  const { ticket, service, realm, skew } = step;
  const { encryptionTypes } = question.profile(realm);
  const now = yield* ask<'time'>({ do: 'time' });
  const instant = { ...now, seconds: now.seconds + skew };
  const nonce = yield* newNonce();
  const till = Math.min(instant.seconds + question.lifetime, ticket.endTime);
  const reqBody = encode(kdcReqBody, {
    kdcOptions: kerberosFlag.canonicalize,
    realm,
    sname: service,
    till,
    nonce,
    etype: [...encryptionTypes],
  });
  const padata = [yield* paTgsReq(ticket, reqBody, instant), branchAware];
  const bytes = encode(tgsReq, { pvno: KERBEROS_VERSION, msgType: messageType.tgsReq, padata, reqBody });
  const { bytes: answered } = yield* ask<'exchange'>({ do: 'exchange', realm, bytes });
  const answer = readKdcAnswer(answered, tgsRep, messageType.tgsRep);
  if (answer.kind === 'error') return { error: answer.error };
  const { client } = ticket;
  return granted(answer.reply, ticket, { client, service, realm, nonce, time: instant.seconds, till, encryptionTypes });
}
/** Once more with the KDC's clock where it says that ours is wrong, and where the ticket is good by that clock. */
function* askTwice(step: Step, question: TgsQuestion): Conversation<{ outcome: StepOutcome; skew: number }> {
  const outcome = yield* askOnce(step, question);
  if (!('error' in outcome) || outcome.error.errorCode !== SKEW) return { outcome, skew: step.skew };
  const { seconds } = yield* ask<'time'>({ do: 'time' });
  const { stime } = outcome.error;
  if (stime + CLOCK_SKEW < step.ticket.startTime || step.ticket.endTime <= stime) return { outcome, skew: step.skew };
  const skew = stime - seconds;
  return { outcome: yield* askOnce({ ...step, skew }, question), skew };
}
/** Realm names differ by case to some KDCs only; two realms are never told apart by it. */
const isSameRealm = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
/** The realm that a ticket-granting ticket is for. */
const servedBy = ({ server: { name } }: Credential) =>
  name.nameString.length === 2 && name.nameString[0] === 'krbtgt' ? name.nameString[1] : undefined;

/**
 * A service ticket, RFC 4120 3.3, across realms: by the KDCs' referrals (RFC 6806 8), or by asking for the service's realm first.
 * Session keys of the tickets in between are wiped.
 * @throws MayflyError `kdc-…`; `kdc-loop` when referrals come round or do not end
 */
export function* tgsExchange(question: TgsQuestion): Conversation<TgsOutcome> {
  const { service, serviceRealm } = question;
  const realms: string[] = [];
  let ticket = question.ticket;
  let skew = question.skew ?? 0;
  try {
    for (;;) {
      const realm = servedBy(ticket);
      if (realm === undefined) throw new MayflyError('kdc-reply', 'a ticket-granting ticket is needed to ask for others');
      if (realms.length === MOST_REALMS || realms.some((asked) => isSameRealm(asked, realm))) {
        const path = [...realms, realm].map(shownRealm).join(', ');
        throw new MayflyError('kdc-loop', `KDCs refer from realm to realm without an end: ${path}`);
      }
      realms.push(realm);
      const isForeign = serviceRealm !== undefined && !isSameRealm(serviceRealm, realm);
      const wanted = isForeign ? ticketGrantingService(serviceRealm) : service;
      const asked = yield* askTwice({ ticket, service: wanted, realm, skew }, question);
      const { outcome } = asked;
      if ('error' in outcome) return { ok: false, error: outcome.error, realms };
      ({ skew } = asked);
      if (isSameName(outcome.server.name, service)) return { ok: true, credential: outcome, realms };
      if (ticket !== question.ticket) ticket.key.value.fill(0);
      ticket = outcome;
    }
  } finally {
    if (ticket !== question.ticket) ticket.key.value.fill(0);
  }
}
