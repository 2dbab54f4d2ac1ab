import type { Caller } from '../policy/principal.ts';
import { pinAsPassword } from '../rdp/client-info.ts';
import type { SessionView } from '../session/session.ts';
import type { Reauthentication, SessionCard } from '../session/session-cards.ts';
import { isTakenBack } from '../session/session-ending.ts';
import { sessionError } from '../session/session-error.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { allowsStatic } from './channel-policy.ts';
import { newClient } from './farewell.ts';
import type { Admitted } from './front.ts';
import { type GatewayEnd, gatewayEnd, gatewayEnds } from './gateway-end.ts';
import type { Behind, Dialled, GatewayGuest, GatewayPorts, LaunchGrant } from './gateway-ports.ts';
import { rewritten } from './rewrite-row.ts';
import { rewriteTable } from './rewrite-table.ts';
import { sendAway } from './send-away.ts';
import { type LeftClient, SessionRelay } from './session-relay.ts';

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
  #relay: SessionRelay | undefined;
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
    const relay = this.#relay;
    if (!relay?.isActive || this.#isOver) throw refused();
    const held = await this.#ports.sessions.openCard(caller, this.session, 'gateway', network, 'reauthentication');
    if (this.#isOver) {
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
    let card: SessionCard | undefined;
    let behind: Behind | undefined;
    try {
      stopWatching = sessions.watch(caller, id, (view) => this.#watched(view));
      this.#host = sessions.get(caller, id).host;
      await this.#takeOver();
      card = await sessions.openCard(caller, id, 'gateway', this.#guest.address);
      if (!this.#isOver) behind = await this.#unlessOver(this.#dial(sessions.get(caller, id), card));
      if (behind) this.#begin(sessions.get(caller, id), card, behind);
    } catch (e) {
      this.end(this.#failure(e, card !== undefined));
    }
    const end = await this.#over.promise;
    stopWatching();
    // Before anybody could come back; the key waits for nobody's turn or disk.
    const failed = gatewayEnds[end.cause].endsSession ? this.#fail(end) : undefined;
    await this.#close(card, behind);
    await failed;
    this.#noteEnd(end, card, elapsed() - began);
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
  /** Nobody waits for a host that takes its time when the end has come: the key least of all. */
  async #unlessOver(dialling: Promise<Behind | undefined>): Promise<Behind | undefined> {
    const behind = await Promise.race([dialling, this.#over.promise.then(() => undefined)]);
    if (!this.#isOver) return behind;
    void dialling.then(
      (late) => late?.stream.destroy(),
      () => undefined,
    );
    return undefined;
  }
  async #dial({ host, account, channels }: SessionView, card: SessionCard): Promise<Behind | undefined> {
    if (!account) throw new MayflyError('gateway-account', 'the session has no account');
    const { initial, info } = this.#admitted;
    const asked: Dialled = {
      ...{ host, account, card },
      settings: ({ protocol: selectedProtocol, flags: hostFlags }) => {
        const facts = { selectedProtocol, hostFlags, allowed: (name: string) => allowsStatic(channels, name) };
        const blocks = rewritten(rewriteTable.settings, initial.conference.blocks, facts);
        return { ...initial, conference: { ...initial.conference, blocks } };
      },
      clientInfo: (userName) =>
        rewritten(rewriteTable.clientInfo, info, {
          ...{ userName, mayChooseShell: false },
          hearsSound: channels.includes('audio-out'),
          maySpeak: channels.includes('audio-in'),
          password: pinAsPassword(card.card.pin),
        }),
    };
    const outcome = await this.#ports.dial(asked);
    if (!('kind' in outcome)) return outcome;
    this.end(gatewayEnd('host-refused', outcome.sentence));
    return undefined;
  }
  #begin(view: SessionView, card: SessionCard, behind: Behind): void {
    const { note, clock, tap } = this.#ports;
    const { account, id: session, host } = view;
    if (!account) return;
    const named = { session, card: card.id };
    this.#granted = view.channels;
    note({ event: 'gateway-connected', at: clock(), ...named, host, network: this.#guest.address });
    this.#relay = new SessionRelay({
      ...{ gateway: this.#ports, admitted: this.#admitted, behind, card, account, tap: tap?.(view) },
      ...{ granted: view.channels, allows: view.allows ?? [] },
      client: this.#guest.release(),
      loggedOn: () => note({ event: 'card-authenticated', at: clock(), ...named }),
      end: (end) => this.end(end),
    });
    this.#relay.begin();
  }
  #failure(e: unknown, hasCard: boolean): GatewayEnd {
    if (!(e instanceof MayflyError)) this.#ports.log('a gateway session failed', e);
    const sentence = e instanceof MayflyError ? e.message : undefined;
    return gatewayEnd(hasCard ? 'host-unreachable' : 'no-card', sentence);
  }
  /** Nobody comes back to the session. */
  async #fail({ cause, sentence }: GatewayEnd): Promise<void> {
    try {
      await this.#ports.sessions.fail(this.session, cause, sentence);
    } catch (e) {
      this.#ports.log('a session could not be ended', e);
    }
  }
  /** The key goes first. */
  async #close(card: SessionCard | undefined, behind: Behind | undefined): Promise<void> {
    const relay = this.#relay;
    try {
      if (relay) {
        this.#client = await relay.close();
        this.#guest.takeBack(this.#client.held);
      } else await card?.card.destroy('session-ended');
    } catch (e) {
      this.#ports.log('a card could not be destroyed', e);
    }
    behind?.stream.destroy();
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
  #noteEnd({ cause, sentence, loggedOn }: GatewayEnd, card: SessionCard | undefined, ms: number): void {
    const { note, clock } = this.#ports;
    const { fromClient, fromHost } = this.#relay?.octets ?? { fromClient: 0, fromHost: 0 };
    const at = clock();
    const where = { host: this.#host, network: this.#guest.address };
    const facts = { cause, sentence, loggedOn, fromClient, fromHost, ms: Math.round(ms) };
    note({ event: 'gateway-ended', at, session: this.session, card: card?.id, ...where, ...facts });
  }
}
