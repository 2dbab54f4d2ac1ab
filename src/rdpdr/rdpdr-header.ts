import { record, u16 } from '../rdp/record.ts';

/** RDPDR_HEADER, [MS-RDPEFS] 2.2.1.1. */
export const rdpdrHeader = record({ component: u16, packetId: u16 });

/** Component: the channel's own messages, and those about printers. */
export const rdpdrComponent = { core: 0x4472, printer: 0x5052 } as const;
/** PacketId of the core component. */
export const packetId = {
  serverAnnounce: 0x496e,
  /** The server's Client ID Confirm and the client's Announce Reply. */
  clientIdConfirm: 0x4343,
  clientName: 0x434e,
  serverCapability: 0x5350,
  clientCapability: 0x4350,
  deviceListAnnounce: 0x4441,
  deviceReply: 0x6472,
  deviceIoRequest: 0x4952,
  deviceIoCompletion: 0x4943,
  deviceListRemove: 0x444d,
  userLoggedOn: 0x554c,
} as const;
