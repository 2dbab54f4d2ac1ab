import type { ReaderCard } from '../rdpdr/card-connections.ts';
import { watchedCard } from '../rdpdr/card-use.ts';
import { type LogonOutcome, SessionLogon, type SessionLogonPorts } from '../rdpdr/session-logon.ts';

/** Milliseconds in which a card that was put in is used, all in all. */
export const INSERTED = 120_000;
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

  /** @param ports of which `notAfter` is the certificate's */
  constructor({ card, notAfter, after, elapsed }: Pick<SessionLogonPorts, 'card' | 'notAfter' | 'after' | 'elapsed'>) {
    this.#after = after;
    const ports: SessionLogonPorts = { card, notAfter: Math.min(notAfter, INSERTED), logon: 'without-card', after, elapsed };
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
