import { type Codec, named } from '../wire/codec.ts';
import { type CombinedCapabilities, combinedCapabilities } from './capability-sets.ts';
import { u32 } from './record.ts';

/** TS_DEMAND_ACTIVE_PDU behind its Share Control Header, [MS-RDPBCGR] 2.2.1.13.1.1. */
export interface DemandActive extends CombinedCapabilities {
  readonly shareId: number;
  /** Ignored by clients; not every server sends it. */
  readonly sessionId?: number | undefined;
  readonly trailing?: Uint8Array | undefined;
}
export const demandActive: Codec<DemandActive> = {
  read(r) {
    const shareId = named('shareId', () => u32.read(r));
    const capabilities = combinedCapabilities.read(r);
    const sessionId = r.left === 0 ? {} : { sessionId: named('sessionId', () => u32.read(r)) };
    return { shareId, ...capabilities, ...sessionId, ...(r.left === 0 ? {} : { trailing: r.bytes() }) };
  },
  write(w, { shareId, sessionId, trailing, ...capabilities }) {
    if (trailing !== undefined && sessionId === undefined) throw w.fail('something behind a sessionId that is not there');
    u32.write(w, shareId);
    combinedCapabilities.write(w, capabilities);
    if (sessionId !== undefined) u32.write(w, sessionId);
    if (trailing !== undefined) w.bytes(trailing);
  },
};
