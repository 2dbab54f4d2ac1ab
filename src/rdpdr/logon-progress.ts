import type { CardUse } from './card-use.ts';
import type { EscCallKind } from './esc-call.ts';
import type { RedirectionEvent } from './redirection-event.ts';
import { isBefore, type LogonStage, type StalledLogon, stalledLogon } from './stalled-logon.ts';

/** Calls by which a host has opened the card. */
const opening: ReadonlySet<EscCallKind> = new Set<EscCallKind>(['connect', 'reconnect', 'transmit']);
const refusedUse: Partial<Readonly<Record<CardUse, 'pin' | 'key'>>> = { 'pin-refused': 'pin', 'key-refused': 'key' };
const provenUse: Partial<Readonly<Record<CardUse, 'pin' | 'key'>>> = { 'pin-verified': 'pin', 'key-used': 'key' };

/**
 * How far a host has come with a logon that is not over, by all that it does on the device redirection channel. Times are milliseconds
 * of a clock that does not run backwards.
 */
export class LogonProgress {
  #reached: LogonStage = 'channel-silent';
  /** What the card refused last, and has not granted since. */
  #refused: 'pin' | 'key' | undefined;
  #since: number;
  constructor(now: number) {
    this.#since = now;
  }
  redirection(event: RedirectionEvent, now: number): void {
    switch (event.kind) {
      case 'announced':
        this.#reach('no-card-call', now);
        break;
      case 'device-refused':
        this.#reach('device-refused', now);
        break;
      case 'call':
        this.#reach(opening.has(event.call) && event.returnCode === 0 ? 'card-opened' : 'reader-seen', now);
        break;
      default:
        break;
    }
  }
  /** What the host did with the card. */
  card(use: CardUse, now: number): void {
    const granted = provenUse[use];
    if (granted !== undefined && granted === this.#refused) this.#refused = undefined;
    const refused = refusedUse[use];
    if (refused === undefined) this.#reach(use, now);
    else if (refused !== this.#refused) {
      this.#refused = refused;
      this.#since = now;
    }
  }
  /** How far the host has come, and what it means if it comes no further. */
  get reached(): StalledLogon {
    if (this.#refused === undefined) return stalledLogon(this.#reached);
    return stalledLogon(this.#refused === 'pin' ? 'pin-refused' : 'key-refused');
  }
  /** When the host has had all the time that it is given to come further. */
  get stallsAt(): number {
    return this.#since + this.reached.patience;
  }
  /** Never back: what is done again later, by another process, is no step. */
  #reach(stage: LogonStage, now: number): void {
    if (!isBefore(this.#reached, stage)) return;
    this.#reached = stage;
    this.#since = now;
  }
}
