import { optional, record, trailing, u32 } from './record.ts';

/** earlyCapabilityFlags of a server, [MS-RDPBCGR] 2.2.1.4.2: RNS_UD_SC_*. */
export const serverCapability = {
  edgeActionsSupportedV1: 0x01,
  dynamicDstSupported: 0x02,
  edgeActionsSupportedV2: 0x04,
  skipChanneljoinSupported: 0x08,
} as const;
/** TS_UD_SC_CORE. `clientRequestedProtocols` repeats what the client offered in its connection request. */
export const serverCoreData = record({
  version: u32,
  clientRequestedProtocols: optional(u32),
  earlyCapabilityFlags: optional(u32),
  trailing,
});
