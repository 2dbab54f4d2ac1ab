import { type Codec, named } from '../wire/codec.ts';
import { padding, u8 } from './record.ts';
import { type Rectangle, rectangle } from './suppress-output.ts';

/** Refresh Rect PDU Data, [MS-RDPBCGR] 2.2.11.2.1: areas that the server is to send again. */
export interface RefreshRect {
  readonly areasToRefresh: readonly Rectangle[];
  readonly pad3Octets?: Uint8Array | undefined;
}
const pad3 = padding(3);
export const refreshRect: Codec<RefreshRect> = {
  read(r) {
    const count = named('numberOfAreas', () => u8.read(r));
    const pad3Octets = pad3.read(r);
    const readArea = (_: unknown, i: number) => named(String(i), () => rectangle.read(r));
    return { areasToRefresh: Array.from({ length: count }, readArea), ...(pad3Octets && { pad3Octets }) };
  },
  write(w, { areasToRefresh, pad3Octets }) {
    u8.write(w, areasToRefresh.length);
    pad3.write(w, pad3Octets);
    for (const each of areasToRefresh) rectangle.write(w, each);
  },
};
