import type { ReaderCard } from '../rdpdr/card-connections.ts';
import { watchedCard } from '../rdpdr/card-use.ts';
import { type LogonOutcome, SessionLogon, type SessionLogonPorts } from '../rdpdr/session-logon.ts';
import type { SessionCard } from '../session/session-cards.ts';
import type { UnixSeconds } from '../wire/der-time.ts';

export type InsertedCardPorts = Pick<SessionLogonPorts, 'after' | 'elapsed'> & { readonly clock: () => UnixSeconds };
/** Seconds in which a card that was put in is used, all in all. */
const INSERTED = 120;
/**
 * Milliseconds without a private operation after which it has served: a host tells of a logon and not of an unlock, and of what it asks
 * for an administrator's rights it tells nothing at all.
 */
const QUIET = 10_000;

/** Another card while the session goes on: its key ends when it has served, when somebody is logged on, when its time is up. */
export class InsertedCard {
  readonly card: ReaderCard;
  readonly #logon: SessionLogon;
  readonly #after: SessionLogonPorts['after'];
  #callOff: () => void = () => undefined;
  /** Within which it is used. */
  readonly seconds: number;

  constructor({ card, notAfter }: Pick<SessionCard, 'card' | 'notAfter'>, { after, elapsed, clock }: InsertedCardPorts) {
    this.#after = after;
    this.seconds = Math.max(0, Math.min(notAfter - clock(), INSERTED));
    const ports: SessionLogonPorts = { card, notAfter: this.seconds * 1000, logon: 'without-card', after, elapsed };
    this.#logon = new SessionLogon(ports, () => this.#callOff());
    this.card = watchedCard(this.#logon.card, (use) => {
      if (use === 'key-used') this.#used();
    });
  }
  /** Resolves when its key is gone. */
  over(outcome: LogonOutcome): Promise<LogonOutcome> {
    this.#callOff();
    this.#logon.over(outcome);
    return this.#logon.outcome;
  }
  #used(): void {
    this.#callOff();
    if (this.#logon.isOver) return;
    this.#callOff = this.#after(QUIET, () => void this.over({ kind: 'cancelled' }));
  }
}
