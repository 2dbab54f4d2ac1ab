import { type Codec, named } from '../wire/codec.ts';
import { type CombinedCapabilities, combinedCapabilities } from './capability-sets.ts';
import { u16, u32 } from './record.ts';

/** What `originatorId` must be, [MS-RDPBCGR] 2.2.1.13.2.1: the server's MCS user. */
export const ORIGINATOR_ID = 1002;

/** TS_CONFIRM_ACTIVE_PDU behind its Share Control Header, [MS-RDPBCGR] 2.2.1.13.2.1. */
export interface ConfirmActive extends CombinedCapabilities {
  readonly shareId: number;
  readonly originatorId: number;
  readonly trailing?: Uint8Array | undefined;
}
export const confirmActive: Codec<ConfirmActive> = {
  read(r) {
    const shareId = named('shareId', () => u32.read(r));
    const originatorId = named('originatorId', () => u16.read(r));
    const capabilities = combinedCapabilities.read(r);
    return { shareId, originatorId, ...capabilities, ...(r.left === 0 ? {} : { trailing: r.bytes() }) };
  },
  write(w, { shareId, originatorId, trailing, ...capabilities }) {
    u32.write(w, shareId);
    u16.write(w, originatorId);
    combinedCapabilities.write(w, capabilities);
    if (trailing !== undefined) w.bytes(trailing);
  },
};
