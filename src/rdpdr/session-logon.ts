import type { LoggedOn } from '../rdp/save-session-info.ts';
import type { RedirectionTarget } from '../rdp/server-redirection.ts';
import type { SessionRefusal } from '../rdp/session-refusal.ts';
import type { ReaderCard } from './card-connections.ts';
import { watchedCard } from './card-use.ts';
import { LogonProgress } from './logon-progress.ts';
import type { RedirectionEvent } from './redirection-event.ts';
import type { SmartCardReaderPorts } from './smart-card-reader.ts';
import type { StalledLogon } from './stalled-logon.ts';

/** How a session ended. */
export type SessionEnd =
  /** The host said why it does not go on, or said what nobody can go on from. */
  | { readonly kind: 'refused'; readonly refusal: SessionRefusal }
  /** The session is on another host, to which another connection leads. */
  | { readonly kind: 'redirected'; readonly target: RedirectionTarget }
  | { readonly kind: 'host-gone'; readonly sentence: string; readonly cause: unknown }
  /** The certificate ended before anybody was logged on. */
  | { readonly kind: 'not-after' }
  | { readonly kind: 'cancelled' };
/** What came of the logon. */
export type LogonOutcome = { readonly kind: 'logged-on'; readonly who: LoggedOn } | SessionEnd;

/** What its key is destroyed for. */
export type LogonEnd = 'authenticated' | 'logon-failed' | 'session-ended' | 'expired' | 'released';
const causes: Readonly<Record<LogonOutcome['kind'], LogonEnd>> = {
  'logged-on': 'authenticated',
  refused: 'logon-failed',
  redirected: 'session-ended',
  'host-gone': 'session-ended',
  'not-after': 'expired',
  cancelled: 'released',
};

export interface SessionLogonPorts {
  /** `destroy` resolves when no octet of the key is left. */
  readonly card: ReaderCard & { readonly destroy: (cause: LogonEnd) => Promise<void> };
  /** Milliseconds until the certificate ends. */
  readonly notAfter: number;
  /**
   * `without-card` for a host that logs its user on by itself and has the card in the session only: the key stays until its certificate
   * ends, and the session goes on after that.
   */
  readonly logon?: 'with-card' | 'without-card';
  readonly after: SmartCardReaderPorts['after'];
  /** Milliseconds of a clock that does not run backwards. */
  readonly elapsed: () => number;
  /** Told when the logon is stuck, once for each place where it is; it may get on all the same. */
  readonly stalled?: (stalled: StalledLogon) => void;
}
/** Milliseconds between two looks at whether the logon is stuck. */
const WATCH = 1000;

/** The logon of one session and, with it, the life of the card's key. */
export class SessionLogon {
  /** Settled when the key is gone. */
  readonly outcome: Promise<LogonOutcome>;
  /** The card, as whoever uses it is to have it. */
  readonly card: ReaderCard;
  /** Whether the session has nothing to go on for without a logon. */
  readonly isWithCard: boolean;
  readonly #ports: SessionLogonPorts;
  readonly #progress: LogonProgress;
  #settle: (outcome: Promise<LogonOutcome>) => void = () => undefined;
  #isOver = false;
  readonly #callOff: () => void;
  #stopWatching: () => void = () => undefined;

  /** @param expired called when the certificate ends before anybody is logged on */
  constructor(ports: SessionLogonPorts, expired: () => void) {
    this.#ports = ports;
    const { card, logon = 'with-card', after, elapsed, notAfter } = ports;
    this.isWithCard = logon === 'with-card';
    this.#progress = new LogonProgress(elapsed());
    this.card = watchedCard(card, (use) => this.#progress.card(use, elapsed()));
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#callOff = after(notAfter, () => {
      this.over({ kind: 'not-after' });
      expired();
    });
    if (this.isWithCard) this.#watch();
  }
  get isOver(): boolean {
    return this.#isOver;
  }
  /** How far the host came, and what it means that it came no further. */
  get reached(): StalledLogon {
    return this.#progress.reached;
  }
  /** What happened on the card's channel. */
  happened(event: RedirectionEvent): void {
    this.#progress.redirection(event, this.#ports.elapsed());
  }
  /** The first outcome counts; the key goes with it. */
  over(outcome: LogonOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#callOff();
    this.#stopWatching();
    this.#settle(this.#ports.card.destroy(causes[outcome.kind]).then(() => outcome));
  }
  /** Tells of each place where the logon is stuck, once. */
  #watch(told?: StalledLogon['stage']): void {
    const { elapsed, after, stalled } = this.#ports;
    this.#stopWatching = after(WATCH, () => {
      const { reached } = this;
      const isStuck = reached.stage !== told && this.#progress.stallsAt <= elapsed();
      if (isStuck) stalled?.(reached);
      if (!this.#isOver) this.#watch(isStuck ? reached.stage : told);
    });
  }
}
