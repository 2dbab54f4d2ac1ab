import type { Value } from '../wire/codec.ts';
import { capability, capabilityType } from './capability-sets.ts';
import { optional, padding, record, trailing, u8, u16, u32 } from './record.ts';

/** extraFlags of the General set. */
export const generalFlag = {
  fastPathOutput: 0x0001,
  /** Save Session Info may come in its long form. */
  longCredentials: 0x0004,
  autoReconnect: 0x0008,
  encryptedSalt: 0x0010,
  noBitmapCompressionHeader: 0x0400,
} as const;

/** TS_GENERAL_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.1. */
const general = record({
  osMajorType: u16,
  osMinorType: u16,
  protocolVersion: u16,
  pad2octetsA: padding(2),
  generalCompressionTypes: u16,
  extraFlags: u16,
  updateCapabilityFlag: u16,
  remoteUnshareFlag: u16,
  generalCompressionLevel: u16,
  refreshRectSupport: optional(u8),
  suppressOutputSupport: optional(u8),
  trailing,
});
export type General = Value<typeof general>;
export const generalCapability = capability(capabilityType.general, general);

/** TS_SHARE_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.2.4. */
const share = record({ nodeId: u16, pad2octets: optional(u16), trailing });
export const shareCapability = capability(capabilityType.share, share);

/** TS_CONTROL_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.2.2. */
const control = record({ controlFlags: u16, remoteDetachFlag: u16, controlInterest: u16, detachInterest: u16, trailing });
export const controlCapability = capability(capabilityType.control, control);

/** TS_WINDOWACTIVATION_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.2.3. */
const activation = record({
  helpKeyFlag: u16,
  helpKeyIndexFlag: u16,
  helpExtendedKeyFlag: u16,
  windowManagerKeyFlag: u16,
  trailing,
});
export const activationCapability = capability(capabilityType.activation, activation);

/** flags of the Virtual Channel set: who may compress. */
export const virtualChannelFlag = { none: 0, compressionToClient: 1, compressionToServer: 2 } as const;
/** Octets of a chunk when the server named no size, [MS-RDPBCGR] 2.2.7.1.10. */
export const CHANNEL_CHUNK_LENGTH = 1600;
/** The most that a server may name. */
export const MOST_CHUNK_LENGTH = 16_256;
/** TS_VIRTUALCHANNEL_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.10. */
const virtualChannel = record({ flags: u32, chunkSize: optional(u32), trailing });
export const virtualChannelCapability = capability(capabilityType.virtualChannel, virtualChannel);

/** TS_INPUT_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.6; a server fills in the flags alone. */
const IME_FILE_NAME = 64;
const input = record({
  inputFlags: u16,
  pad2octetsA: padding(2),
  keyboardLayout: u32,
  keyboardType: u32,
  keyboardSubType: u32,
  keyboardFunctionKey: u32,
  imeFileName: padding(IME_FILE_NAME),
  trailing,
});
export const inputCapability = capability(capabilityType.input, input);
/** inputFlags: what a client sends. */
export const inputFlag = {
  scancodes: 0x0001,
  mousex: 0x0004,
  fastPathInput: 0x0008,
  unicode: 0x0010,
  fastPathInput2: 0x0020,
} as const;

/** TS_SOUND_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.11. */
const sound = record({ soundFlags: u16, pad2octetsA: optional(u16), trailing });
export const soundCapability = capability(capabilityType.sound, sound);

/** TS_FONT_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.2.5; xrdp sends it without a body. */
const font = record({ fontSupportFlags: optional(u16), pad2octets: optional(u16), trailing });
export const fontCapability = capability(capabilityType.font, font);

/** TS_MULTIFRAGMENTUPDATE_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.2.6. */
const multifragmentUpdate = record({ maxRequestSize: u32, trailing });
export const multifragmentUpdateCapability = capability(capabilityType.multifragmentUpdate, multifragmentUpdate);
