/**
 * A handshake as a Windows host of build 20348 leads it (values of a recorded session, laid out by [MS-RDPEFS] 2.2.2), and as
 * xrdp 0.9.21 does, in its order.
 */
export const serverAnnounce = '7244 6e49 0100 0d00 03000000 // version 1.13, client id 3';
export const announceReply = '7244 4343 0100 0c00 03000000 // version 1.12';
export const clientName = `
  7244 4e43
  01000000 00000000 0e000000 // Unicode, code page, 14 octets
  6d006100790066006c0079000000 // "mayfly", NUL`;
export const serverCapability = `
  7244 5053
  0500 0000 // five sets
  0100 2c00 02000000 // general, 44 octets, version 2
  02000000 00000000 0100 0d00 // osType, osVersion, protocol 1.13
  ffff0000 00000000 07000000 // ioCode1, ioCode2, extendedPDU
  00000000 00000000 02000000 // extraFlags1, extraFlags2, SpecialTypeDeviceCap
  0200 0800 01000000 // printer
  0300 0800 01000000 // port
  0400 0800 02000000 // drive
  0500 0800 01000000 // smart card`;
export const clientCapability = `
  7244 5043
  0200 0000 // two sets
  0100 2c00 02000000 // general
  02000000 00000000 0100 0c00 // Windows NT, protocol 1.12
  ffff0000 00000000 07000000
  00000000 00000000 01000000 // SpecialTypeDeviceCap: one device before the logon
  0500 0800 01000000 // smart card`;
export const clientIdConfirm = '7244 4343 0100 0d00 03000000';
export const deviceListAnnounce = `
  7244 4144
  01000000 // one device
  20000000 01000000 5343415244000000 00000000 // smart card, id 1, SCARD, no data`;
export const deviceReply = '7244 7264 01000000 00000000';
/** A policy of the host's refuses the device. */
export const deviceReplyRefused = '7244 7264 01000000 010000c0';
export const userLoggedOn = '7244 4c55';
/** A capability request of version 1, [MS-RDPEFS] 2.2.2.7.1: 40 octets, without SpecialTypeDeviceCap. */
export const serverCapabilityVersion1 = `
  7244 5053
  0100 0000
  0100 2800 01000000
  02000000 00000000 0100 0d00 ffff0000 00000000 07000000 00000000 00000000`;

/** The first I/O request of a Windows host, before its Device Reply: AccessStartedEvent with rubbish as its parameter. */
export const accessStartedEvent = `
  7244 5249
  01000000 01000000 01000000 0e000000 00000000 // device, file, completion id, IRP_MJ_DEVICE_CONTROL
  00010000 04000000 e0000900 // 256 octets of room, 4 of input, SCARD_IOCTL_ACCESSSTARTEDEVENT
  0000000000000000000000000000000000000000
  b0e79605`;
export const accessStartedEventReply = `
  7244 4349
  01000000 01000000 00000000 // device, completion id, IoStatus
  18000000 // 24 octets
  01100800 cccccccc 08000000 00000000
  00000000 00000000 // SCARD_S_SUCCESS, padded`;
