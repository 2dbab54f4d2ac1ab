import type { JournalEntry } from '../journal/entry.ts';
import { approvalOutcome, mayApprove } from '../policy/approval.ts';
import type { BuiltInBounds } from '../policy/built-in.ts';
import type { Caller } from '../policy/principal.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { decide, decideAgain, type SessionRequest } from './decide.ts';
import { newSession } from './new-session.ts';
import type { SessionFilter, SessionPorts } from './ports.ts';
import { type Rate, RateLimit } from './rate-limit.ts';
import { type GivenApproval, isOver, type Mode, type Session, type SessionView } from './session.ts';
import { isOwner, ownerKey, personName, requester, seesAll } from './session-access.ts';
import { type CardLimits, type SessionCard, SessionCards } from './session-cards.ts';
import { decidedEntry, requestedEntry } from './session-entries.ts';
import { retryAfter, sessionError } from './session-error.ts';
import { SessionEvents } from './session-events.ts';
import { Turns } from './turns.ts';

export interface SessionLimits extends CardLimits {
  /** Requests, per caller and in all. */
  readonly perCaller: Rate;
  readonly inAll: Rate;
  /** Sessions that are not over, in all. */
  readonly open: number;
  /** Cards of one session, one after the other. */
  readonly cardsPerSession: number;
  /** Seconds within which a grant is used or an approval given. */
  readonly patience: number;
}
export interface Counters {
  requested: number;
  granted: number;
  cards: number;
  authenticated: number;
  destroyed: number;
  operations: number;
  readonly refusals: Map<string, number>;
}

const SWEEP = 1000;
const WATCHERS = 32;

/** The life of every request: decided, journaled, and only then a card. */
export class Sessions {
  readonly counters: Counters = {
    requested: 0,
    granted: 0,
    cards: 0,
    authenticated: 0,
    destroyed: 0,
    operations: 0,
    refusals: new Map(),
  };
  readonly cards: SessionCards;
  readonly #ports: SessionPorts;
  readonly #bounds: () => BuiltInBounds;
  readonly #limits: SessionLimits;
  readonly #events = new SessionEvents(WATCHERS);
  readonly #open = new Map<string, Session>();
  readonly #turns = new Turns();
  readonly #perCaller: RateLimit;
  readonly #inAll: RateLimit;
  #deciding = 0;
  #stopping = false;
  #callOff: () => void;

  constructor(ports: SessionPorts, bounds: () => BuiltInBounds, limits: SessionLimits) {
    this.#ports = ports;
    this.#bounds = bounds;
    this.#limits = limits;
    this.#perCaller = new RateLimit(limits.perCaller);
    this.#inAll = new RateLimit(limits.inAll);
    this.cards = new SessionCards(ports, limits, (record, card) => {
      if (record.state === 'destroyed') {
        this.counters.destroyed++;
        this.counters.operations += card.operations;
        if (record.cause === 'authenticated') this.counters.authenticated++;
      }
      const session = this.#open.get(record.session);
      if (session) this.#events.tell(session);
    });
    this.#recover();
    this.#callOff = ports.after(SWEEP, () => this.#sweep());
  }
  /** What a crash left open is closed: no key outlived the process. */
  #recover(): void {
    const { store, clock } = this.#ports;
    for (const record of store.openCards()) {
      const named = { session: record.session, card: record.id };
      const cause = 'ended-with-the-process';
      const entry: JournalEntry = { event: 'key-destroyed', at: clock(), ...named, cause, ms: 0, delayMs: 0 };
      store.note({ entries: [entry], card: { ...record, state: 'destroyed', cause } });
    }
    for (const session of store.openSessions()) this.#open.set(session.id, session);
  }

  get openSessions(): number {
    return this.#open.size;
  }

  /** Decides. A denial is a session too, and is journaled. @throws MayflyError where nothing could be decided */
  async request(request: SessionRequest): Promise<SessionView> {
    if (this.#stopping) throw sessionError('shutting-down');
    const now = this.#ports.elapsed();
    const wait = this.#perCaller.take(request.caller.id, now) ?? this.#inAll.take('', now);
    if (wait !== undefined) throw retryAfter('too-many-requests', wait);
    if (this.#limits.open <= this.#open.size + this.#deciding) throw retryAfter('too-many-sessions', 30);
    this.#deciding++;
    try {
      return await this.#request(request);
    } finally {
      this.#deciding--;
    }
  }
  async #request(request: SessionRequest): Promise<SessionView> {
    this.counters.requested++;
    const verdict = await decide(this.#ports, this.#bounds(), request);
    const { clock, random } = this.#ports;
    const session = newSession(toHex(random(16)), clock(), this.#limits.patience, request, verdict);
    await this.#save(session, [requestedEntry(session), decidedEntry(session, session.created)]);
    if (session.state === 'granted') this.counters.granted++;
    else if (session.state === 'denied') this.#count(session.cause);
    return this.#view(session);
  }
  /** One's own, or any for those who may see all. @throws MayflyError `session-unknown` */
  get(caller: Caller, id: string): SessionView {
    return this.#view(this.#visible(caller, id));
  }
  list(caller: Caller, filter: Omit<SessionFilter, 'of'>): readonly SessionView[] {
    const of = seesAll(caller) ? undefined : ownerKey(caller);
    return this.#ports.store.sessions({ ...filter, of }).map((session) => this.#view(this.#open.get(session.id) ?? session));
  }
  /** Those that the caller could approve. */
  awaiting(caller: Caller): readonly SessionView[] {
    return [...this.#open.values()]
      .filter((session) => this.#couldApprove(caller, session))
      .map((session) => this.#view(session));
  }
  watch(caller: Caller, id: string, watcher: (view: SessionView) => void): () => void {
    this.#visible(caller, id);
    const stop = this.#events.watch(id, (session) => watcher(this.#view(session)));
    if (!stop) throw sessionError('too-many-requests');
    return stop;
  }

  approve(caller: Caller, id: string, verdict: 'approve' | 'deny', reason?: string): Promise<SessionView> {
    return this.#turns.take(id, async () => {
      const session = this.#visible(caller, id);
      if (isOver(session)) throw sessionError('session-over');
      if (session.state !== 'awaiting-approval') throw sessionError('approval-not-awaited');
      const { person } = caller;
      const refusal = person ? mayApprove(person, session.needed, requester(session)) : 'an approval is given by a person';
      if (!person || refusal !== undefined)
        throw new MayflyError('approval-not-yours', refusal ?? '', { next: 'ask a member of the group that may' });
      const at = this.#ports.clock();
      const given: readonly GivenApproval[] = [...session.given, { person, verdict, at, reason }];
      const outcome = approvalOutcome(session.needed, given, requester(session));
      const entry: JournalEntry = {
        event: 'approval-given',
        at,
        session: id,
        caller: caller.id,
        person: personName(person),
        verdict,
        ...(reason === undefined ? {} : { reason }),
      };
      if (outcome.state === 'awaiting') {
        const next = { ...session, given };
        await this.#save(next, [entry]);
        return this.#view(next);
      }
      const next: Session =
        outcome.state === 'granted'
          ? { ...session, given, state: 'granted', until: at + this.#limits.patience }
          : { ...session, given, state: 'denied', cause: 'approval-denied', sentence: 'an approver has denied it' };
      await this.#save(next, [entry, decidedEntry(next, at)]);
      if (next.state === 'granted') this.counters.granted++;
      else this.#count(next.cause);
      return this.#view(next);
    });
  }

  /** Ends a session; resolves when no key of it is left. */
  end(caller: Caller, id: string): Promise<SessionView> {
    return this.#turns.take(id, async () => {
      const session = this.#visible(caller, id);
      if (isOver(session)) return this.#view(session);
      return this.#view(await this.#finish(session, 'ended', 'ended-by-caller', 'its owner has ended it'));
    });
  }
  /** The keys go first: their end waits for no disk. */
  async #finish(session: Session, state: 'ended' | 'expired' | 'failed', cause: string, sentence: string): Promise<Session> {
    const over = { ...session, state, cause, sentence };
    // Nobody mints any more from here on, whether the journal can be written or not.
    this.#open.set(session.id, over);
    await this.cards.end(session.id, state === 'failed' ? 'logon-failed' : 'session-ended');
    const at = this.#ports.clock();
    this.#ports.store.note({
      entries: [{ event: 'session-ended', at, session: session.id, state: over.state, cause }],
      session: over,
    });
    this.#open.delete(session.id);
    this.#events.tell(over);
    return over;
  }

  /** A card of one's granted session: decided anew, by the directory and the rules of this moment. */
  openCard(caller: Caller, id: string, mode: Mode): Promise<SessionCard> {
    return this.#turns.take(id, async () => {
      if (this.#stopping) throw sessionError('shutting-down');
      const session = this.#visible(caller, id, 'own');
      if (isOver(session)) throw sessionError('session-over');
      if (session.state !== 'granted') throw sessionError('session-not-granted');
      if (session.mode !== mode) throw sessionError('session-other-mode');
      if (session.until <= this.#ports.clock()) throw sessionError('session-over');
      if (this.cards.of(id).length > 0) throw sessionError('session-card-live');
      const had = this.#ports.store.cardsOf(id);
      if (this.#limits.cardsPerSession <= had.length) throw sessionError('session-cards-spent');
      const verdict = await decideAgain(this.#ports, this.#bounds(), session, caller);
      if (!verdict.ok) {
        await this.#finish(session, 'failed', verdict.refusal.cause, verdict.refusal.sentence);
        this.#count(verdict.refusal.cause);
        throw new MayflyError('session-refused', verdict.refusal.sentence, { next: 'ask for a new session when that is mended' });
      }
      const card = await this.cards.mint(session, verdict.account).catch((e: unknown) => {
        this.#count(e instanceof MayflyError ? e.code : 'internal');
        throw e;
      });
      this.counters.cards++;
      // In use: it lasts as long as the rules gave it. A session may have been shut down meanwhile; then the card is already gone.
      if (had.length === 0) {
        const next = { ...session, until: this.#ports.clock() + session.minutes * 60 };
        this.#open.set(id, next);
        this.#ports.store.note({ entries: [], session: next });
      }
      if (this.#stopping) {
        await card.card.destroy('shutdown');
        throw sessionError('shutting-down');
      }
      return card;
    });
  }
  #visible(caller: Caller, id: string, whose: 'any' | 'own' = 'any'): Session {
    const session = this.#open.get(id) ?? this.#ports.store.session(id);
    if (session && (isOwner(caller, session) || (whose === 'any' && (seesAll(caller) || this.#couldApprove(caller, session)))))
      return session;
    throw sessionError('session-unknown');
  }
  #couldApprove(caller: Caller, session: Session): boolean {
    if (session.state !== 'awaiting-approval' || !caller.person || !caller.scopes.includes('approve')) return false;
    return mayApprove(caller.person, session.needed, requester(session)) === undefined;
  }
  #view(session: Session): SessionView {
    return { ...session, cards: this.#ports.store.cardsOf(session.id) };
  }
  async #save(session: Session, entries: readonly JournalEntry[]): Promise<void> {
    await this.#ports.store.commit({ entries, session });
    if (isOver(session)) this.#open.delete(session.id);
    else this.#open.set(session.id, session);
    this.#events.tell(session);
  }
  #count(cause = 'unknown'): void {
    this.counters.refusals.set(cause, (this.counters.refusals.get(cause) ?? 0) + 1);
  }
  #sweep(): void {
    if (this.#stopping) return;
    const now = this.#ports.clock();
    this.cards.endExpired();
    for (const session of this.#open.values()) {
      if (session.until <= now && !isOver(session)) void this.#turns.take(session.id, () => this.#expire(session.id));
    }
    this.#callOff = this.#ports.after(SWEEP, () => this.#sweep());
  }
  async #expire(id: string): Promise<void> {
    const session = this.#open.get(id);
    if (!session || isOver(session) || this.#ports.clock() < session.until) return;
    const isUsed = this.#ports.store.cardsOf(id).length > 0;
    if (isUsed) await this.#finish(session, 'ended', 'time-is-up', 'its time is up');
    else if (session.state === 'granted') await this.#finish(session, 'expired', 'not-used', 'it was not used in time');
    else await this.#finish(session, 'expired', 'not-approved', 'it was not approved in time');
  }
  /** Destroys every key. Sessions stay granted: whoever starts the service again finds them. */
  async close(): Promise<void> {
    this.#stopping = true;
    this.#callOff();
    await this.#turns.all();
    await this.cards.endAll('shutdown');
  }
}
