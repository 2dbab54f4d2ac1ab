import type { Value } from '../wire/codec.ts';
import { optional, record, trailing, u16 } from './record.ts';

/** FONTLIST_FIRST and FONTLIST_LAST together: all of it is in this PDU. */
const WHOLE = 0x0003;

/** Font List PDU, [MS-RDPBCGR] 2.2.1.18.1: a relic that ends the client's part of the finalization. */
export const fontList = record({
  numberFonts: optional(u16),
  totalNumFonts: optional(u16),
  listFlags: optional(u16),
  entrySize: optional(u16),
  trailing,
});
export type FontList = Value<typeof fontList>;
/** Font Map PDU, [MS-RDPBCGR] 2.2.1.22.1: after it the session runs. Some servers send it without a body. */
export const fontMap = record({
  numberEntries: optional(u16),
  totalNumEntries: optional(u16),
  mapFlags: optional(u16),
  entrySize: optional(u16),
  trailing,
});
export type FontMap = Value<typeof fontMap>;

export const emptyFontList: FontList = { numberFonts: 0, totalNumFonts: 0, listFlags: WHOLE, entrySize: 50 };
export const emptyFontMap: FontMap = { numberEntries: 0, totalNumEntries: 0, mapFlags: WHOLE, entrySize: 4 };
