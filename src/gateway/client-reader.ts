import { confirmActive } from '../rdp/confirm-active.ts';
import { fastPathPdu } from '../rdp/fast-path.ts';
import { onlyLicense } from '../rdp/license.ts';
import { domainFrame } from '../rdp/mcs-domain.ts';
import { isFastPath } from '../rdp/rdp-frame.ts';
import { securityFlag } from '../rdp/security-header.ts';
import { indication, request } from '../rdp/session-ids.ts';
import { isLicense } from '../rdp/session-reader.ts';
import { ofThisVersion, pduType, type SharePdu, sharePdus } from '../rdp/share-control.ts';
import { isCompressed, pduType2, shareData, withBody } from '../rdp/share-data.ts';
import { decode, encode, rest } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { CLIPBOARD_HEAD, type Clipboard } from './clipboard.ts';
import { DYNAMIC_HEAD, type DynamicChannels } from './dynamic-channels.ts';
import { noticeEvents, noticeInput } from './notice-input.ts';
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

export interface ClientReaderPorts {
  readonly channels: RelayChannels;
  readonly dynamic: DynamicChannels;
  readonly clipboard: Clipboard;
  /** Takes octets for the client. */
  readonly toClient: (octets: Uint8Array) => void;
  /** Takes octets for the host. */
  readonly toHost: (octets: Uint8Array) => void;
  /** Takes data units of its device redirection; undefined: no device of its may reach the host. */
  readonly devices: ((userData: Uint8Array) => void) | undefined;
  /** Whether licensing may still be going on: nothing is taken for a licensing PDU once the host has demanded the activation. */
  readonly isLicensing: () => boolean;
  /** Whether keyboard and mouse may reach the host by now, or only as far as a legal notice needs them. */
  readonly mayType: () => MayType;
  /** Whether the client has confirmed what the host demanded last: until then what it says is of another share, or of another host. */
  readonly isActive: () => boolean;
  /** It confirms a share: whether the host is to hear of that. */
  readonly confirms: (shareId: number) => boolean;
  /** Told of every input, whatever becomes of it. */
  readonly typed: () => void;
  /** The client says that it leaves. */
  readonly leaves: () => void;
}
export type MayType = 'all' | 'notice' | 'nothing';
const verdicts = { all: 'pass', notice: 'take', nothing: 'drop' } as const satisfies Readonly<Record<MayType, PduVerdict>>;
const KIND = 'send-data-request';

/** Reads what a client says to a host: nothing about graphics, and of input only whether it may pass. */
export class ClientReader implements PduReader {
  readonly #ports: ClientReaderPorts;
  constructor(ports: ClientReaderPorts) {
    this.#ports = ports;
  }
  verdict(head: Uint8Array, length: number): PduVerdict | undefined {
    if (isFastPath(head)) return this.#input();
    if (head.length < Math.min(SEND_DATA_HEAD, length)) return undefined;
    const id = headChannel(head, length, KIND);
    if (id === undefined || MOST_ALIKE < lengthSaid(head)) return 'take';
    const { channels } = this.#ports;
    const { role, behind } = channels.ofClient(id);
    if (role === 'devices') return this.#ports.devices ? 'take' : 'drop';
    if (role === 'silent' || behind === undefined) return 'drop';
    if (role === 'io') {
      if (head.length < Math.min(IO_HEAD, length)) return undefined;
      const type = loneDataType(head, length);
      if (type === undefined) return 'take';
      if (!this.#ports.isActive()) return 'drop';
      const verdict = type === pduType2.input ? this.#input() : 'pass';
      if (verdict !== 'pass') return verdict;
    }
    if (role === 'dynamic') {
      if (head.length < Math.min(SEND_DATA_HEAD + DYNAMIC_HEAD, length)) return undefined;
      if (this.#ports.dynamic.fromClient(headUserData(head), this.#ports.mayType() === 'all') === 'drop') return 'drop';
    }
    if (role === 'clipboard') {
      if (head.length < Math.min(SEND_DATA_HEAD + CLIPBOARD_HEAD, length)) return undefined;
      const verdict = this.#ports.clipboard.verdict('client', headUserData(head));
      if (verdict !== 'pass') return verdict;
    }
    if (behind !== id || channels.behind.userId !== channels.front.userId) patchIds(head, behind, channels.behind.userId);
    return 'pass';
  }
  pass(run: Uint8Array): void {
    this.#ports.toHost(run);
  }
  take(pdu: Uint8Array): void {
    const { channels, clipboard, devices, toClient, toHost, leaves } = this.#ports;
    if (isFastPath(pdu)) {
      const input = noticeInput(decode(fastPathPdu, pdu));
      if (input) toHost(encode(fastPathPdu, input));
      return;
    }
    const domain = decode(domainFrame, pdu);
    if (domain.kind === 'disconnect-provider-ultimatum') {
      toHost(pdu);
      leaves();
      return;
    }
    if (domain.kind !== KIND) throw new DecodeError(`${domain.kind} in the session`, 0);
    const { userData } = domain;
    if (MOST_ALIKE < userData.length) throw new DecodeError('a data unit whose length is read in two ways', 0);
    const { role, behind } = channels.ofClient(domain.channelId);
    if (role === 'clipboard') {
      const { back, on } = clipboard.take('client', userData);
      for (const chunk of back) toClient(indication(domain.channelId, chunk));
      for (const chunk of on) toHost(request(channels.behind, behind ?? 0, chunk));
      return;
    }
    if (role === 'devices') {
      devices?.(userData);
      return;
    }
    if (role !== 'io') throw new DecodeError('a data unit that cannot be told', 0);
    const isInfo = ((userData[0] ?? 0) & securityFlag.infoPkt) !== 0;
    const forHost = this.#ports.isLicensing() && isLicense(userData) && !isInfo ? onlyLicense(userData) : this.#share(userData);
    if (forHost.length === 0) return;
    const { ioChannelId: channelId, userId: initiator } = channels.behind;
    toHost(encode(domainFrame, { ...domain, channelId, initiator, userData: forHost }));
  }
  #input(): PduVerdict {
    this.#ports.typed();
    if (!this.#ports.isActive()) return 'drop';
    return verdicts[this.#ports.mayType()];
  }
  #share(userData: Uint8Array): Uint8Array {
    // A second Client Info would name somebody else.
    if (((userData[0] ?? 0) & securityFlag.infoPkt) !== 0 && userData[3] === 0 && userData[2] === 0)
      throw new DecodeError('a second Client Info', 0);
    return encode(
      sharePdus,
      decode(sharePdus, userData).flatMap((pdu) => this.#forwarded(pdu) ?? []),
    );
  }
  #forwarded(pdu: SharePdu): SharePdu | undefined {
    if (pdu.kind !== 'control') return pdu;
    ofThisVersion(pdu);
    if (pdu.pduType === pduType.data) {
      if (!this.#ports.isActive()) return undefined;
      const data = decode(shareData, pdu.body);
      const verdict = data.pduType2 === pduType2.input ? this.#input() : 'pass';
      if (verdict !== 'take') return verdict === 'drop' ? undefined : pdu;
      const body = isCompressed(data) ? undefined : noticeEvents(data.body);
      return body && withBody(pdu, rest, body);
    }
    if (pdu.pduType !== pduType.confirmActive) throw new DecodeError(`a share PDU of type ${pdu.pduType} from a client`, 0);
    const confirm = decode(confirmActive, pdu.body);
    if (!this.#ports.confirms(confirm.shareId)) return undefined;
    const capabilitySets = rewritten(rewriteTable.confirmActive, confirm.capabilitySets, undefined);
    return { ...pdu, body: encode(confirmActive, { ...confirm, capabilitySets }) };
  }
}
