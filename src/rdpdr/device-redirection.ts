import { decode, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { unicodeClientName } from './client-name.ts';
import { coreCapabilityType, deviceCapabilitySet, extendedPdu, generalCapabilitySet } from './core-capability.ts';
import { type CorePdu, corePdu } from './core-pdu.ts';
import { smartCardDevice } from './device-announce.ts';
import { DeviceRequests } from './device-requests.ts';
import type { MessageIgnored, RedirectionEvent } from './redirection-event.ts';
import type { SmartCardReader } from './smart-card-reader.ts';

const DEVICE = 1;
/** Version 1.12 of the protocol: what clients say since Windows 7, whatever a server says. */
const VERSION_MAJOR = 1;
const VERSION_MINOR = 12;
/** A server below it has no id for the client: any will do. */
const IDS_SINCE = 12;
const OWN_ID = 1;

const capabilities = [
  generalCapabilitySet({
    osType: 2, // Windows NT
    osVersion: 0,
    protocolMajorVersion: VERSION_MAJOR,
    protocolMinorVersion: VERSION_MINOR,
    ioCode1: 0xffff,
    ioCode2: 0,
    extendedPdu: extendedPdu.deviceRemove | extendedPdu.clientDisplayName | extendedPdu.userLoggedOn,
    extraFlags1: 0,
    extraFlags2: 0,
    // Without it Windows does not look at the card before somebody has logged on.
    specialTypeDeviceCap: 1,
  }),
  deviceCapabilitySet(coreCapabilityType.smartcard),
];

export interface DeviceRedirectionPorts {
  readonly computerName: string;
  readonly reader: Pick<SmartCardReader, 'call' | 'forgetContexts'>;
  /** Takes a whole message of the channel. It does not throw. */
  readonly send: (message: Uint8Array) => void;
  readonly events: (event: RedirectionEvent) => void;
  /** Whether the handle that Connect gives has its context in it; Windows takes the one, xrdp up to 0.10 only the other. */
  readonly cardHandle?: 'with-context' | 'without-context';
}

/**
 * The client's end of the device redirection channel of one connection, [MS-RDPEFS]: a smart card and nothing else. The server
 * leads, so this is a state and not a conversation; whatever it sends is answered or named in an event.
 */
export class DeviceRedirection {
  readonly #ports: DeviceRedirectionPorts;
  readonly #requests: DeviceRequests;
  /** Where the handshake is; the server says capabilities and id in either order. */
  #hasAnnounced = false;
  #hasCapabilities = false;
  #isConfirmed = false;
  #hasEnded = false;
  constructor(ports: DeviceRedirectionPorts) {
    this.#ports = ports;
    const { reader, events, cardHandle = 'with-context' } = ports;
    const complete = (completion: CorePdu & { readonly kind: 'device-io-completion' }) => this.#send(completion);
    this.#requests = new DeviceRequests({ deviceId: DEVICE, reader, complete, events, cardHandle });
  }
  /** A message of the static channel, put together. It never throws. */
  receive(message: Uint8Array): void {
    if (this.#hasEnded) return;
    try {
      this.#take(decode(corePdu, message));
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      this.#ignore('malformed', `the host sent a message that cannot be read: ${e.message}`);
    }
  }
  /** The connection is over: nothing is sent any more, and the reader forgets what the host had. */
  end(): void {
    this.#hasEnded = true;
    this.#requests.forget();
  }
  #take(pdu: CorePdu): void {
    if (!this.#belongs(pdu)) {
      this.#ignore('unexpected', `the host sent a ${pdu.kind} where none belongs`);
      return;
    }
    switch (pdu.kind) {
      case 'server-announce':
        this.#begin(pdu.versionMinor < IDS_SINCE ? OWN_ID : pdu.clientId);
        break;
      case 'server-capability':
        this.#hasCapabilities = true;
        this.#send({ kind: 'client-capability', capabilities });
        this.#list();
        break;
      case 'client-id-confirm':
        this.#isConfirmed = true;
        this.#list();
        break;
      case 'device-reply':
        this.#ports.events(
          pdu.resultCode === 0 ? { kind: 'device-accepted' } : { kind: 'device-refused', status: pdu.resultCode },
        );
        break;
      case 'user-logged-on':
        this.#ports.events({ kind: 'user-logged-on', isEarly: !this.#hasCapabilities });
        break;
      case 'device-io-request':
        this.#requests.take(pdu);
        break;
      case 'other':
        this.#ignore('unknown', `the host sent packet 0x${hex(pdu.packetId)} of component 0x${hex(pdu.component)}`);
        break;
      default:
        break;
    }
  }
  /** Whether a server says this, and says it now. */
  #belongs(pdu: CorePdu): boolean {
    switch (pdu.kind) {
      case 'server-announce':
      case 'user-logged-on':
      case 'other':
        return true;
      case 'server-capability':
        return this.#hasAnnounced && !this.#hasCapabilities;
      case 'client-id-confirm':
        return this.#hasAnnounced && !this.#isConfirmed;
      case 'device-reply':
        return this.#hasListed && pdu.deviceId === DEVICE;
      case 'device-io-request':
        return this.#requests.isOpen;
      default:
        return false;
    }
  }
  /** Server Announce: at first, and again when the user lands in a session that was there before. */
  #begin(clientId: number): void {
    this.#requests.forget();
    this.#hasAnnounced = true;
    this.#hasCapabilities = false;
    this.#isConfirmed = false;
    this.#send({ kind: 'client-id-confirm', versionMajor: VERSION_MAJOR, versionMinor: VERSION_MINOR, clientId });
    this.#send({ kind: 'client-name', ...unicodeClientName(this.#ports.computerName) });
  }
  get #hasListed(): boolean {
    return this.#hasCapabilities && this.#isConfirmed;
  }
  /** Called once for each half of the handshake. A card is announced without waiting for the user to log on: it is there for the logon. */
  #list(): void {
    if (!this.#hasListed) return;
    this.#requests.open();
    this.#send({ kind: 'device-list-announce', devices: [smartCardDevice(DEVICE)] });
    this.#ports.events({ kind: 'announced' });
  }
  #ignore(reason: MessageIgnored, sentence: string): void {
    this.#ports.events({ kind: 'message-ignored', reason, sentence });
  }
  #send(pdu: CorePdu): void {
    this.#ports.send(encode(corePdu, pdu));
  }
}
const hex = (number: number) => number.toString(16).padStart(4, '0');
