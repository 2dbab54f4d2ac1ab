import { demandActive } from '../rdp/demand-active.ts';
import { licensePdu, onlyLicense } from '../rdp/license.ts';
import { domainFrame } from '../rdp/mcs-domain.ts';
import { isFastPath } from '../rdp/rdp-frame.ts';
import { saveSessionInfo } from '../rdp/save-session-info.ts';
import { isStandardRedirection, redirectionTarget, standardServerRedirection } from '../rdp/server-redirection.ts';
import type { SessionEvent } from '../rdp/session-event.ts';
import { indication, request } from '../rdp/session-ids.ts';
import { isLicense } from '../rdp/session-reader.ts';
import { ofThisVersion, type SharePdu, sharePdus } from '../rdp/share-control.ts';
import { withBody } from '../rdp/share-data.ts';
import { drawing, sharedPdus } from '../rdp/share-event.ts';
import { decode, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { CLIPBOARD_HEAD, type Clipboard } from './clipboard.ts';
import { DYNAMIC_HEAD, type DynamicChannels } from './dynamic-channels.ts';
import {
  headChannel,
  headUserData,
  IO_HEAD,
  lengthSaid,
  loneDataType,
  MOST_ALIKE,
  patchIds,
  SEND_DATA_HEAD,
} from './pdu-head.ts';
import type { PduReader, PduVerdict } from './pdu-stream.ts';
import type { RelayChannels } from './relay-channels.ts';
import { rewritten } from './rewrite-row.ts';
import { rewriteTable } from './rewrite-table.ts';

export interface HostReaderPorts {
  readonly channels: RelayChannels;
  readonly dynamic: DynamicChannels;
  readonly clipboard: Clipboard;
  /** Takes octets for the host, and for the client. */
  readonly toHost: (octets: Uint8Array) => void;
  readonly toClient: (octets: Uint8Array) => void;
  /** What the host says of the session, before the client hears of it. */
  readonly happened: (event: SessionEvent) => void;
  /** A data unit of the device redirection channel. */
  readonly devices: (userData: Uint8Array) => void;
  /** Whether licensing may still be going on: nothing is taken for a licensing PDU once the host has demanded the activation. */
  readonly isLicensing: () => boolean;
  /** Whether what it says of licences is for the client. */
  readonly takesLicenses: () => boolean;
  /** It has sent the session on: nobody listens to it any longer. */
  readonly isLeft: () => boolean;
  /** Whether the client asked to be told errors. */
  readonly wantsErrors: boolean;
}
const KIND = 'send-data-indication';
const none = new Uint8Array();

/** Reads what a host says to a client: what is about the session itself, and nothing else. */
export class HostReader implements PduReader {
  readonly #ports: HostReaderPorts;
  constructor(ports: HostReaderPorts) {
    this.#ports = ports;
  }
  verdict(head: Uint8Array, length: number): PduVerdict | undefined {
    if (this.#ports.isLeft()) return 'drop';
    if (isFastPath(head)) return 'pass';
    if (head.length < Math.min(SEND_DATA_HEAD, length)) return undefined;
    const id = headChannel(head, length, KIND);
    if (id === undefined) return 'take';
    const { role, front } = this.#ports.channels.ofHost(id);
    if (role === 'silent' || front === undefined) return role === 'devices' ? 'take' : 'drop';
    // Pictures alone are that long.
    if (role === 'devices' || (role !== 'io' && MOST_ALIKE < lengthSaid(head))) return 'take';
    if (role === 'io') {
      if (head.length < Math.min(IO_HEAD, length)) return undefined;
      if (!drawing.has(loneDataType(head, length) ?? -1)) return 'take';
    }
    if (role === 'dynamic') {
      if (head.length < Math.min(SEND_DATA_HEAD + DYNAMIC_HEAD, length)) return undefined;
      const verdict = this.#ports.dynamic.fromHost(headUserData(head));
      if (verdict !== 'pass') return verdict;
    }
    if (role === 'clipboard') {
      if (head.length < Math.min(SEND_DATA_HEAD + CLIPBOARD_HEAD, length)) return undefined;
      const verdict = this.#ports.clipboard.verdict('host', headUserData(head));
      if (verdict !== 'pass') return verdict;
    }
    if (front !== id) patchIds(head, front);
    return 'pass';
  }
  pass(run: Uint8Array): void {
    this.#ports.toClient(run);
  }
  take(pdu: Uint8Array): void {
    const { channels, clipboard, devices, toClient, toHost, happened } = this.#ports;
    const domain = decode(domainFrame, pdu);
    if (domain.kind === 'disconnect-provider-ultimatum') {
      toClient(pdu);
      const sentence = 'the host ended the connection';
      happened({ kind: 'disconnect', reason: domain.reason, refusal: { code: 'disconnected', name: 'disconnected', sentence } });
      return;
    }
    if (domain.kind !== KIND) throw new DecodeError(`${domain.kind} in the session`, 0);
    const { userData } = domain;
    const { role, front } = channels.ofHost(domain.channelId);
    if (role !== 'io' && MOST_ALIKE < userData.length) throw new DecodeError('a data unit whose length is read in two ways', 0);
    if (role === 'devices') devices(userData);
    else if (role === 'dynamic') this.#opens(domain.channelId, userData);
    else if (role === 'clipboard') {
      const { back, on } = clipboard.take('host', userData);
      for (const chunk of back) toHost(request(channels.behind, domain.channelId, chunk));
      for (const chunk of on) toClient(indication(front ?? 0, chunk));
    } else if (role === 'io') {
      const forClient = this.#io(userData);
      if (forClient.length === 0) return;
      toClient(encode(domainFrame, { ...domain, channelId: channels.front.ioChannelId, userData: forClient }));
    } else throw new DecodeError('a data unit that cannot be told', 0);
  }
  /** A request to open a dynamic channel: the client hears of those that it may have. */
  #opens(channelId: number, userData: Uint8Array): void {
    const { channels, dynamic, toClient, toHost } = this.#ports;
    const refused = dynamic.create(userData);
    if (refused) toHost(request(channels.behind, channelId, refused));
    else toClient(indication(channels.ofHost(channelId).front ?? 0, userData));
  }
  /** What the client is to hear of a data unit on the I/O channel. */
  #io(userData: Uint8Array): Uint8Array {
    if (this.#ports.isLicensing() && isLicense(userData)) return this.#license(userData);
    if (!isStandardRedirection(userData)) return this.#share(userData);
    const { packet } = decode(standardServerRedirection, userData);
    this.#ports.happened({ kind: 'redirection', packet, target: redirectionTarget(packet) });
    return none;
  }
  #license(userData: Uint8Array): Uint8Array {
    this.#ports.happened({ kind: 'license', message: decode(licensePdu, userData).message });
    return this.#ports.takesLicenses() ? onlyLicense(userData) : none;
  }
  /** The share PDUs that the client is to see, as it is to see them. */
  #share(userData: Uint8Array): Uint8Array {
    const out: SharePdu[] = [];
    for (const { pdu, event } of sharedPdus(userData)) {
      if (this.#ports.isLeft()) break;
      if (!this.#ports.isLicensing()) ofThisVersion(pdu);
      this.#ports.happened(event);
      const forwarded = pdu && this.#forwarded(pdu, event);
      if (forwarded) out.push(forwarded);
    }
    return encode(sharePdus, out);
  }
  #forwarded(pdu: SharePdu, event: SessionEvent): SharePdu | undefined {
    if (pdu.kind !== 'control') return pdu;
    switch (event.kind) {
      case 'demand-active': {
        const { demand } = event;
        const capabilitySets = rewritten(rewriteTable.demandActive, demand.capabilitySets, undefined);
        return { ...pdu, body: encode(demandActive, { ...demand, capabilitySets }) };
      }
      case 'save-session-info':
      case 'logon-error':
        return withBody(pdu, saveSessionInfo, rewritten(rewriteTable.saveSessionInfo, event.session, undefined));
      case 'error-info':
        return this.#ports.wantsErrors ? pdu : undefined;
      case 'redirection':
      case 'unreadable':
        return undefined;
      default:
        return pdu;
    }
  }
}
