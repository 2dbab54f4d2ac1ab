import { record, trailing } from '../rdp/record.ts';
import { type Codec, named, type Value } from '../wire/codec.ts';
import { clientId, clientName } from './client-name.ts';
import { coreCapabilities } from './core-capability.ts';
import { deviceListAnnounce, deviceListRemove, deviceReply } from './device-announce.ts';
import { deviceIoCompletion, deviceIoRequest } from './device-io.ts';
import { packetId, rdpdrComponent, rdpdrHeader } from './rdpdr-header.ts';

/** What stands behind the header of each message of the core component, [MS-RDPEFS] 2.2.2 and 2.2.3. */
const bodies = {
  'server-announce': clientId,
  'client-id-confirm': clientId,
  'client-name': clientName,
  'server-capability': coreCapabilities,
  'client-capability': coreCapabilities,
  'device-list-announce': deviceListAnnounce,
  'device-reply': deviceReply,
  'device-io-request': deviceIoRequest,
  'device-io-completion': deviceIoCompletion,
  'device-list-remove': deviceListRemove,
  'user-logged-on': record({ trailing }),
} as const;
type Kind = keyof typeof bodies;
const packetIds: Readonly<Record<Kind, number>> = {
  'server-announce': packetId.serverAnnounce,
  'client-id-confirm': packetId.clientIdConfirm,
  'client-name': packetId.clientName,
  'server-capability': packetId.serverCapability,
  'client-capability': packetId.clientCapability,
  'device-list-announce': packetId.deviceListAnnounce,
  'device-reply': packetId.deviceReply,
  'device-io-request': packetId.deviceIoRequest,
  'device-io-completion': packetId.deviceIoCompletion,
  'device-list-remove': packetId.deviceListRemove,
  'user-logged-on': packetId.userLoggedOn,
};
const kinds: ReadonlyMap<number, Kind> = new Map(Object.entries(packetIds).map(([kind, id]) => [id, kind as Kind]));

/** A whole message of the channel, either way. What is of no concern here, a printer's say, stays as it came. */
export type CorePdu =
  | { [K in Kind]: { readonly kind: K } & Value<(typeof bodies)[K]> }[Kind]
  | { readonly kind: 'other'; readonly component: number; readonly packetId: number; readonly body: Uint8Array };

export const corePdu: Codec<CorePdu> = {
  read(r) {
    const header = named('header', () => rdpdrHeader.read(r));
    const kind = header.component === rdpdrComponent.core ? kinds.get(header.packetId) : undefined;
    if (kind === undefined) return { kind: 'other', ...header, body: r.bytes() };
    return { kind, ...named(kind, () => bodies[kind].read(r)) } as CorePdu;
  },
  write(w, pdu) {
    if (pdu.kind === 'other') {
      rdpdrHeader.write(w, pdu);
      w.bytes(pdu.body);
      return;
    }
    rdpdrHeader.write(w, { component: rdpdrComponent.core, packetId: packetIds[pdu.kind] });
    (bodies[pdu.kind] as Codec<CorePdu>).write(w, pdu);
  },
};
