import { type AsFacts, type AsQuestion, asExchange } from '../kerberos/as-exchange.ts';
import type { Credential } from '../kerberos/credential.ts';
import type { KrbError } from '../kerberos/krb-error.ts';
import { terminalService } from '../kerberos/principal-name.ts';
import { explainRefusal, refusalSentence } from '../kerberos/refusal.ts';
import { tgsExchange } from '../kerberos/tgs-exchange.ts';
import { type Answer, ask, type Conversation } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type CredSspOutcome, type CredSspQuestion, credSsp } from './credssp.ts';
import { type NlaPlace, type NlaRefusal, refusal } from './nla-refusal.ts';

export interface NlaQuestion extends Omit<CredSspQuestion, 'credential' | 'skew'> {
  readonly logon: AsQuestion;
  /** DNS name of the host, as its account bears it in TERMSRV/NAME: no address, no alias. */
  readonly host: string;
  /** Where that account is known to be in another realm. */
  readonly hostRealm?: string | undefined;
  /** Told how the first ticket was got. */
  readonly onTicket?: ((facts: AsFacts) => void) | undefined;
}
function refusedBy(error: KrbError, place: NlaPlace, who: string): NlaRefusal {
  const explained = explainRefusal(error);
  return refusal(place, explained.name, `${who} refuses: ${refusalSentence(explained)}`, explained.fix);
}
/** What a KDC does that is not its word is thrown: it has its place as well. */
function* placed<T>(place: NlaPlace, talk: Conversation<T>): Conversation<T | NlaRefusal> {
  try {
    return yield* talk;
  } catch (cause) {
    if (cause instanceof DecodeError) {
      const says = `what a KDC answered cannot be read: ${cause.message}`;
      return { ...refusal(place, 'KDC_REPLY', says, 'check that the address is that of a KDC'), cause };
    }
    if (!(cause instanceof MayflyError && cause.code.startsWith('kdc-'))) throw cause;
    const name = cause.code.toUpperCase().replaceAll('-', '_');
    return { ...refusal(place, name, cause.message, cause.next), cause };
  }
}
const isRefusal = (outcome: object): outcome is NlaRefusal => 'place' in outcome;

/** The ticket for the host; the ticket-granting ticket is gone when it is there. */
function* hostTicket(question: NlaQuestion, granting: Credential, skew: number): Conversation<Credential | NlaRefusal> {
  const { logon, host, hostRealm: serviceRealm } = question;
  const { lifetime, profile } = logon;
  const asked = { ticket: granting, service: terminalService(host), serviceRealm, lifetime, profile, skew };
  try {
    const outcome = yield* placed('ticket', tgsExchange(asked));
    if (isRefusal(outcome)) return outcome;
    return outcome.ok ? outcome.credential : refusedBy(outcome.error, 'ticket', `realm ${outcome.realms.at(-1) ?? logon.realm}`);
  } finally {
    granting.key.value.fill(0);
  }
}
interface HostTicket {
  readonly credential: Credential;
  readonly skew: number;
}
function* tickets(question: NlaQuestion): Conversation<HostTicket | NlaRefusal> {
  const { logon, onTicket = () => undefined } = question;
  const granted = yield* placed('kdc', asExchange(logon));
  if (isRefusal(granted)) return granted;
  if (!granted.ok) return refusedBy(granted.error, 'kdc', `realm ${granted.facts.realm}`);
  const { skew } = granted.facts;
  onTicket(granted.facts);
  const credential = yield* hostTicket(question, granted.credential, skew);
  return isRefusal(credential) ? credential : { credential, skew };
}
/** Seconds for what is asked of KDCs in all: each may take its time, and meanwhile the host waits and the card lives. */
const PATIENCE = 60;
/** `talk`, in which no KDC is asked any more when the time is over. */
function* inTime<T>(talk: Conversation<T>): Conversation<T> {
  const { seconds: began } = yield* ask<'time'>({ do: 'time' });
  let turn = talk.next();
  while (!turn.done) {
    const question = turn.value;
    let answer: Answer;
    try {
      if (question.do === 'exchange' && began + PATIENCE < (yield* ask<'time'>({ do: 'time' })).seconds)
        throw new MayflyError('kdc-timeout', `the KDCs took more than ${PATIENCE} s for the tickets`);
      answer = yield question;
    } catch (e) {
      turn = talk.throw(e);
      continue;
    }
    turn = talk.next(answer);
  }
  return turn.value;
}
/**
 * Network Level Authentication with a card: PKINIT, a ticket for the host, CredSSP. Asks for signatures by the card and for exchanges with
 * KDCs besides what CredSSP asks for. Keys of tickets and session are gone when it ends, however it ends.
 */
export function* networkLevelAuthentication(question: NlaQuestion): Conversation<CredSspOutcome> {
  const ticket = yield* inTime(tickets(question));
  if (isRefusal(ticket)) return ticket;
  try {
    return yield* credSsp({ ...question, ...ticket });
  } finally {
    ticket.credential.key.value.fill(0);
  }
}
