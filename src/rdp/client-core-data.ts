import type { Codec, Value } from '../wire/codec.ts';
import { octetsOf, textOf } from '../wire/utf-16.ts';
import { octets, optional, record, trailing, u8, u16, u32 } from './record.ts';

/** earlyCapabilityFlags of a client, [MS-RDPBCGR] 2.2.1.3.2: RNS_UD_CS_*. */
export const clientCapability = {
  supportErrinfoPdu: 0x0001,
  want32bppSession: 0x0002,
  supportStatusinfoPdu: 0x0004,
  strongAsymmetricKeys: 0x0008,
  relativeMouseInput: 0x0010,
  validConnectionType: 0x0020,
  supportMonitorLayoutPdu: 0x0040,
  supportNetcharAutodetect: 0x0080,
  supportDynvcGfxProtocol: 0x0100,
  supportDynamicTimeZone: 0x0200,
  supportHeartbeatPdu: 0x0400,
  supportSkipChanneljoin: 0x0800,
} as const;

/** UTF-16 in a field of fixed width. NULs at its end are no part of the text; what stands behind an earlier one is. */
export function fixedText(width: number): Codec<string> {
  const inner = octets(width);
  return {
    read: (r) => textOf(inner.read(r)).replace(/\0+$/, ''),
    write(w, text) {
      const got = octetsOf(text);
      if (width < got.length) throw w.fail(`${got.length} octets of text, over ${width}`);
      const all = new Uint8Array(width);
      all.set(got);
      inner.write(w, all);
    },
  };
}
/**
 * TS_UD_CS_CORE behind its header, [MS-RDPBCGR] 2.2.1.3.2. Fields from postBeta2ColorDepth on may be absent, and then all that
 * follow are: they tell each other apart by position alone.
 */
export const clientCoreData = record({
  version: u32,
  desktopWidth: u16,
  desktopHeight: u16,
  colorDepth: u16,
  sasSequence: u16,
  keyboardLayout: u32,
  clientBuild: u32,
  clientName: fixedText(32),
  keyboardType: u32,
  keyboardSubType: u32,
  keyboardFunctionKey: u32,
  imeFileName: fixedText(64),
  postBeta2ColorDepth: optional(u16),
  clientProductId: optional(u16),
  serialNumber: optional(u32),
  highColorDepth: optional(u16),
  supportedColorDepths: optional(u16),
  earlyCapabilityFlags: optional(u16),
  clientDigProductId: optional(fixedText(64)),
  connectionType: optional(u8),
  pad1octet: optional(u8),
  serverSelectedProtocol: optional(u32),
  desktopPhysicalWidth: optional(u32),
  desktopPhysicalHeight: optional(u32),
  desktopOrientation: optional(u16),
  desktopScaleFactor: optional(u32),
  deviceScaleFactor: optional(u32),
  trailing,
});
export type ClientCoreData = Value<typeof clientCoreData>;
