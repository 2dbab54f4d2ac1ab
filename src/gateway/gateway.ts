import { MayflyError } from '../wire/mayfly-error.ts';
import { acceptFront, frontRefusals } from './front.ts';
import { type GatewayEnd, gatewayEnd } from './gateway-end.ts';
import type { GatewayGuest, GatewayPorts, LaunchGrant } from './gateway-ports.ts';
import { GatewaySession } from './gateway-session.ts';
import { HalfOpen, type HalfOpenLimits } from './half-open.ts';
import type { LaunchTokens } from './launch-tokens.ts';
import { StrangerLog } from './stranger-log.ts';

export interface GatewayLimits {
  readonly halfOpen: HalfOpenLimits;
  /** Sessions at once. */
  readonly sessions: number;
}
/** What became of strangers, for figures. */
export interface GatewayCounts {
  readonly halfOpen: number;
  readonly live: number;
  /** By why they were sent away. */
  readonly refused: ReadonlyMap<string, number>;
}

/** Takes RDP clients with a token in front, and leads each to the host of its session. */
export class Gateway {
  readonly #ports: GatewayPorts;
  readonly #limits: GatewayLimits;
  readonly #tokens: LaunchTokens<LaunchGrant>;
  readonly #halfOpen: HalfOpen;
  readonly #log: StrangerLog;
  readonly #live = new Set<GatewaySession>();
  readonly #refused = new Map<string, number>();
  #isStopping = false;

  constructor(ports: GatewayPorts, tokens: LaunchTokens<LaunchGrant>, limits: GatewayLimits) {
    this.#ports = ports;
    this.#tokens = tokens;
    this.#limits = limits;
    this.#halfOpen = new HalfOpen(limits.halfOpen);
    this.#log = new StrangerLog(ports);
  }
  get counts(): GatewayCounts {
    return { halfOpen: this.#halfOpen.size, live: this.#live.size, refused: this.#refused };
  }
  /** Whether one more stranger from there may connect; a place is held until what comes back is called. */
  admit(address: string): (() => void) | undefined {
    const place = this.#isStopping ? 'too-many' : this.#halfOpen.take(address, this.#ports.elapsed());
    if (typeof place === 'function') return place;
    this.#count(place);
    return undefined;
  }
  /** A client that has just connected. @param place of `admit` */
  async serve(guest: GatewayGuest, place: () => void): Promise<GatewayEnd | undefined> {
    const tokens = this.#tokens;
    try {
      const outcome = await guest.converse(
        acceptFront({ knows: (handle) => tokens.knows(handle), redeem: (token) => tokens.redeem(token) }),
      );
      if (outcome.kind === 'admitted' && !this.#isStopping && this.#live.size < this.#limits.sessions) {
        const session = new GatewaySession(this.#ports, guest, outcome);
        this.#live.add(session);
        place();
        guest.stay();
        return await session.ended.finally(() => this.#live.delete(session));
      }
      const why = outcome.kind === 'refused' ? outcome.why : 'too-many';
      this.#count(why);
      this.#log.line(`a client from ${guest.address} was sent away: ${why in frontRefusals ? why : 'too many sessions'}`);
    } catch (e) {
      if (!(e instanceof MayflyError)) this.#log.line('a client could not be served', e);
      this.#count('malformed');
    } finally {
      place();
      guest.close();
    }
    return undefined;
  }
  /** Ends every session; resolves when no key of theirs is left. */
  async close(): Promise<void> {
    this.#isStopping = true;
    this.#log.close();
    const all = [...this.#live];
    for (const session of all) session.end(gatewayEnd('shutdown'));
    await Promise.all(all.map(({ ended }) => ended));
  }
  #count(why: string): void {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1);
  }
}
