import type { Caller } from '../policy/principal.ts';
import type { Reauthentication } from '../session/session-cards.ts';
import { sessionError } from '../session/session-error.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { newClient } from './farewell.ts';
import { type Admitted, acceptFront, type FrontOutcome, type FrontRefusal, frontRefusals, type Refused } from './front.ts';
import { type GatewayEnd, gatewayEnd } from './gateway-end.ts';
import type { GatewayGuest, GatewayPorts, LaunchGrant } from './gateway-ports.ts';
import { GatewaySession } from './gateway-session.ts';
import { HalfOpen, type HalfOpenLimits } from './half-open.ts';
import type { LaunchTokens } from './launch-tokens.ts';
import { sendAway } from './send-away.ts';
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
  /** Over, but for the client that reads why. */
  readonly #leaving = new Set<GatewaySession>();
  /** Whose token was good just now. */
  #coming = 0;
  readonly #refused = new Map<string, number>();
  readonly #stopping = Promise.withResolvers<void>();
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
  /** Another card for whoever is logged on in a session. @throws MayflyError `session-not-connected`, and what `openCard` throws */
  async reauthenticate(caller: Caller, session: string, network: string): Promise<Reauthentication> {
    const live = [...this.#live].findLast((each) => each.session === session);
    if (!live) throw sessionError('session-not-connected');
    return live.reauthenticate(caller, network);
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
    try {
      const { outcome, isFull } = await this.#front(guest);
      if (outcome.kind === 'admitted' && !this.#isStopping) return await this.#session(guest, outcome, place);
      const why = outcome.kind === 'refused' && !isFull ? outcome.why : 'too-many';
      this.#count(why);
      this.#log.line(`a client from ${guest.address} was sent away: ${why === 'too-many' ? 'too many sessions' : why}`);
      if (outcome.kind === 'refused') await this.#refuse(guest, outcome, why);
    } catch (e) {
      if (!(e instanceof MayflyError)) this.#log.line('a client could not be served', e);
      this.#count('malformed');
    } finally {
      place();
      guest.close();
    }
    return undefined;
  }
  /** A token is looked at when there is room for what it opens: it is good once. */
  async #front(guest: GatewayGuest): Promise<{ readonly outcome: FrontOutcome<LaunchGrant>; readonly isFull: boolean }> {
    let isFull = false;
    let isComing = false;
    const redeem = (token: string): LaunchGrant | undefined => {
      isFull = this.#limits.sessions <= this.#live.size + this.#leaving.size + this.#coming;
      const grant = isFull ? undefined : this.#tokens.redeem(token);
      isComing = grant !== undefined;
      if (isComing) this.#coming++;
      return grant;
    };
    try {
      const outcome = await guest.converse(acceptFront({ knows: (handle) => this.#tokens.knows(handle), redeem }));
      return { outcome, isFull };
    } finally {
      if (isComing) this.#coming--;
    }
  }
  async #session(guest: GatewayGuest, admitted: Admitted<LaunchGrant>, place: () => void): Promise<GatewayEnd> {
    const before = [...this.#live].filter((other) => other.session === admitted.grant.session);
    const session = new GatewaySession(this.#ports, guest, admitted, before);
    this.#live.add(session);
    place();
    guest.stay();
    const end = await session.ended;
    this.#live.delete(session);
    this.#leaving.add(session);
    await session.left.finally(() => this.#leaving.delete(session));
    return end;
  }
  async #refuse(guest: GatewayGuest, { client }: Refused, why: FrontRefusal | 'too-many'): Promise<void> {
    if (!client) return;
    const sentence =
      why === 'too-many' ? 'the gateway has as many sessions as it takes: launch the session again later' : frontRefusals[why];
    const end = gatewayEnd('refused', sentence);
    await sendAway({ gateway: this.#ports, guest, client, state: newClient, end, hurry: this.#stopping.promise });
  }
  /** Ends every session; resolves when no key of theirs is left. */
  async close(): Promise<void> {
    this.#isStopping = true;
    this.#stopping.resolve();
    this.#log.close();
    const all = [...this.#live, ...this.#leaving];
    for (const session of all) session.stop(gatewayEnd('shutdown'));
    await Promise.all(all.map(({ ended }) => ended));
  }
  #count(why: string): void {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1);
  }
}
