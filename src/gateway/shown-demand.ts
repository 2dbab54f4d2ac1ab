import { capabilityOf, capabilityType } from '../rdp/capability-sets.ts';
import type { ClientCoreData } from '../rdp/client-core-data.ts';
import type { DemandActive } from '../rdp/demand-active.ts';
import { bitmapCapability, orderCapability, orderFlag, pointerCapability } from '../rdp/drawing-capabilities.ts';
import {
  fontCapability,
  generalCapability,
  inputCapability,
  inputFlag,
  shareCapability,
  virtualChannelCapability,
  virtualChannelFlag,
} from '../rdp/session-capabilities.ts';
import { SERVER_USER_ID } from '../rdp/session-ids.ts';
import type { Screen } from './painted-sentence.ts';

/** CAPS_PROTOCOL_VERSION. */
const PROTOCOL_VERSION = 0x0200;
const GRANULARITY_X = 1;
const GRANULARITY_Y = 20;
const POINTERS = 20;
/** TS_COLORTABLECACHE_CAPABILITYSET: as many tables as there must be, [MS-RDPEGDI] 2.2.1.1. */
const COLOUR_TABLES = 6;
const SHARE_ID = 0x1_03ea;
const LEAST_SCREEN = 64;
/** Of a larger one a part is shown: a stranger may claim to have any, and somebody has to paint it. */
const MOST_WIDTH = 3840;
const MOST_HEIGHT = 2160;
const sourceDescriptor = new TextEncoder().encode('RDP\0');

/** The screen that a client asked for; none where it has 256 colours, which would take a palette. */
export function screenOf(core: ClientCoreData | undefined): Screen | undefined {
  const { desktopWidth: width = 0, desktopHeight: height = 0, highColorDepth = 0 } = core ?? {};
  if (width < LEAST_SCREEN || height < LEAST_SCREEN || highColorDepth < 15) return undefined;
  return {
    width: Math.min(width, MOST_WIDTH),
    height: Math.min(height, MOST_HEIGHT),
    bitsPerPixel: highColorDepth === 15 ? 15 : 16,
  };
}
/** What a host demands that shows pictures and nothing else: no orders, no fast path, no compression of channels. */
export function shownDemand({ width, height, bitsPerPixel }: Screen): DemandActive {
  const capabilitySets = [
    capabilityOf(shareCapability, { nodeId: SERVER_USER_ID, pad2octets: 0 }),
    capabilityOf(generalCapability, {
      osMajorType: 0,
      osMinorType: 0,
      protocolVersion: PROTOCOL_VERSION,
      generalCompressionTypes: 0,
      extraFlags: 0,
      updateCapabilityFlag: 0,
      remoteUnshareFlag: 0,
      generalCompressionLevel: 0,
      refreshRectSupport: 0,
      suppressOutputSupport: 0,
    }),
    capabilityOf(virtualChannelCapability, { flags: virtualChannelFlag.none }),
    capabilityOf(bitmapCapability, {
      preferredBitsPerPixel: bitsPerPixel,
      receive1BitPerPixel: 1,
      receive4BitsPerPixel: 1,
      receive8BitsPerPixel: 1,
      desktopWidth: width,
      desktopHeight: height,
      desktopResizeFlag: 1,
      bitmapCompressionFlag: 1,
      highColorFlags: 0,
      drawingFlags: 0,
      multipleRectangleSupport: 1,
    }),
    capabilityOf(fontCapability, { fontSupportFlags: 1, pad2octets: 0 }),
    capabilityOf(orderCapability, {
      desktopSaveXGranularity: GRANULARITY_X,
      desktopSaveYGranularity: GRANULARITY_Y,
      maximumOrderLevel: 1,
      numberFonts: 0,
      orderFlags: orderFlag.negotiateOrderSupport | orderFlag.zeroBoundsDeltas,
      orderSupport: new Uint8Array(32),
      textFlags: 0,
      orderSupportExFlags: 0,
      desktopSaveSize: 0,
      textAnsiCodePage: 0,
    }),
    { type: capabilityType.colorCache, data: Uint8Array.of(COLOUR_TABLES, 0, 0, 0) },
    capabilityOf(pointerCapability, { colorPointerFlag: 1, colorPointerCacheSize: POINTERS, pointerCacheSize: POINTERS }),
    capabilityOf(inputCapability, {
      inputFlags: inputFlag.scancodes | inputFlag.mousex | inputFlag.unicode,
      keyboardLayout: 0,
      keyboardType: 0,
      keyboardSubType: 0,
      keyboardFunctionKey: 0,
    }),
  ];
  return { shareId: SHARE_ID, sourceDescriptor, capabilitySets, sessionId: 0 };
}
