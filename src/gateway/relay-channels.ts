import type { Settings } from '../rdp/agreed-settings.ts';
import type { SessionIds } from '../rdp/session-ids.ts';
import type { FrontIds } from './front-settings.ts';

/** What is done with a static channel. */
export type ChannelRole =
  /** The I/O channel. */
  | 'io'
  /** `rdpdr`: ended at both sides, the card is ours. */
  | 'devices'
  /** `drdynvc`: the dynamic channels in it are looked at when they are opened. */
  | 'dynamic'
  /** `cliprdr`: what is copied goes the ways that are granted. */
  | 'clipboard'
  /** Passed on, unread. */
  | 'plain'
  /** One side does not know of it: what comes on it goes nowhere. */
  | 'silent';
export interface RelayChannel {
  readonly name: string;
  readonly role: ChannelRole;
  /** Its id at the client, and at the host. */
  readonly front?: number | undefined;
  readonly behind?: number | undefined;
}
export interface HostIds extends SessionIds {
  readonly channels: Settings['channels'];
}
const special: Readonly<Record<string, ChannelRole>> = { rdpdr: 'devices', drdynvc: 'dynamic', cliprdr: 'clipboard' };
const roleOf = (name: string): ChannelRole => (Object.hasOwn(special, name) ? special[name] : undefined) ?? 'plain';

/** The channels of one session by the ids of both sides, which hosts may give differently than the client was told. */
export class RelayChannels {
  readonly front: FrontIds;
  readonly behind: HostIds;
  readonly #byFront = new Map<number, RelayChannel>();
  readonly #byBehind = new Map<number, RelayChannel>();
  /** @param allowed whether a channel of both sides may be made one */
  constructor(front: FrontIds, behind: HostIds, allowed: (name: string) => boolean) {
    this.front = front;
    this.behind = behind;
    this.#add({ name: 'io', role: 'io', front: front.ioChannelId, behind: behind.ioChannelId });
    const names = new Set([...front.channels, ...behind.channels].map(({ name }) => name));
    for (const name of names) {
      const atClient = front.channels.find((each) => each.name === name)?.channelId;
      const atHost = behind.channels.find((each) => each.name === name)?.channelId;
      const isBoth = atClient !== undefined && atHost !== undefined && allowed(name);
      const role = roleOf(name);
      this.#add({ name, role: role === 'devices' || isBoth ? role : 'silent', front: atClient, behind: atHost });
    }
  }
  /** That of a client's PDU; one that nobody knows is silent. */
  ofClient(id: number): RelayChannel {
    return this.#byFront.get(id) ?? unknown;
  }
  ofHost(id: number): RelayChannel {
    return this.#byBehind.get(id) ?? unknown;
  }
  /** The host's id of a channel that is there once. */
  behindOf(role: 'devices'): number | undefined {
    return [...this.#byBehind.values()].find((each) => each.role === role)?.behind;
  }
  frontOf(role: 'devices'): number | undefined {
    return [...this.#byFront.values()].find((each) => each.role === role)?.front;
  }
  #add(channel: RelayChannel): void {
    if (channel.front !== undefined) this.#byFront.set(channel.front, channel);
    if (channel.behind !== undefined) this.#byBehind.set(channel.behind, channel);
  }
}
const unknown: RelayChannel = { name: '', role: 'silent' };
