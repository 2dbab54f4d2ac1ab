import type { Value } from '../wire/codec.ts';
import { padding, record, trailing, u8 } from './record.ts';

/** Heartbeat PDU behind its security header, [MS-RDPBCGR] 2.2.16.1: sent every `period` seconds, on the message channel. */
export const heartbeat = record({ reserved: padding(1), period: u8, count1: u8, count2: u8, trailing });
export type Heartbeat = Value<typeof heartbeat>;
