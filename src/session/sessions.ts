import type { JournalEntry } from '../journal/entry.ts';
import type { BuiltInBounds } from '../policy/built-in.ts';
import type { Caller } from '../policy/principal.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { withApproval } from './approve.ts';
import { ClockWatch } from './clock-watch.ts';
import { Counters } from './counters.ts';
import { decide, decideAgain, type SessionRequest } from './decide.ts';
import { inUse, newSession } from './new-session.ts';
import { type OpenSession, OpenSessions, viewOf } from './open-sessions.ts';
import type { SessionFilter, SessionPorts } from './ports.ts';
import { type Rate, RateLimit } from './rate-limit.ts';
import { recover } from './recovery.ts';
import type { Mode, Session, SessionView } from './session.ts';
import { couldApprove, isOwner, ownerOf, seesAll } from './session-access.ts';
import { type CardPurpose, type SessionCard, SessionCards } from './session-cards.ts';
import { type Ending, endingOf, endings } from './session-ending.ts';
import { decidedEntry, requestedEntry } from './session-entries.ts';
import { sessionError, TryLater } from './session-error.ts';
import { SessionEvents } from './session-events.ts';
import type { SessionLimits } from './session-limits.ts';
import { SessionReview } from './session-review.ts';
import { Turns } from './turns.ts';

/** Milliseconds between looks at what is due. */
const SWEEP = 1000;
/** How often one session is given another card while it goes on. */
const AGAIN: Rate = { burst: 3, perMinute: 1 };
/** Watchers of one session. */
const WATCHERS = 32;

/** The life of every request: decided, journaled, and only then a card. */
export class Sessions {
  readonly counters = new Counters();
  readonly cards: SessionCards;
  readonly #ports: SessionPorts;
  readonly #bounds: () => BuiltInBounds;
  readonly #limits: SessionLimits;
  readonly #events = new SessionEvents(WATCHERS);
  readonly #open = new OpenSessions();
  readonly #turns = new Turns();
  readonly #clock: ClockWatch;
  readonly #perCaller: RateLimit;
  readonly #inAll: RateLimit;
  readonly #again = new RateLimit(AGAIN);
  readonly #review: SessionReview;
  #deciding = 0;
  #stopping = false;
  #callOff: () => void;

  constructor(ports: SessionPorts, bounds: () => BuiltInBounds, limits: SessionLimits) {
    this.#ports = ports;
    this.#bounds = bounds;
    this.#limits = limits;
    this.#perCaller = new RateLimit(limits.perCaller);
    this.#inAll = new RateLimit(limits.inAll);
    this.#review = new SessionReview(limits.review, {
      ...{ ports, bounds, open: this.#open, turns: this.#turns },
      finish: (open, ending) => this.#finish(open, ending),
      changed: (open) => this.#events.tell(viewOf(open)),
    });
    this.cards = new SessionCards(ports, limits, (record) => {
      this.counters.changed(record);
      this.#open.setCard(record);
      const open = this.#open.get(record.session);
      if (open) this.#events.tell(viewOf(open));
    });
    recover(ports, this.#open);
    this.#clock = new ClockWatch(ports, ports.store.lastEntryAt());
    this.#callOff = ports.after(SWEEP, () => this.#sweep());
  }
  get openSessions(): number {
    return this.#open.size;
  }

  /** Decides. A denial is a session too, and is journaled. @throws MayflyError where nothing could be decided */
  async request(request: SessionRequest): Promise<SessionView> {
    if (this.#stopping) throw sessionError('shutting-down');
    const now = this.#ports.elapsed();
    const wait = this.#perCaller.take(request.caller.id, now) ?? this.#inAll.take('', now);
    if (wait !== undefined) throw new TryLater('too-many-requests', wait);
    const { open, openPerCaller } = this.#limits;
    if (open <= this.#open.size + this.#deciding || openPerCaller <= this.#open.countOf(request.caller.id))
      throw new TryLater('too-many-sessions', 30);
    this.#deciding++;
    try {
      return await this.#request(request);
    } finally {
      this.#deciding--;
    }
  }
  async #request(request: SessionRequest): Promise<SessionView> {
    this.counters.requested++;
    const decided = this.#review.begin();
    const verdict = await decide(this.#ports, this.#bounds(), request);
    const { clock, random } = this.#ports;
    const session = newSession(toHex(random(16)), clock(), this.#limits.patience, request, verdict);
    const view = await this.#save(session, [requestedEntry(session), decidedEntry(session, session.created)]);
    if (view.state === 'granted') decided(view.id);
    return view;
  }

  /** One's own, or any for those who may see all; with `own` its owner's alone. @throws MayflyError `session-unknown` */
  get(caller: Caller, id: string, whose?: 'own'): SessionView {
    return viewOf(this.#visible(caller, id, whose));
  }
  list(caller: Caller, filter: Omit<SessionFilter, 'of'>): readonly SessionView[] {
    const of = seesAll(caller) ? undefined : ownerOf(caller);
    return this.#ports.store
      .sessions({ ...filter, of })
      .map((session) => viewOf(this.#open.get(session.id) ?? this.#past(session)));
  }
  /** Those that the caller could approve. */
  awaiting(caller: Caller): readonly SessionView[] {
    return this.#open
      .all()
      .filter(({ session }) => couldApprove(caller, session))
      .map(viewOf);
  }
  /** @returns how to stop @throws MayflyError `session-unknown`, `too-many-requests` */
  watch(caller: Caller, id: string, watcher: (view: SessionView) => void): () => void {
    this.#visible(caller, id);
    const stop = this.#events.watch(id, watcher);
    if (!stop) throw sessionError('too-many-requests');
    return stop;
  }

  /** @throws MayflyError `session-…`, `approval-…`, `store-…` */
  approve(caller: Caller, id: string, verdict: 'approve' | 'deny', reason?: string): Promise<SessionView> {
    return this.#turns.take(id, async () => {
      this.#visible(caller, id);
      const { session } = await this.#stillOpen(id);
      const word = { caller, verdict, reason, at: this.#ports.clock(), patience: this.#limits.patience };
      const next = withApproval(session, word);
      return this.#save(next.session, next.entries);
    });
  }

  /** Ends a session; resolves when no key of it is left. */
  end(caller: Caller, id: string): Promise<SessionView> {
    return this.#turns.take(
      id,
      async () => {
        this.#visible(caller, id, 'to-end');
        const open = this.#open.get(id);
        return open ? this.#finish(open, endings['ended-by-caller']) : this.get(caller, id);
        // Nobody keeps a session from its end by asking it for cards.
      },
      Number.POSITIVE_INFINITY,
    );
  }
  /** The keys go first: their end waits for no disk. */
  async #finish({ session }: OpenSession, { state, cause, sentence, cards }: Ending): Promise<SessionView> {
    const over: Session = { ...session, state, cause, sentence };
    await this.cards.end(session.id, cards);
    const entry: JournalEntry = { event: 'session-ended', at: this.#ports.clock(), session: session.id, state, cause, sentence };
    // Whoever is told that it is over must not find it open after a crash; a disk that is full keeps it open to nobody.
    const change = { entries: [entry], session: over };
    await this.#ports.store.commit(change).catch(() => this.#ports.store.note(change));
    return this.#close(over);
  }
  #close(over: Session): SessionView {
    const view = viewOf({ session: over, cards: this.#open.get(over.id)?.cards ?? new Map() });
    this.#open.delete(over.id);
    this.#events.tell(view);
    return view;
  }

  /**
   * A card of one's granted session: decided anew, by the directory and the rules of this moment.
   * @param network whoever opens it is there; where the session was asked for unless given
   * @param purpose of a card for a session that is open already, which the rules have to allow
   * @param host to which that of the session has sent it on: the rules decide about it as about any other
   * @throws MayflyError
   */
  openCard(caller: Caller, id: string, mode: Mode, network?: string, purpose?: CardPurpose, host?: string): Promise<SessionCard> {
    return this.#turns.take(id, async () => {
      if (this.#stopping) throw sessionError('shutting-down');
      this.#visible(caller, id, 'own');
      const open = await this.#stillOpen(id);
      const { session, cards } = open;
      if (session.state !== 'granted') throw sessionError('session-not-granted');
      if (session.mode !== mode) throw sessionError('session-other-mode');
      if (!(await this.cards.isFree(id))) throw sessionError('session-card-live');
      const issued = [...cards.values()].filter(({ serialNumber }) => serialNumber !== undefined).length;
      if (this.#limits.cardsPerSession <= issued) throw sessionError('session-cards-spent');
      const wait = purpose && this.#again.take(id, this.#ports.elapsed());
      if (wait !== undefined) throw new TryLater('too-many-requests', wait);
      const decided = this.#review.begin();
      const at = host ?? (purpose && open.at);
      const there = at === undefined ? session : { ...session, host: at };
      const verdict = await decideAgain(this.#ports, this.#bounds(), there, { caller, network: network ?? session.network });
      if (!verdict.ok) {
        const { cause, sentence } = verdict.refusal;
        // The session is refused where it was sent; where it was granted it is not.
        if (host === undefined) await this.#fail(open, cause, sentence);
        throw new MayflyError('session-refused', sentence, { next: 'ask for a new session when that is mended' });
      }
      const used = inUse(session, verdict.decision, issued > 0, this.#ports.clock());
      if (purpose && !used.allows?.includes(purpose)) throw sessionError('reauthentication-not-allowed');
      const card = await this.cards.mint(used, verdict.account, purpose).catch((e: unknown) => this.#notMinted(open, e));
      this.#open.set(used, open.epoch, purpose ? undefined : { from: network, at: host });
      decided(id);
      this.counters.cards++;
      return card;
    });
  }
  /** See `SessionReview`. */
  reviewAll(): void {
    this.#review.everything();
  }
  /** Ends a session for what was made of it: nobody comes back to it. Resolves when no key of it is left. */
  fail(id: string, cause: string, sentence: string): Promise<void> {
    return this.#turns.take(
      id,
      async () => {
        const open = this.#open.get(id);
        if (open) await this.#fail(open, cause, sentence);
      },
      Number.POSITIVE_INFINITY,
    );
  }
  async #fail(open: OpenSession, cause: string, sentence: string): Promise<void> {
    await this.#finish(open, { state: 'failed', cause, sentence, cards: 'logon-failed' });
    this.counters.refused(cause);
  }
  /** What the CA's rules refuse once they refuse again; all else may be mended within the life of the session. */
  async #notMinted(open: OpenSession, e: unknown): Promise<never> {
    if (e instanceof MayflyError && e.code === 'card-refused') await this.#fail(open, e.code, e.message);
    else this.counters.refused(e instanceof MayflyError ? e.code : 'internal');
    throw e;
  }

  /** @throws MayflyError `session-over` */
  async #stillOpen(id: string): Promise<OpenSession> {
    const open = this.#open.get(id);
    if (!open) throw sessionError('session-over');
    const ending = this.#due(open);
    if (!ending) return open;
    await this.#finish(open, ending);
    throw sessionError('session-over');
  }
  #due(open: OpenSession): Ending | undefined {
    return endingOf(open, this.#ports.clock(), this.#clock.epoch);
  }
  /** @param whose `own`: its owner's alone; `to-end`: its owner's and administrators'; `any`: also who could approve it */
  #visible(caller: Caller, id: string, whose: 'any' | 'own' | 'to-end' = 'any'): Pick<OpenSession, 'session' | 'cards'> {
    const found = this.#open.get(id) ?? this.#stored(id);
    if (found) {
      const { session } = found;
      if (isOwner(caller, session)) return found;
      if (whose !== 'own' && seesAll(caller)) return found;
      if (whose === 'any' && couldApprove(caller, session)) return found;
    }
    throw sessionError('session-unknown');
  }
  #stored(id: string): Pick<OpenSession, 'session' | 'cards'> | undefined {
    const session = this.#ports.store.session(id);
    return session && this.#past(session);
  }
  #past(session: Session): Pick<OpenSession, 'session' | 'cards'> {
    return { session, cards: new Map(this.#ports.store.cardsOf(session.id).map((record) => [record.id, record])) };
  }
  async #save(session: Session, entries: readonly JournalEntry[]): Promise<SessionView> {
    await this.#ports.store.commit({ entries, session });
    if (session.state === 'denied') {
      this.counters.refused(session.cause);
      return this.#close(session);
    }
    if (session.state === 'granted') this.counters.granted++;
    this.#open.set(session, this.#clock.epoch);
    const view = viewOf(this.#open.get(session.id) ?? { session, cards: new Map() });
    this.#events.tell(view);
    return view;
  }
  #sweep(): void {
    if (this.#stopping) return;
    this.cards.endExpired();
    this.#review.look();
    for (const open of this.#open.all()) {
      const { id } = open.session;
      // Whoever is at it now looks by themselves, or the next sweep does.
      if (this.#due(open) && !this.#turns.isBusy(id)) void this.#turns.take(id, () => this.#stillOpen(id)).catch(() => undefined);
    }
    this.#callOff = this.#ports.after(SWEEP, () => this.#sweep());
  }
  /** Destroys every key. Sessions stay granted: whoever starts the service again finds them. */
  async close(): Promise<void> {
    this.#stopping = true;
    this.#callOff();
    this.#review.end();
    await this.cards.close();
    await this.#turns.all();
  }
}
