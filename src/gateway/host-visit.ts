import type { RedirectionTarget } from '../rdp/server-redirection.ts';
import type { SessionView } from '../session/session.ts';
import type { SessionCard } from '../session/session-cards.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { LeftClient } from './client-standing.ts';
import { dialled } from './dialled.ts';
import type { ClientState } from './farewell.ts';
import type { Admitted } from './front.ts';
import { type GatewayEnd, gatewayEnd } from './gateway-end.ts';
import type { Behind, GatewayGuest, GatewayPorts, LaunchGrant } from './gateway-ports.ts';
import type { Place } from './place.ts';
import { SessionRelay } from './session-relay.ts';

export interface HostVisitPorts {
  readonly gateway: GatewayPorts;
  readonly guest: GatewayGuest;
  readonly admitted: Admitted<LaunchGrant>;
  readonly place: Place;
  /** Where the host before left the client; undefined for the first. */
  readonly before: ClientState | undefined;
  /** Resolves when the session is over, whoever says so. */
  readonly over: Promise<unknown>;
  readonly isOver: () => boolean;
  readonly end: (end: GatewayEnd) => void;
  /** Told when the host has taken the session, which may pass that much. */
  readonly begins: (view: SessionView) => void;
}
/** A session at one host: its card, the connection to it, and the relay between it and the client. */
export class HostVisit {
  card: SessionCard | undefined;
  relay: SessionRelay | undefined;
  readonly #ports: HostVisitPorts;
  readonly #sentOn = Promise.withResolvers<RedirectionTarget>();
  #behind: Behind | undefined;

  constructor(ports: HostVisitPorts) {
    this.#ports = ports;
  }
  /** Lasts until the host sends the session on, and says where to; or until the session is over. */
  async run(): Promise<RedirectionTarget | undefined> {
    const { gateway, guest, admitted, place, before, over, isOver, end } = this.#ports;
    const { caller, session } = admitted.grant;
    const { sessions } = gateway;
    try {
      this.card = await sessions.openCard(caller, session, 'gateway', guest.address, undefined, before && place.host);
      if (isOver()) return undefined;
      const view = sessions.get(caller, session);
      const dialling = gateway.dial(dialled(view, admitted, this.card, place));
      const outcome = await this.#unlessOver(dialling);
      if (!outcome) return undefined;
      if ('kind' in outcome) end(gatewayEnd('host-refused', outcome.sentence));
      else this.#begin(sessions.get(caller, session), this.card, outcome);
      return await Promise.race([this.#sentOn.promise, over.then(() => undefined)]);
    } catch (e) {
      end(this.#failure(e));
      return undefined;
    }
  }
  /** Nobody waits for a host that takes its time when the end has come: the key least of all. */
  async #unlessOver<T extends Awaited<ReturnType<GatewayPorts['dial']>>>(dialling: Promise<T>): Promise<T | undefined> {
    const { over, isOver } = this.#ports;
    const outcome = await Promise.race([dialling, over.then(() => undefined)]);
    if (!isOver()) return outcome;
    void dialling.then(
      (late) => ('stream' in late ? late.stream.destroy() : undefined),
      () => undefined,
    );
    return undefined;
  }
  #begin(view: SessionView, card: SessionCard, behind: Behind): void {
    const { gateway, guest, admitted, place, before, end, begins } = this.#ports;
    const { note, clock, tap } = gateway;
    const { account, id: session } = view;
    this.#behind = behind;
    if (!account) return;
    const named = { session, card: card.id };
    begins(view);
    note({ event: 'gateway-connected', at: clock(), ...named, host: place.host, network: guest.address });
    this.relay = new SessionRelay({
      ...{ gateway, admitted, behind, card, account, tap: tap?.(view), before, end, host: place.host },
      ...{ granted: view.channels, allows: view.allows ?? [] },
      client: { ...guest.release(), skip: before?.skip ?? 0 },
      loggedOn: () => note({ event: 'card-authenticated', at: clock(), ...named }),
      redirected: (target) => this.#sentOn.resolve(target),
    });
    this.relay.begin();
  }
  #failure(e: unknown): GatewayEnd {
    const { gateway, place, before } = this.#ports;
    if (!(e instanceof MayflyError)) gateway.log('a gateway session failed', e);
    const sentence = e instanceof MayflyError ? e.message : undefined;
    if (this.card) return gatewayEnd('host-unreachable', sentence);
    return before
      ? gatewayEnd('redirected', `the host sends the session to ${place.host}: ${sentence ?? 'no card could be made'}`)
      : gatewayEnd('no-card', sentence);
  }
  /** The key goes first. @returns what is left of the client, where the host had it */
  async close(): Promise<LeftClient | undefined> {
    const { gateway, guest } = this.#ports;
    try {
      const left = await this.relay?.close();
      if (left) guest.takeBack(left.held);
      else await this.card?.card.destroy('session-ended');
      return left;
    } catch (e) {
      gateway.log('a card could not be destroyed', e);
      return undefined;
    } finally {
      this.#behind?.stream.destroy();
    }
  }
}
