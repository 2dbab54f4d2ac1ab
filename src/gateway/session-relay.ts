import { chunkLengthOf } from '../rdp/activate.ts';
import { channelMessage } from '../rdp/channels.ts';
import { judgeLicense, type LicenseMessage, noLicense } from '../rdp/license.ts';
import type { LoggedOn } from '../rdp/save-session-info.ts';
import type { RedirectionTarget } from '../rdp/server-redirection.ts';
import { CHANNEL_CHUNK_LENGTH } from '../rdp/session-capabilities.ts';
import type { SessionEvent } from '../rdp/session-event.ts';
import { request, SERVER_USER_ID } from '../rdp/session-ids.ts';
import { CardChannel } from '../rdpdr/card-channel.ts';
import { SessionLogon } from '../rdpdr/session-logon.ts';
import type { SessionCard } from '../session/session-cards.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { allowsStatic } from './channel-policy.ts';
import { allowsDevices, ClientDevices } from './client-devices.ts';
import { ClientReader } from './client-reader.ts';
import { ClientStanding, type LeftClient } from './client-standing.ts';
import { Clipboard } from './clipboard.ts';
import { DynamicChannels } from './dynamic-channels.ts';
import { type GatewayEndCause, gatewayEnd } from './gateway-end.ts';
import type { GatewayPorts } from './gateway-ports.ts';
import { logonFault, nameOf } from './granted-account.ts';
import { HostReader } from './host-reader.ts';
import { IdleWatch } from './idle-watch.ts';
import { InsertedCard } from './inserted-card.ts';
import { Relay } from './relay.ts';
import { RelayChannels } from './relay-channels.ts';
import type { SessionRelayPorts } from './session-relay-ports.ts';
import { wantsErrors } from './told-end.ts';

/** Milliseconds for the rest of a PDU that a client has in part. */
const LAST_PDU = 1000;
/** Milliseconds that a host has to close after it has said why it will. */
const FAREWELL = 5000;
const COMPUTER = 'mayfly';
/** Client and host with our card in between: who may type, who is logged on, when the key goes. */
export class SessionRelay {
  readonly #ports: SessionRelayPorts;
  readonly #relay: Relay;
  readonly #channel: CardChannel;
  readonly #logon: SessionLogon;
  readonly #operationsBefore: number;
  #isLoggedOn = false;
  readonly #idle: IdleWatch;
  readonly #after: GatewayPorts['after'];
  /** Why the host said that it will end. */
  #farewell: string | undefined;
  /** The client said what cannot be read: nobody knows where its next PDU begins. */
  #isLost = false;
  #isClosed = false;
  #callOff: () => void = () => undefined;
  #devices: ClientDevices | undefined;
  #inserted: InsertedCard | undefined;
  readonly #standing: ClientStanding;
  /** The host has sent the session on. */
  #isLeft = false;

  constructor(ports: SessionRelayPorts) {
    this.#ports = ports;
    const { gateway, admitted, behind, client, card, granted } = ports;
    const { entered, logon } = behind;
    const { elapsed, clock } = gateway;
    const after: GatewayPorts['after'] = (milliseconds, f) => gateway.after(milliseconds, () => this.#guarded(f));
    this.#after = after;
    this.#idle = new IdleWatch({ elapsed, after, idle: gateway.idle });
    this.#standing = new ClientStanding(ports.before);
    this.#operationsBefore = card.card.operations;
    const channels = new RelayChannels(admitted.ids, { ...entered.ids, channels: entered.agreed.channels }, (name) =>
      allowsStatic(granted, name),
    );
    const dynamic = new DynamicChannels(granted);
    const clipboard = new Clipboard(granted);
    const notAfter = Math.max(0, card.notAfter - clock()) * 1000;
    this.#logon = new SessionLogon({ card: card.card, notAfter, logon, after, elapsed }, () => {
      const { sentence } = this.#logon.reached;
      if (this.#logon.isWithCard) this.#end('card-expired', `the card ended before anybody was logged on: ${sentence}`);
    });
    this.#channel = new CardChannel({
      connected: { agreed: entered.agreed, ids: entered.ids, session: { chunkLength: CHANNEL_CHUNK_LENGTH } },
      card: this.#logon.card,
      random: gateway.random,
      after,
      computerName: COMPUTER,
      cardHandle: behind.cardHandle,
      others: allowsDevices(granted)
        ? (ends) => {
            this.#devices = new ClientDevices({
              ...ends,
              granted,
              isPending: () => this.#isPending,
              after,
              toClient: (message) => this.#toDevices(channels, message),
            });
            return this.#devices;
          }
        : undefined,
      write: (octets) => this.#relay.toHost(octets),
      events: (event) => {
        this.#logon.happened(event);
        if (event.kind === 'device-refused' && this.#isPending) this.#end('logon-failed', 'the host does not take the card');
      },
    });
    const standing = this.#standing;
    const shared = { channels, dynamic, clipboard };
    const fromHost = new HostReader({
      ...shared,
      isLicensing: () => standing.isLicensing,
      takesLicenses: () => standing.takesLicenses,
      isLeft: () => this.#isLeft,
      toHost: (octets) => this.#relay.toHost(octets),
      wantsErrors: wantsErrors(admitted.initial),
      toClient: (octets) => {
        ports.tap?.('host', octets, elapsed());
        this.#relay.toClient(octets);
      },
      happened: (event) => this.#happened(event),
      devices: (userData) => {
        const refused = this.#channel.receive(channels.behindOf('devices') ?? 0, userData);
        if (refused) this.#end('host-malformed', refused.sentence);
      },
    });
    const fromClient = new ClientReader({
      ...shared,
      isLicensing: () => standing.isLicensing && standing.takesLicenses,
      toClient: (octets) => this.#relay.toClient(octets),
      toHost: (octets) => {
        ports.tap?.('client', octets, elapsed());
        this.#relay.toHost(octets);
      },
      devices: this.#devices && ((userData) => this.#devices?.fromClient(userData)),
      mayType: () => (this.#isPending ? (ports.allows.includes('legal-notice') ? 'notice' : 'nothing') : 'all'),
      isActive: () => standing.isActive,
      confirms: (shareId) => standing.confirms(shareId),
      typed: () => this.#idle.used(),
      leaves: () => this.#end('client-left'),
    });
    const ended = (side: 'client' | 'host', cause: unknown) => this.#broken(side, cause);
    this.#relay = new Relay({ client, host: behind, fromClient, fromHost, ended });
  }
  begin(): void {
    const { refusal } = this.#channel;
    if (refusal && this.#logon.isWithCard) {
      this.#end('logon-failed', refusal.sentence);
      return;
    }
    void this.#endWithCard();
    this.#idle.begin(() => this.#end('idle'));
    this.#relay.begin();
  }
  /** Whether another card may take the place of the first. */
  get isActive(): boolean {
    return !this.#standing.isLicensing && !this.#isPending && !this.#isLeft;
  }
  /** The host finds another card in the reader. @returns seconds in which it is used */
  insert(card: SessionCard): number {
    const { elapsed, clock } = this.#ports.gateway;
    this.#inserted = new InsertedCard(card, { after: this.#after, elapsed, clock });
    this.#channel.exchange(this.#inserted.card);
    return this.#inserted.seconds;
  }
  async #endWithCard(): Promise<void> {
    const cause = await this.#ports.card.ended;
    if (this.#isClosed || !this.#isPending || this.#isLeft) return;
    if (cause === 'shutdown') this.#end('shutdown');
    else if (cause !== 'session-ended') this.#end('logon-failed', `the card has ended (${cause}) before anybody was logged on`);
    // The key goes first: whoever ended the session says so, and why, when that is durable.
    else if (this.#farewell === undefined) this.#callOff = this.#after(FAREWELL, () => this.#end('session-over'));
  }
  get octets(): { readonly fromClient: number; readonly fromHost: number } {
    const { fromClient, fromHost } = this.#relay;
    return { fromClient, fromHost };
  }
  /** Nothing is passed on any more; resolves when the key is gone. @returns what is left of the client */
  async close(): Promise<LeftClient> {
    this.#isClosed = true;
    this.#callOff();
    this.#idle.end();
    this.#channel.end();
    this.#devices?.end();
    this.#logon.over({ kind: 'cancelled' });
    const late = Promise.withResolvers<void>();
    const callOff = this.#ports.gateway.after(LAST_PDU, late.resolve);
    const left = this.#relay.leaveClient(late.promise);
    await Promise.all([this.#logon.outcome, this.#inserted?.over({ kind: 'cancelled' })]);
    const { isWhole, held, skip } = await left;
    callOff();
    return { isWhole, held, state: this.#isLost ? undefined : this.#standing.state(skip) };
  }
  /** Who waits for a time is nobody's caller: what it throws is of this session, and ends no other. */
  #guarded(f: () => void): void {
    try {
      f();
    } catch (e) {
      if (e instanceof DecodeError) this.#end('host-malformed', e.message);
      else {
        this.#ports.gateway.log('a gateway session failed', e);
        this.#end('internal');
      }
    }
  }
  /** A message of device redirection for the client, where it has that channel. */
  #toDevices(channels: RelayChannels, message: Uint8Array): void {
    const channelId = channels.frontOf('devices');
    if (channelId === undefined) return;
    this.#relay.toClient(channelMessage(message, { kind: 'send-data-indication', initiator: SERVER_USER_ID, channelId }));
  }
  /** The host has yet to log somebody on by the card. */
  get #isPending(): boolean {
    return this.#logon.isWithCard && !this.#isLoggedOn;
  }
  #end(cause: GatewayEndCause, sentence?: string): void {
    this.#ports.end(gatewayEnd(cause, sentence));
  }
  #broken(side: 'client' | 'host', cause: unknown): void {
    if (this.#isLeft && side === 'host') return;
    const isMalformed = cause instanceof MayflyError;
    this.#isLost = side === 'client';
    if (side === 'client') this.#end(isMalformed ? 'client-malformed' : 'client-left', isMalformed ? cause.message : undefined);
    else if (isMalformed) this.#end('host-malformed', cause.message);
    else if (this.#farewell !== undefined) this.#end('host-refused', this.#farewell);
    else this.#end('host-left');
  }
  #happened(event: SessionEvent): void {
    this.#standing.happened(event);
    switch (event.kind) {
      case 'demand-active':
        this.#channel.chunkLength = chunkLengthOf(event.demand);
        break;
      case 'license':
        if (!this.#standing.takesLicenses) this.#license(event.message);
        break;
      case 'save-session-info':
        if (event.loggedOn) this.#whoIs(event.loggedOn);
        break;
      case 'logon-error':
        if (event.refusal && this.#isPending) this.#end('logon-failed', event.refusal.sentence);
        break;
      case 'error-info':
      case 'disconnect':
        if (event.refusal) this.#saidFarewell(event.refusal.sentence);
        break;
      case 'redirection':
        if (event.target.follow) this.#sentOn(event.target);
        break;
      case 'unreadable':
        this.#end('host-malformed', event.sentence);
        break;
      default:
        break;
    }
  }
  /** What the host says of licences to a client that is through with them. */
  #license(message: LicenseMessage): void {
    const { ids } = this.#ports.behind.entered;
    const verdict = judgeLicense(message);
    if (verdict.kind === 'error') this.#end('host-refused', verdict.sentence);
    if (verdict.kind === 'exchange') this.#relay.toHost(request(ids, ids.ioChannelId, noLicense()));
  }
  /** The key goes before anybody is called there. */
  #sentOn(target: RedirectionTarget): void {
    this.#isLeft = true;
    this.#logon.over({ kind: 'redirected', target });
    this.#ports.redirected(target);
  }
  /** INVARIANT: whoever is logged on is whom the session was granted for, from the first notification to the last. */
  #whoIs(who: LoggedOn): void {
    if (!this.#logon.isWithCard) return;
    const { account, host, behind, card } = this.#ports;
    const hasUsedCard = this.#operationsBefore < card.card.operations;
    const logon = { account, host, netBios: behind.netBiosDomain };
    const fault = logonFault(who, { ...logon, isLoggedOn: this.#isLoggedOn, hasUsedCard });
    if (fault) this.#ports.end({ ...gatewayEnd(fault), loggedOn: nameOf(who) });
    else if (this.#isLoggedOn) void this.#inserted?.over({ kind: 'logged-on', who });
    else {
      this.#isLoggedOn = true;
      this.#logon.over({ kind: 'logged-on', who });
      this.#devices?.loggedOn();
      this.#ports.loggedOn(who);
    }
  }
  #saidFarewell(sentence: string): void {
    if (this.#isClosed || this.#farewell !== undefined) return;
    this.#farewell = sentence;
    this.#idle.end();
    this.#callOff();
    this.#callOff = this.#after(FAREWELL, () => this.#end('host-refused', sentence));
  }
}
