import type { Caller } from '../policy/principal.ts';
import type { RedirectionTarget } from '../rdp/server-redirection.ts';
import type { SessionView } from '../session/session.ts';
import type { Reauthentication } from '../session/session-cards.ts';
import { isTakenBack } from '../session/session-ending.ts';
import { sessionError } from '../session/session-error.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { printableName } from '../x509/name-text.ts';
import type { LeftClient } from './client-standing.ts';
import { type ClientState, deactivation, newClient } from './farewell.ts';
import type { Admitted } from './front.ts';
import { type GatewayEnd, gatewayEnd, gatewayEnds } from './gateway-end.ts';
import type { GatewayGuest, GatewayPorts, LaunchGrant } from './gateway-ports.ts';
import { HostVisit } from './host-visit.ts';
import { type Place, placeOf } from './place.ts';
import { sendAway } from './send-away.ts';

/** A connection broker names a host once; who is sent on for ever is in a loop. */
const MOST_REDIRECTIONS = 3;
/** UTF-16 code units of a name that a host gives. */
const MOST_NAME = 256;

/** The session of one client whose token was good: its card, its host, and the relay between both, to the end of all three. */
export class GatewaySession {
  /** Resolves when its key is gone and its end is noted. */
  readonly ended: Promise<GatewayEnd>;
  /** Resolves when its client has gone as well: whoever is told why may take a while to read it. */
  readonly left: Promise<void>;
  readonly #ports: GatewayPorts;
  readonly #guest: GatewayGuest;
  readonly #admitted: Admitted<LaunchGrant>;
  readonly #over = Promise.withResolvers<GatewayEnd>();
  readonly #hurry = Promise.withResolvers<void>();
  readonly #before: readonly GatewaySession[];
  #isOver = false;
  #host: string | undefined;
  #visit: HostVisit | undefined;
  #octets = { fromClient: 0, fromHost: 0 };
  #lastCard: string | undefined;
  #client: LeftClient = { held: new Uint8Array(), isWhole: true, state: newClient };
  /** Channels that may pass, since there are any. */
  #granted: SessionView['channels'] = [];

  /** @param before those who have the session now: it has one desktop at a time, the newest */
  constructor(ports: GatewayPorts, guest: GatewayGuest, admitted: Admitted<LaunchGrant>, before: readonly GatewaySession[] = []) {
    this.#ports = ports;
    this.#before = before;
    this.#guest = guest;
    this.#admitted = admitted;
    this.ended = this.#run();
    this.left = this.ended.then((end) => this.#sendAway(end));
  }
  get session(): string {
    return this.#admitted.grant.session;
  }
  /** The first end counts. */
  end(end: GatewayEnd): void {
    this.#isOver = true;
    this.#over.resolve(end);
  }
  /** The same, and its client is given no time. */
  stop(end: GatewayEnd): void {
    this.end(end);
    this.#hurry.resolve();
  }
  /**
   * Another card for whoever is logged on, as the rules allow it. @param network whoever asks is there
   * @throws MayflyError `session-not-connected`, and what `openCard` throws
   */
  async reauthenticate(caller: Caller, network: string): Promise<Reauthentication> {
    const refused = () => sessionError('session-not-connected');
    const relay = this.#visit?.relay;
    if (!relay?.isActive || this.#isOver) throw refused();
    const held = await this.#ports.sessions.openCard(caller, this.session, 'gateway', network, 'reauthentication');
    if (this.#isOver || relay !== this.#visit?.relay) {
      await held.card.destroy('session-ended');
      throw refused();
    }
    // Before the host can spend it.
    const pin = new TextDecoder().decode(held.card.pin);
    return { card: held.id, pin, seconds: relay.insert(held) };
  }
  async #run(): Promise<GatewayEnd> {
    const { sessions, elapsed } = this.#ports;
    const { caller, session: id } = this.#admitted.grant;
    const began = elapsed();
    // Whoever made this has it before anything comes of it.
    await Promise.resolve();
    this.#guest.onClose(() => this.end(gatewayEnd('client-left')));
    let stopWatching: () => void = () => undefined;
    try {
      stopWatching = sessions.watch(caller, id, (view) => this.#watched(view));
      this.#host = sessions.get(caller, id).host;
      await this.#takeOver();
      if (!this.#isOver) await this.#visitAll({ host: this.#host });
    } catch (e) {
      if (!(e instanceof MayflyError)) this.#ports.log('a gateway session failed', e);
      this.end(gatewayEnd('no-card', e instanceof MayflyError ? e.message : undefined));
    }
    const end = await this.#over.promise;
    stopWatching();
    // Before anybody could come back; the key waits for nobody's turn or disk.
    const failed = gatewayEnds[end.cause].endsSession ? this.#fail(end) : undefined;
    await this.#leave();
    await failed;
    this.#noteEnd(end, elapsed() - began);
    return end;
  }
  #watched(view: SessionView): void {
    const { state, sentence, channels } = view;
    if (state !== 'granted') this.end(gatewayEnd(isTakenBack(view) ? 'no-longer-granted' : 'session-over', sentence));
    // What passes was agreed with the host when the session began.
    else if (this.#granted.some((channel) => !channels.includes(channel))) this.end(gatewayEnd('less-granted'));
  }
  /** Resolves when their keys are gone: a session has one card at a time. */
  async #takeOver(): Promise<void> {
    for (const other of this.#before) other.end(gatewayEnd('taken-over'));
    await Promise.all(this.#before.map(({ ended }) => ended));
  }
  /** From host to host, as each sends the session on: a card and a connection at each. */
  async #visitAll(first: Place): Promise<void> {
    let place: Place | undefined = first;
    let before: ClientState | undefined;
    for (let redirections = 0; place; redirections++) {
      this.#host = place.host;
      this.#visit = new HostVisit({
        ...{ gateway: this.#ports, guest: this.#guest, admitted: this.#admitted, place, before },
        ...{ over: this.#over.promise, isOver: () => this.#isOver, end: (end) => this.end(end) },
        begins: ({ channels }) => {
          this.#granted = channels;
        },
      });
      const target = await this.#visit.run();
      if (!target || this.#isOver) return;
      place = this.#next(target, place, redirections);
      before = place && (await this.#sentOn());
    }
  }
  #next(target: RedirectionTarget, { host }: Place, redirections: number): Place | undefined {
    const { note, clock } = this.#ports;
    const { fqdn, netBiosName, address } = target;
    const to = printableName((fqdn ?? netBiosName ?? address ?? host).slice(0, MOST_NAME));
    note({ event: 'gateway-redirected', at: clock(), session: this.session, card: this.#visit?.card?.id ?? '', host, to });
    const place = redirections < MOST_REDIRECTIONS ? placeOf(target, host) : undefined;
    if (!place) {
      const why =
        redirections < MOST_REDIRECTIONS ? `to ${to}, which is no name of a host` : `on more than ${MOST_REDIRECTIONS} times`;
      this.end(gatewayEnd('redirected', `the host sends the session ${why}`));
    }
    return place;
  }
  /** The client waits for the next host, out of its share. */
  async #sentOn(): Promise<ClientState> {
    // What the rules give at the next host is theirs to say.
    this.#granted = [];
    await this.#leave();
    const { isWhole, state } = this.#client;
    if (!isWhole || !state) throw new MayflyError('gateway-client', 'the client cannot be led to another host');
    if (state.stage !== 'active') return state;
    await this.#guest.converse(deactivation(this.#admitted.ids, state.shareId));
    return { ...state, stage: 'licensed' };
  }
  /** Nobody comes back to the session. */
  async #fail({ cause, sentence }: GatewayEnd): Promise<void> {
    try {
      await this.#ports.sessions.fail(this.session, cause, sentence);
    } catch (e) {
      this.#ports.log('a session could not be ended', e);
    }
  }
  /** The host, for good; the key goes first. */
  async #leave(): Promise<void> {
    const visit = this.#visit;
    this.#client = (await visit?.close()) ?? this.#client;
    const { fromClient, fromHost } = visit?.relay?.octets ?? { fromClient: 0, fromHost: 0 };
    this.#octets = { fromClient: this.#octets.fromClient + fromClient, fromHost: this.#octets.fromHost + fromHost };
    this.#lastCard = visit?.card?.id;
    this.#visit = undefined;
  }
  async #sendAway(end: GatewayEnd): Promise<void> {
    const { isWhole, state } = this.#client;
    if (end.cause === 'client-left' || !isWhole) return this.#guest.close();
    await sendAway({
      ...{ gateway: this.#ports, guest: this.#guest, client: this.#admitted, end, hurry: this.#hurry.promise },
      state: end.cause === 'shutdown' ? undefined : state,
      reference: `Session ${this.session}`,
    });
  }
  #noteEnd({ cause, sentence, loggedOn }: GatewayEnd, ms: number): void {
    const { note, clock } = this.#ports;
    const at = clock();
    const where = { host: this.#host, network: this.#guest.address };
    const facts = { cause, sentence, loggedOn, ...this.#octets, ms: Math.round(ms) };
    note({ event: 'gateway-ended', at, session: this.session, card: this.#lastCard, ...where, ...facts });
  }
}
