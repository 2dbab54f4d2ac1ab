import { counted, list, octets, record, trailing, u32 } from '../rdp/record.ts';
import type { Value } from '../wire/codec.ts';

/** DeviceType, [MS-RDPEFS] 2.2.1.3. */
export const deviceType = { serial: 0x01, parallel: 0x02, printer: 0x04, filesystem: 0x08, smartcard: 0x20 } as const;

/** Devices of one message, and octets of one device's data: drivers' names and settings of a printer. */
const MOST_DEVICES = 256;
const MOST_DEVICE_DATA = 0x1_0000;

/** DEVICE_ANNOUNCE, [MS-RDPEFS] 2.2.1.3. */
export const deviceAnnounce = record({
  deviceType: u32,
  deviceId: u32,
  /** ASCII, NULs behind it. */
  preferredDosName: octets(8),
  deviceData: counted(u32, MOST_DEVICE_DATA),
});
export type DeviceAnnounce = Value<typeof deviceAnnounce>;

/** Client Device List Announce, [MS-RDPEFS] 2.2.2.9. */
export const deviceListAnnounce = record({ devices: list(u32, deviceAnnounce, MOST_DEVICES) });
/** Client Drive Device List Remove, [MS-RDPEFS] 2.2.3.2. */
export const deviceListRemove = record({ deviceIds: list(u32, u32, MOST_DEVICES) });
/** Server Device Announce Response, [MS-RDPEFS] 2.2.2.1; an NTSTATUS other than 0 means that the host does not want it. */
export const deviceReply = record({ deviceId: u32, resultCode: u32, trailing });

/** The smart card device: SCARD, as every client calls it. */
export function smartCardDevice(deviceId: number): DeviceAnnounce {
  const preferredDosName = Uint8Array.of(0x53, 0x43, 0x41, 0x52, 0x44, 0, 0, 0);
  return { deviceType: deviceType.smartcard, deviceId, preferredDosName, deviceData: new Uint8Array() };
}
