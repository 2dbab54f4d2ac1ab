import { type CapabilitySet, capabilityOf, capabilityType } from './capability-sets.ts';
import {
  bitmapCapability,
  brushCapability,
  glyphCacheCapability,
  offscreenCacheCapability,
  orderCapability,
  orderFlag,
  pointerCapability,
} from './drawing-capabilities.ts';
import {
  activationCapability,
  controlCapability,
  fontCapability,
  generalCapability,
  generalFlag,
  inputCapability,
  inputFlag,
  shareCapability,
  soundCapability,
  virtualChannelCapability,
  virtualChannelFlag,
} from './session-capabilities.ts';

export interface Offer {
  readonly desktopWidth: number;
  readonly desktopHeight: number;
  readonly bitsPerPixel: number;
  readonly keyboardLayout: number;
  readonly keyboardType: number;
  readonly keyboardSubType: number;
  readonly keyboardFunctionKey: number;
}
/** CAPS_PROTOCOL_VERSION. */
const PROTOCOL_VERSION = 0x0200;
const GRANULARITY_X = 1;
const GRANULARITY_Y = 20;
const POINTERS = 20;
/** CONTROLPRIORITY_NEVER, [MS-RDPBCGR] 2.2.7.2.2. */
const NEVER = 2;
const ORDERS = 32;
const GLYPH_CACHES = 40;
/** TS_BITMAPCACHE_CAPABILITYSET, [MS-RDPBCGR] 2.2.7.1.4.1: caches without an entry. */
const NO_BITMAP_CACHE = 36;

/**
 * Sets of a client that draws nothing and caches nothing: the eleven that [MS-RDPBCGR] 1.8 makes mandatory, and no compression of
 * channels. The server's are answered, not repeated.
 */
export function offeredCapabilities(offer: Offer): readonly CapabilitySet[] {
  const { desktopWidth, desktopHeight, bitsPerPixel, ...keyboard } = offer;
  return [
    capabilityOf(generalCapability, {
      osMajorType: 0,
      osMinorType: 0,
      protocolVersion: PROTOCOL_VERSION,
      generalCompressionTypes: 0,
      extraFlags: generalFlag.fastPathOutput | generalFlag.longCredentials | generalFlag.noBitmapCompressionHeader,
      updateCapabilityFlag: 0,
      remoteUnshareFlag: 0,
      generalCompressionLevel: 0,
      refreshRectSupport: 0,
      suppressOutputSupport: 0,
    }),
    capabilityOf(bitmapCapability, {
      preferredBitsPerPixel: bitsPerPixel,
      receive1BitPerPixel: 1,
      receive4BitsPerPixel: 1,
      receive8BitsPerPixel: 1,
      desktopWidth,
      desktopHeight,
      desktopResizeFlag: 1,
      bitmapCompressionFlag: 1,
      highColorFlags: 0,
      drawingFlags: 0,
      multipleRectangleSupport: 1,
    }),
    capabilityOf(orderCapability, {
      desktopSaveXGranularity: GRANULARITY_X,
      desktopSaveYGranularity: GRANULARITY_Y,
      maximumOrderLevel: 1,
      numberFonts: 0,
      orderFlags: orderFlag.negotiateOrderSupport | orderFlag.zeroBoundsDeltas,
      orderSupport: new Uint8Array(ORDERS),
      textFlags: 0,
      orderSupportExFlags: 0,
      desktopSaveSize: 0,
      textAnsiCodePage: 0,
    }),
    { type: capabilityType.bitmapCache, data: new Uint8Array(NO_BITMAP_CACHE) },
    capabilityOf(pointerCapability, { colorPointerFlag: 1, colorPointerCacheSize: POINTERS, pointerCacheSize: POINTERS }),
    capabilityOf(inputCapability, {
      inputFlags: inputFlag.scancodes | inputFlag.mousex | inputFlag.fastPathInput2 | inputFlag.unicode,
      ...keyboard,
    }),
    capabilityOf(brushCapability, { brushSupportLevel: 0 }),
    capabilityOf(glyphCacheCapability, { glyphCache: new Uint8Array(GLYPH_CACHES), fragCache: 0, glyphSupportLevel: 0 }),
    capabilityOf(offscreenCacheCapability, { offscreenSupportLevel: 0, offscreenCacheSize: 0, offscreenCacheEntries: 0 }),
    capabilityOf(virtualChannelCapability, { flags: virtualChannelFlag.none }),
    capabilityOf(soundCapability, { soundFlags: 0, pad2octetsA: 0 }),
    capabilityOf(fontCapability, { fontSupportFlags: 1, pad2octets: 0 }),
    capabilityOf(shareCapability, { nodeId: 0, pad2octets: 0 }),
    capabilityOf(controlCapability, { controlFlags: 0, remoteDetachFlag: 0, controlInterest: NEVER, detachInterest: NEVER }),
    capabilityOf(activationCapability, { helpKeyFlag: 0, helpKeyIndexFlag: 0, helpExtendedKeyFlag: 0, windowManagerKeyFlag: 0 }),
  ];
}
