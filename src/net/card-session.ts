import type { DestructionCause, LiveCard } from '../custody/live-card.ts';
import { activationReply, chunkLengthOf } from '../rdp/activate.ts';
import { type Connected, type ConnectionPlan, isHybrid } from '../rdp/connection-sequence.ts';
import { rdpFrame } from '../rdp/rdp-frame.ts';
import type { LoggedOn } from '../rdp/save-session-info.ts';
import type { RedirectionTarget } from '../rdp/server-redirection.ts';
import { refusalIn, type SessionEvent } from '../rdp/session-event.ts';
import { refusal, type SessionRefusal } from '../rdp/session-refusal.ts';
import { watchedCard } from '../rdpdr/card-use.ts';
import { LogonProgress } from '../rdpdr/logon-progress.ts';
import type { RedirectionEvent } from '../rdpdr/redirection-event.ts';
import type { StalledLogon } from '../rdpdr/stalled-logon.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { CardChannel, type CardChannelPorts } from './card-channel.ts';
import type { FramedStream } from './framed-stream.ts';
import type { RdpTransport } from './rdp-transport.ts';
import { WriteQueue } from './write-queue.ts';

/** Milliseconds between two looks at whether the logon is stuck. */
const WATCH = 1000;

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

const causes: Readonly<Record<LogonOutcome['kind'], DestructionCause>> = {
  'logged-on': 'authenticated',
  refused: 'logon-failed',
  redirected: 'session-ended',
  'host-gone': 'session-ended',
  'not-after': 'expired',
  cancelled: 'released',
};

export interface CardSessionPorts extends Pick<CardChannelPorts, 'computerName' | 'cardHandle' | 'random' | 'after'> {
  readonly connected: Connected;
  readonly transport: Pick<RdpTransport, 'isProven' | 'close'> & {
    readonly stream: Pick<FramedStream, 'receive' | 'send'>;
  };
  readonly card: Pick<LiveCard, 'answerToReset' | 'transmit' | 'reset' | 'destroy'>;
  /** Milliseconds until the certificate ends. */
  readonly notAfter: number;
  /**
   * `without-card` for a host that logs its user on by itself and has the card in the session only: the key stays until its certificate
   * ends, and the session goes on after that.
   */
  readonly logon?: 'with-card' | 'without-card';
  readonly capabilities: ConnectionPlan['capabilities'];
  /** Milliseconds of a clock that does not run backwards. */
  readonly elapsed: () => number;
  readonly events?: (event: RedirectionEvent) => void;
  /** Told when the logon is stuck, once for each place where it is; it may get on all the same. */
  readonly stalled?: (stalled: StalledLogon) => void;
}

/**
 * An active session with the card at this end of it: the host has its questions answered, and the key ends with the logon, while the
 * reader stays for as long as the connection. What is drawn is not looked at.
 */
export class CardSession {
  /** Settled when the key is gone, whatever came of the logon. */
  readonly logon: Promise<LogonOutcome>;
  readonly ended: Promise<SessionEnd>;
  readonly #ports: CardSessionPorts;
  readonly #channel: CardChannel;
  readonly #writes: WriteQueue;
  readonly #progress: LogonProgress;
  readonly #callOff: () => void;
  #stopWatching: () => void = () => undefined;
  #settle: (outcome: Promise<LogonOutcome>) => void = () => undefined;
  #isLogonOver = false;
  #end: SessionEnd | undefined;

  /** @throws MayflyError `rdp-unproven`: no card is shown to a host that could be any */
  constructor(ports: CardSessionPorts) {
    const { connected, transport, after, notAfter, logon = 'with-card', events = () => undefined } = ports;
    // CredSSP was done with Kerberos, which proves the host.
    if (!transport.isProven && !isHybrid(connected.selected.protocol)) {
      transport.close();
      throw new MayflyError('rdp-unproven', 'nothing has proven the host, so it is shown no card', {
        next: 'pin the certificate of the host, name the CA it is from, or use Network Level Authentication',
      });
    }
    this.#ports = ports;
    this.#progress = new LogonProgress(ports.elapsed());
    this.logon = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#writes = new WriteQueue(
      (octets) => transport.stream.send(octets),
      (cause) => this.#stop(hostGone(cause)),
    );
    this.#channel = new CardChannel({
      ...ports,
      card: watchedCard(ports.card, (use) => this.#progress.card(use, ports.elapsed())),
      write: (octets) => this.#writes.write(octets),
      events: (event) => {
        this.#progress.redirection(event, ports.elapsed());
        if (event.kind === 'device-refused' && !this.#isLogonOver) this.#stop(refusedDevice(event.status));
        events(event);
      },
    });
    this.#callOff = after(notAfter, () => {
      if (logon === 'with-card') this.#stop({ kind: 'not-after' });
      else this.#logonOver({ kind: 'not-after' });
    });
    if (logon === 'with-card') this.#watch();
    this.ended = this.#run();
  }
  /** How far the host came with the logon, and what it means that it came no further. */
  get reached(): StalledLogon {
    return this.#progress.reached;
  }
  /** Ends session and connection; the key goes, if it is there still. */
  cancel(): Promise<SessionEnd> {
    this.#stop({ kind: 'cancelled' });
    return this.ended;
  }
  async #run(): Promise<SessionEnd> {
    // The caller has the session before anything comes of it.
    await undefined;
    const end = await this.#read().catch(hostGone);
    const first = this.#end ?? end;
    this.#stop(first);
    this.#callOff();
    this.#channel.end();
    this.#writes.end();
    this.#logonOver(first);
    await this.logon;
    return first;
  }
  async #read(): Promise<SessionEnd> {
    const { connected, transport, elapsed } = this.#ports;
    const { refusal: refused } = this.#channel;
    if (refused) return { kind: 'refused', refusal: refused };
    for (let events = connected.events; ; ) {
      for (const event of events) {
        const end = this.#end ?? this.#take(event);
        if (end) return end;
      }
      // A host that does not read its answers has no more questions read.
      await this.#writes.drained();
      const pdu = await transport.stream.receive(rdpFrame, Number.POSITIVE_INFINITY);
      events = connected.reader.read(pdu, elapsed());
    }
  }
  /** How the session ends by the event, if it does. */
  #take(event: SessionEvent): SessionEnd | undefined {
    const refused = refusalIn(event);
    if (refused) return { kind: 'refused', refusal: refused };
    switch (event.kind) {
      case 'channel-data': {
        const refusedByUs = this.#channel.receive(event.channelId, event.userData);
        return refusedByUs && { kind: 'refused', refusal: refusedByUs };
      }
      case 'auto-detect':
      case 'multitransport':
        if (event.answer) this.#writes.write(event.answer);
        return undefined;
      case 'demand-active':
        // Windows does so when the desktop is another one than before: after the logon, or of another size.
        this.#channel.chunkLength = chunkLengthOf(event.demand);
        this.#writes.write(activationReply(this.#ports.connected.ids, event.demand, this.#ports.capabilities(event.demand)));
        return undefined;
      case 'redirection':
        return event.target.follow ? { kind: 'redirected', target: event.target } : undefined;
      case 'save-session-info':
        if (event.loggedOn && this.#ports.logon !== 'without-card') {
          this.#callOff();
          this.#logonOver({ kind: 'logged-on', who: event.loggedOn });
        }
        return undefined;
      default:
        return undefined;
    }
  }
  /** The first end counts; whoever reads hears of it by the connection. */
  #stop(end: SessionEnd): void {
    this.#end ??= end;
    this.#ports.transport.close();
  }
  /** Tells of each place where the logon is stuck, once. */
  #watch(told?: StalledLogon['stage']): void {
    const { elapsed, after, stalled } = this.#ports;
    this.#stopWatching = after(WATCH, () => {
      const { reached } = this;
      const isStuck = reached.stage !== told && this.#progress.stallsAt <= elapsed();
      if (isStuck) stalled?.(reached);
      this.#watch(isStuck ? reached.stage : told);
    });
  }
  #logonOver(outcome: LogonOutcome): void {
    if (this.#isLogonOver) return;
    this.#isLogonOver = true;
    this.#stopWatching();
    this.#settle(this.#ports.card.destroy(causes[outcome.kind]).then(() => outcome));
  }
}
function hostGone(cause: unknown): SessionEnd {
  return { kind: 'host-gone', sentence: cause instanceof MayflyError ? cause.message : 'the connection broke', cause };
}
function refusedDevice(status: number): SessionEnd {
  const sentence = `the host refuses the redirected card with status 0x${status.toString(16).padStart(8, '0')}`;
  return { kind: 'refused', refusal: refusal('device-refused', sentence) };
}
