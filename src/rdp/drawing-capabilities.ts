import { capability, capabilityType } from './capability-sets.ts';
import { octets, optional, padding, record, trailing, u8, u16, u32 } from './record.ts';

/** TS_BITMAP_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.2. xrdp says that it does not support multiple rectangles; the clause wants 1. */
const bitmap = record({
  preferredBitsPerPixel: u16,
  receive1BitPerPixel: u16,
  receive4BitsPerPixel: u16,
  receive8BitsPerPixel: u16,
  desktopWidth: u16,
  desktopHeight: u16,
  pad2octets: padding(2),
  desktopResizeFlag: u16,
  bitmapCompressionFlag: u16,
  highColorFlags: u8,
  drawingFlags: u8,
  multipleRectangleSupport: u16,
  pad2octetsB: padding(2),
  trailing,
});
export const bitmapCapability = capability(capabilityType.bitmap, bitmap);

/** orderFlags. */
export const orderFlag = { negotiateOrderSupport: 0x0002, zeroBoundsDeltas: 0x0008, colorIndex: 0x0020 } as const;
const TERMINAL_DESCRIPTOR = 16;
const ORDERS = 32;
/** TS_ORDER_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.3. `orderSupport` has an octet for each drawing order. */
const order = record({
  terminalDescriptor: padding(TERMINAL_DESCRIPTOR),
  pad4octetsA: padding(4),
  desktopSaveXGranularity: u16,
  desktopSaveYGranularity: u16,
  pad2octetsA: padding(2),
  maximumOrderLevel: u16,
  numberFonts: u16,
  orderFlags: u16,
  orderSupport: octets(ORDERS),
  textFlags: u16,
  orderSupportExFlags: u16,
  pad4octetsB: padding(4),
  desktopSaveSize: u32,
  pad2octetsC: padding(2),
  pad2octetsD: padding(2),
  textAnsiCodePage: u16,
  pad2octetsE: padding(2),
  trailing,
});
export const orderCapability = capability(capabilityType.order, order);

/** TS_POINTER_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.5. */
const pointer = record({ colorPointerFlag: u16, colorPointerCacheSize: u16, pointerCacheSize: optional(u16), trailing });
export const pointerCapability = capability(capabilityType.pointer, pointer);

/** TS_BRUSH_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.7. */
const brush = record({ brushSupportLevel: u32, trailing });
export const brushCapability = capability(capabilityType.brush, brush);

const CACHES = 40;
/** TS_GLYPHCACHE_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.8: ten caches of two u16 each, a fragment cache, and what may be cached. */
const glyphCache = record({
  glyphCache: octets(CACHES),
  fragCache: u32,
  glyphSupportLevel: u16,
  pad2octets: padding(2),
  trailing,
});
export const glyphCacheCapability = capability(capabilityType.glyphCache, glyphCache);

/** TS_OFFSCREEN_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.9. */
const offscreenCache = record({
  offscreenSupportLevel: u32,
  offscreenCacheSize: u16,
  offscreenCacheEntries: u16,
  trailing,
});
export const offscreenCacheCapability = capability(capabilityType.offscreenCache, offscreenCache);

/** TS_BITMAPCACHE_HOSTSUPPORT_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.2.1. */
const bitmapCacheHostSupport = record({ cacheVersion: u8, pad1: u8, pad2: u16, trailing });
export const bitmapCacheHostSupportCapability = capability(capabilityType.bitmapCacheHostSupport, bitmapCacheHostSupport);
