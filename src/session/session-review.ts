import type { BuiltInBounds } from '../policy/built-in.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { decideAgain, regardlessOfLocks, type Verdict } from './decide.ts';
import { inUse } from './new-session.ts';
import type { OpenSession, OpenSessions } from './open-sessions.ts';
import type { SessionPorts } from './ports.ts';
import { Review, type ReviewTimes } from './review.ts';
import type { Session } from './session.ts';
import { type Ending, endings, noLongerGranted } from './session-ending.ts';
import { decidedEntry } from './session-entries.ts';
import type { Turns } from './turns.ts';

export interface SessionReviewPorts {
  readonly ports: SessionPorts;
  readonly bounds: () => BuiltInBounds;
  readonly open: OpenSessions;
  readonly turns: Turns;
  readonly finish: (open: OpenSession, ending: Ending) => Promise<unknown>;
  /** Told of a session that is given less than before. */
  readonly changed: (open: OpenSession) => void;
}

/** The session as the verdict of now leaves it, which takes away and never gives; undefined: as it was. */
function lessened(
  { session, cards }: OpenSession,
  verdict: Verdict & { readonly ok: true },
  now: UnixSeconds,
): Session | undefined {
  // One that nobody has used yet is decided once more when somebody does.
  if (![...cards.values()].some(({ serialNumber }) => serialNumber !== undefined)) return undefined;
  const next: Session = { ...inUse(session, verdict.decision, true, now), rules: verdict.decision.rules };
  const isLess =
    next.until < session.until ||
    next.channels.length < session.channels.length ||
    (next.allows?.length ?? 0) < (session.allows?.length ?? 0);
  return isLess ? next : undefined;
}

/** Rules and directory hold for sessions that go on, not only for those that begin. */
export class SessionReview {
  readonly #given: SessionReviewPorts;
  readonly #review: Review;

  constructor(times: ReviewTimes, given: SessionReviewPorts) {
    this.#given = given;
    const { elapsed, after } = given.ports;
    this.#review = new Review(times, {
      elapsed,
      after,
      decide: (id) => this.#decide(id),
      undecided: (id) => void this.#inTurn(id, (open) => given.finish(open, endings.undecided)).catch(() => undefined),
    });
  }
  /** Rules or directory are others now: whatever they no longer give ends soon, session after session. */
  everything(): void {
    this.#review.everything();
  }
  /** See `Review`. */
  begin(): (id: string) => void {
    return this.#review.begin();
  }
  look(): void {
    const granted = this.#given.open.all().filter(({ session }) => session.state === 'granted');
    this.#review.look(granted.map(({ session }) => session.id));
  }
  end(): void {
    this.#review.end();
  }
  /** The directory is asked before it is the session's turn: whoever ends it waits for no directory. */
  async #decide(id: string): Promise<void> {
    const { ports, bounds, finish } = this.#given;
    const asked = this.#given.open.get(id);
    if (asked?.session.state !== 'granted') return;
    const session = { ...asked.session, network: asked.from ?? asked.session.network };
    // Where it was sent on, both hosts have to be given still.
    const hosts = asked.at === undefined ? [session.host] : [session.host, asked.at];
    const decides = (host: string) =>
      decideAgain({ ...ports, directory: regardlessOfLocks(ports.directory) }, bounds(), { ...session, host });
    const verdicts = await Promise.all(hosts.map(decides));
    await this.#inTurn(id, async (open) => {
      for (const verdict of verdicts) {
        const now = this.#given.open.get(id);
        if (!now) return;
        if (verdict.ok) await this.#lessen(now, lessened(now, verdict, ports.clock()));
        else await finish(open, noLongerGranted(verdict.refusal));
      }
    });
  }
  async #lessen(before: OpenSession, session: Session | undefined): Promise<void> {
    if (!session) return;
    const { ports, open, changed } = this.#given;
    await ports.store.commit({ entries: [decidedEntry(session, ports.clock())], session });
    open.set(session, before.epoch);
    changed({ ...before, session });
  }
  #inTurn(id: string, work: (open: OpenSession) => Promise<unknown>): Promise<void> {
    const { turns, open } = this.#given;
    return turns.take(
      id,
      async () => {
        const found = open.get(id);
        if (found) await work(found);
      },
      Number.POSITIVE_INFINITY,
    );
  }
}
