import { ChannelReassembly } from '../rdp/channel-reassembly.ts';
import { type CoreCapability, coreCapabilityType } from '../rdpdr/core-capability.ts';
import { type CorePdu, corePdu } from '../rdpdr/core-pdu.ts';
import { type DeviceAnnounce, deviceType } from '../rdpdr/device-announce.ts';
import { rdpdrComponent } from '../rdpdr/rdpdr-header.ts';
import { decode, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import type { GrantedChannels } from './channel-policy.ts';
import { DeviceQuestions } from './device-questions.ts';

/** THE table of devices by what grants them; a client's own smart card is never among them. */
const kinds: readonly { readonly grant: string; readonly types: readonly number[]; readonly capability: number }[] = [
  { grant: 'drives', types: [deviceType.filesystem], capability: coreCapabilityType.drive },
  { grant: 'printers', types: [deviceType.printer], capability: coreCapabilityType.printer },
  { grant: 'ports', types: [deviceType.serial, deviceType.parallel], capability: coreCapabilityType.port },
];
const grantedKinds = (granted: GrantedChannels) => kinds.filter(({ grant }) => granted.includes(grant));
/** Whether any device of the client's may reach the host. */
export const allowsDevices = (granted: GrantedChannels): boolean => grantedKinds(granted).length > 0;

export interface ClientDevicesPorts {
  readonly granted: GrantedChannels;
  /** Whether whom the session is for has yet to be logged on: until then a host has nobody to whom devices could belong. */
  readonly isPending: () => boolean;
  /** Takes a message of the host's for the card, and one of the client's for the host. */
  readonly toCard: (message: Uint8Array) => void;
  readonly toHost: (message: Uint8Array) => void;
  readonly toClient: (message: Uint8Array) => void;
  /** What is thrown there ends the session, and nothing else. */
  readonly after: (milliseconds: number, f: () => void) => () => void;
}
/** Milliseconds for a client to say what its devices can; later it has none. */
const PATIENCE = 500;
const REFUSED = 0xc000_0001;
/** The card has the first. */
const FIRST_DEVICE = 2;
const MOST_DEVICES = 256;
const MOST_MESSAGE = 0x10_0000;
/** Octets of what devices say of themselves, all together: a client that says more has announced enough. */
const MOST_DATA = 0x10_0000;
/** PAKID_PRN_USING_XPS, [MS-RDPEPC] 2.2.2.2: the one message of the printer component that names a device. */
const USING_XPS = 0x5543;

/**
 * The client's drives and printers beside our card: the client's handshake is led by us, its devices are announced to the host under ids
 * of ours when somebody is logged on, and what is asked of them goes there and back.
 */
export class ClientDevices {
  readonly #ports: ClientDevicesPorts;
  readonly #reassembly = new ChannelReassembly(MOST_MESSAGE);
  readonly #behind = new Map<number, number>();
  /** Those that the host was told of. */
  readonly #front = new Map<number, number>();
  readonly #questions = new DeviceQuestions();
  #next = FIRST_DEVICE;
  #announce: (CorePdu & { readonly kind: 'server-announce' }) | undefined;
  #capabilities: readonly CoreCapability[] | undefined;
  /** The host's capabilities, until those of the client are there. */
  #waiting: Uint8Array | undefined;
  #callOff: () => void = () => undefined;
  /** As the host says on this channel. */
  #isLoggedOn = false;
  #hasToldLogon = false;
  #hasListed = false;
  #toAnnounce: readonly DeviceAnnounce[] = [];
  /** Octets of it. */
  #data = 0;

  constructor(ports: ClientDevicesPorts) {
    this.#ports = ports;
  }
  /** A whole message of the host's. @throws DecodeError over one that cannot be read */
  fromHost(message: Uint8Array): void {
    const pdu = decode(corePdu, message);
    const { toCard, toClient } = this.#ports;
    switch (pdu.kind) {
      case 'server-announce':
        this.#begin(pdu);
        toCard(message);
        toClient(message);
        break;
      case 'server-capability':
        this.#waiting = message.slice();
        this.#callOff();
        this.#callOff = this.#ports.after(PATIENCE, () => this.#goOn());
        toClient(message);
        if (this.#announce) toClient(encode(corePdu, { ...this.#announce, kind: 'client-id-confirm' }));
        break;
      case 'user-logged-on':
        this.#isLoggedOn = true;
        toCard(message);
        this.#tellLogon();
        break;
      case 'device-reply':
      case 'device-io-request': {
        const deviceId = this.#front.get(pdu.deviceId);
        if (deviceId === undefined) toCard(message);
        else {
          if (pdu.kind === 'device-io-request') this.#questions.asked(pdu.deviceId, pdu.completionId);
          toClient(encode(corePdu, { ...pdu, deviceId }));
        }
        break;
      }
      case 'other':
        if (this.#isOfPrinters(pdu)) toClient(encode(corePdu, mapped(pdu, this.#front)));
        else toCard(message);
        break;
      default:
        toCard(message);
        break;
    }
  }
  /** A message of the card's on its way to the host. */
  merged(message: Uint8Array): Uint8Array {
    const pdu = decode(corePdu, message);
    if (pdu.kind === 'device-list-announce') this.#listed();
    if (pdu.kind !== 'client-capability') return message;
    const wanted = grantedKinds(this.#ports.granted).map(({ capability }) => capability);
    // One of each: a client that names more than fit is no reason for a message that cannot be written.
    const isFirst = ({ type }: CoreCapability, i: number) => this.#capabilities?.findIndex((each) => each.type === type) === i;
    const more = (this.#capabilities ?? []).filter((each, i) => wanted.includes(each.type) && isFirst(each, i));
    return encode(corePdu, { ...pdu, capabilities: [...pdu.capabilities, ...more] });
  }
  /** Whom the session is for is logged on now. */
  loggedOn(): void {
    this.#tellLogon();
    this.#send();
  }
  /** A data unit of the client's. @throws DecodeError over one that may not be */
  fromClient(userData: Uint8Array): void {
    const received = this.#reassembly.receive(userData);
    if (received.kind === 'refused') throw new DecodeError(received.sentence, 0);
    if (received.kind === 'message') this.#client(decode(corePdu, received.message));
  }
  end(): void {
    this.#callOff();
  }
  #client(pdu: CorePdu): void {
    const { toHost } = this.#ports;
    switch (pdu.kind) {
      case 'client-capability':
        this.#capabilities ??= pdu.capabilities.map((each) => ({ ...each, data: each.data.slice() }));
        this.#goOn();
        this.#tellLogon();
        break;
      case 'device-list-announce':
        this.#announced(pdu.devices);
        break;
      case 'device-io-completion': {
        const deviceId = this.#behind.get(pdu.deviceId);
        if (deviceId !== undefined && this.#questions.answered(deviceId, pdu.completionId))
          toHost(encode(corePdu, { ...pdu, deviceId }));
        break;
      }
      case 'device-list-remove':
        this.#removed(pdu.deviceIds);
        break;
      // Messages of printers are all the host's, [MS-RDPEPC] 2.2.2; what else there is nobody here knows.
      default:
        break;
    }
  }
  /** At first, and again when the user lands in a session that was there before: nothing that was announced is good any more. */
  #begin(pdu: CorePdu & { readonly kind: 'server-announce' }): void {
    this.#callOff();
    this.#announce = pdu;
    this.#behind.clear();
    this.#front.clear();
    this.#questions.clear();
    this.#next = FIRST_DEVICE;
    this.#toAnnounce = [];
    this.#data = 0;
    this.#capabilities = undefined;
    this.#waiting = undefined;
    this.#isLoggedOn = false;
    this.#hasToldLogon = false;
    this.#hasListed = false;
  }
  #goOn(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#callOff();
    if (!waiting) return;
    // Who says it later has no devices.
    this.#capabilities ??= [];
    this.#ports.toCard(waiting);
  }
  /** A client announces its drives when it hears of the logon, which it may not before its capabilities were asked for. */
  #tellLogon(): void {
    if (!this.#mayTell || this.#hasToldLogon || !this.#capabilities) return;
    this.#hasToldLogon = true;
    this.#ports.toClient(encode(corePdu, { kind: 'user-logged-on' }));
    this.#send();
  }
  /** Some clients list everything twice. */
  #announced(devices: readonly DeviceAnnounce[]): void {
    const granted = grantedKinds(this.#ports.granted).flatMap(({ types }) => types);
    for (const device of devices) {
      const { deviceId, deviceType: type, deviceData } = device;
      if (this.#behind.has(deviceId)) continue;
      const isTooMuch = MOST_DEVICES <= this.#behind.size || MOST_DATA < this.#data + deviceData.length;
      if (!granted.includes(type) || isTooMuch) {
        this.#ports.toClient(encode(corePdu, { kind: 'device-reply', deviceId, resultCode: REFUSED }));
        continue;
      }
      const behind = this.#next++;
      this.#behind.set(deviceId, behind);
      const kept = { ...device, deviceId: behind, deviceData: deviceData.slice() };
      this.#toAnnounce = [...this.#toAnnounce, kept];
      this.#data += kept.deviceData.length;
    }
    this.#send();
  }
  /** Our card is listed: the host takes lists. Called while that list is on its way. */
  #listed(): void {
    this.#hasListed = true;
    this.#ports.after(0, () => this.#send());
  }
  #send(): void {
    const devices = this.#toAnnounce;
    if (!this.#mayTell || !this.#hasListed || devices.length === 0) return;
    this.#toAnnounce = [];
    this.#data = 0;
    for (const [front, behind] of this.#behind) this.#front.set(behind, front);
    this.#ports.toHost(encode(corePdu, { kind: 'device-list-announce', devices }));
  }
  #removed(ids: readonly number[]): void {
    const known = ids.flatMap((id) => this.#behind.get(id) ?? []);
    const deviceIds = known.filter((id) => this.#front.delete(id));
    for (const id of ids) this.#behind.delete(id);
    for (const id of deviceIds) this.#questions.forget(id);
    this.#toAnnounce = this.#toAnnounce.filter(({ deviceId }) => !known.includes(deviceId));
    if (deviceIds.length > 0) this.#ports.toHost(encode(corePdu, { kind: 'device-list-remove', deviceIds }));
  }
  get #mayTell(): boolean {
    return this.#isLoggedOn && !this.#ports.isPending();
  }
  #isOfPrinters({ component }: CorePdu & { readonly kind: 'other' }): boolean {
    return component === rdpdrComponent.printer && this.#mayTell && this.#ports.granted.includes('printers');
  }
}
/** The one message of printers that names a device, with the other side's name for it. */
function mapped(pdu: CorePdu & { readonly kind: 'other' }, ids: ReadonlyMap<number, number>): CorePdu {
  if (pdu.packetId !== USING_XPS || pdu.body.length < 4) return pdu;
  const body = Uint8Array.from(pdu.body);
  const view = new DataView(body.buffer);
  view.setUint32(0, ids.get(view.getUint32(0, true)) ?? 0, true);
  return { ...pdu, body };
}
