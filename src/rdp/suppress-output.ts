import type { Value } from '../wire/codec.ts';
import { optional, padding, record, trailing, u8, u16 } from './record.ts';

/** TS_RECTANGLE16, [MS-RDPBCGR] 2.2.11.1: inclusive bounds. */
export const rectangle = record({ left: u16, top: u16, right: u16, bottom: u16 });
export type Rectangle = Value<typeof rectangle>;

/** Suppress Output PDU Data, [MS-RDPBCGR] 2.2.11.3.1. The rectangle comes with 1 alone. */
export const suppressOutput = record({
  allowDisplayUpdates: u8,
  pad3octets: padding(3),
  desktopRect: optional(rectangle),
  trailing,
});
