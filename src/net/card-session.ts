import { activationReply, chunkLengthOf } from '../rdp/activate.ts';
import { type Connected, type ConnectionPlan, isHybrid } from '../rdp/connection-sequence.ts';
import { rdpFrame } from '../rdp/rdp-frame.ts';
import { refusalIn, type SessionEvent } from '../rdp/session-event.ts';
import { refusal } from '../rdp/session-refusal.ts';
import { CardChannel, type CardChannelPorts } from '../rdpdr/card-channel.ts';
import type { RedirectionEvent } from '../rdpdr/redirection-event.ts';
import { type LogonOutcome, type SessionEnd, SessionLogon, type SessionLogonPorts } from '../rdpdr/session-logon.ts';
import type { StalledLogon } from '../rdpdr/stalled-logon.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { FramedStream } from './framed-stream.ts';
import { type RdpTransport, unproven } from './rdp-transport.ts';
import { WriteQueue } from './write-queue.ts';

export interface CardSessionPorts extends Pick<CardChannelPorts, 'computerName' | 'cardHandle' | 'random'>, SessionLogonPorts {
  readonly connected: Connected;
  readonly transport: Pick<RdpTransport, 'isProven' | 'close'> & {
    readonly stream: Pick<FramedStream, 'receive' | 'send'>;
  };
  readonly capabilities: ConnectionPlan['capabilities'];
  readonly events?: (event: RedirectionEvent) => void;
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
  readonly #logon: SessionLogon;
  readonly #channel: CardChannel;
  readonly #writes: WriteQueue;
  #end: SessionEnd | undefined;

  /** @throws MayflyError `rdp-unproven`: no card is shown to a host that could be any */
  constructor(ports: CardSessionPorts) {
    const { connected, transport, events = () => undefined } = ports;
    // CredSSP was done with Kerberos, which proves the host.
    if (!transport.isProven && !isHybrid(connected.selected.protocol)) {
      transport.close();
      throw unproven();
    }
    this.#ports = ports;
    this.#writes = new WriteQueue(
      (octets) => transport.stream.send(octets),
      (cause) => this.#stop(hostGone(cause)),
    );
    this.#logon = new SessionLogon(ports, () => this.#logon.isWithCard && this.#stop({ kind: 'not-after' }));
    this.logon = this.#logon.outcome;
    this.#channel = new CardChannel({
      ...ports,
      card: this.#logon.card,
      write: (octets) => this.#writes.write(octets),
      events: (event) => {
        this.#logon.happened(event);
        if (event.kind === 'device-refused' && this.#logon.isWithCard && !this.#logon.isOver)
          this.#stop(refusedDevice(event.status));
        events(event);
      },
    });
    this.ended = this.#run();
  }
  /** How far the host came with the logon, and what it means that it came no further. */
  get reached(): StalledLogon {
    return this.#logon.reached;
  }
  /** Ends session and connection; the key goes, if it is there still. */
  cancel(): Promise<SessionEnd> {
    this.#stop({ kind: 'cancelled' });
    return this.ended;
  }
  async #run(): Promise<SessionEnd> {
    // The caller has the session before anything comes of it.
    await Promise.resolve();
    const end = await this.#read().catch(hostGone);
    this.#stop(end);
    const first = this.#end ?? end;
    this.#channel.end();
    this.#writes.end();
    this.#logon.over(first);
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
      case 'save-session-info':
        if (event.loggedOn && this.#logon.isWithCard) this.#logon.over({ kind: 'logged-on', who: event.loggedOn });
        return undefined;
      case 'redirection':
        return event.target.follow ? { kind: 'redirected', target: event.target } : undefined;
      default:
        return undefined;
    }
  }
  /** The first end counts; whoever reads hears of it by the connection. */
  #stop(end: SessionEnd): void {
    this.#end ??= end;
    this.#ports.transport.close();
  }
}
function hostGone(cause: unknown): SessionEnd {
  return { kind: 'host-gone', sentence: cause instanceof MayflyError ? cause.message : 'the connection broke', cause };
}
function refusedDevice(status: number): SessionEnd {
  const sentence = `the host refuses the redirected card with status 0x${status.toString(16).padStart(8, '0')}`;
  return { kind: 'refused', refusal: refusal('device-refused', sentence) };
}
