import type { LoggedOn } from '../rdp/save-session-info.ts';
import { refusalIn, type SessionEvent } from '../rdp/session-event.ts';
import type { SessionRefusal } from '../rdp/session-refusal.ts';
import type { CardUse } from './card-use.ts';
import type { EscCallKind } from './esc-call.ts';
import type { RedirectionEvent } from './redirection-event.ts';
import { isBefore, type LogonStage, type StalledLogon, stalledLogon } from './stalled-logon.ts';

/** How a logon ended: with it the card's key has no more work to do. How often the key was used says nothing of that. */
export type LogonEnd =
  /** `user` is whom the host named, by Save Session Info; a host may name nobody. */
  | { readonly kind: 'logged-on'; readonly user?: LoggedOn | undefined }
  /** The host said why not. */
  | { readonly kind: 'refused'; readonly refusal: SessionRefusal }
  /** The certificate is over. */
  | { readonly kind: 'expired'; readonly reached: StalledLogon }
  /** The connection ended, and no other was announced that takes the logon on. */
  | { readonly kind: 'connection-ended'; readonly reached: StalledLogon };

/** Calls by which a host has opened the card. */
const opening: ReadonlySet<EscCallKind> = new Set<EscCallKind>(['connect', 'reconnect', 'transmit']);
const refusedUse: Partial<Readonly<Record<CardUse, 'pin' | 'key'>>> = { 'pin-refused': 'pin', 'key-refused': 'key' };
const provenUse: Partial<Readonly<Record<CardUse, 'pin' | 'key'>>> = { 'pin-verified': 'pin', 'key-used': 'key' };

/**
 * How one logon goes on one connection, by all that the host says and does: whether it is over, and if it is not, how far the host
 * has come. Times are milliseconds of a clock that does not run backwards.
 */
export class LogonProgress {
  #reached: LogonStage = 'channel-silent';
  /** What the card refused last, and has not granted since. */
  #refused: 'pin' | 'key' | undefined;
  #since: number;
  #isRedirected = false;
  #end: LogonEnd | undefined;
  constructor(now: number) {
    this.#since = now;
  }
  /** `undefined` while it goes on; the first end counts. */
  get end(): LogonEnd | undefined {
    return this.#end;
  }
  /** What the host said in the session. */
  session(event: SessionEvent): LogonEnd | undefined {
    if (event.kind === 'redirection') this.#isRedirected = event.target.follow;
    if (event.kind === 'save-session-info' && event.loggedOn) return this.#over({ kind: 'logged-on', user: event.loggedOn });
    const refusal = refusalIn(event);
    // Whoever is sent on is disconnected here, and the other host goes on with the logon.
    if (!refusal || (this.#isRedirected && event.kind === 'disconnect')) return this.#end;
    return this.#over({ kind: 'refused', refusal });
  }
  /** What happened on the device redirection channel. */
  redirection(event: RedirectionEvent, now: number): LogonEnd | undefined {
    switch (event.kind) {
      case 'announced':
        this.#reach('no-card-call', now);
        break;
      case 'device-refused':
        // Of a later handshake it says nothing of this logon.
        if (this.#reached === 'no-card-call') this.#reach('device-refused', now);
        break;
      case 'call':
        this.#reach(opening.has(event.call) && event.returnCode === 0 ? 'card-opened' : 'reader-seen', now);
        break;
      case 'user-logged-on':
        // Said by the host of its own accord; where it comes with every handshake it says nothing.
        if (!event.isEarly) return this.#over({ kind: 'logged-on' });
        break;
      default:
        break;
    }
    return this.#end;
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
  /** The certificate is over. */
  expired(): LogonEnd {
    return this.#over({ kind: 'expired', reached: this.reached });
  }
  /** The connection has ended; `undefined` when the logon goes on elsewhere. */
  connectionEnded(): LogonEnd | undefined {
    if (this.#end === undefined && this.#isRedirected) return undefined;
    return this.#over({ kind: 'connection-ended', reached: this.reached });
  }
  /** How far the host has come, and what it means if it comes no further. */
  get reached(): StalledLogon {
    if (this.#refused === undefined) return stalledLogon(this.#reached);
    return stalledLogon(this.#refused === 'pin' ? 'pin-refused' : 'key-refused');
  }
  /** Where the logon is stuck, if by now it is. */
  stalled(now: number): StalledLogon | undefined {
    const { reached } = this;
    const isStuck = this.#end === undefined && !this.#isRedirected && this.#since + reached.patience <= now;
    return isStuck ? reached : undefined;
  }
  /** When `stalled` is to be asked again; `undefined` when the logon is over or goes on elsewhere. */
  get stallsAt(): number | undefined {
    return this.#end === undefined && !this.#isRedirected ? this.#since + this.reached.patience : undefined;
  }

  #reach(stage: LogonStage, now: number): void {
    // A device that is asked after all was not refused.
    if (!isBefore(this.#reached, stage)) return;
    this.#reached = stage;
    this.#since = now;
  }
  #over(end: LogonEnd): LogonEnd {
    this.#end ??= end;
    return this.#end;
  }
}
