import { encode, rest } from '../wire/codec.ts';
import { ByteWriter } from '../wire/cursor.ts';
import { counted, list, record, u16 } from './record.ts';

const UPDATETYPE_BITMAP = 1;
/** BITMAP_COMPRESSION of flags: a header stands before the data, [MS-RDPBCGR] 2.2.9.1.1.3.1.2.2. */
const BITMAP_COMPRESSION = 0x0001;
const MOST_RECTANGLES = 512;
/** TS_BITMAP_DATA, [MS-RDPBCGR] 2.2.9.1.1.3.1.2.2; right and bottom are inside. */
const bitmapData = record({
  destLeft: u16,
  destTop: u16,
  destRight: u16,
  destBottom: u16,
  width: u16,
  height: u16,
  bitsPerPixel: u16,
  flags: u16,
  data: counted(u16),
});
/** TS_UPDATE_BITMAP_DATA, [MS-RDPBCGR] 2.2.9.1.1.3.1.2: the body of an Update PDU that every client takes. */
export const bitmapUpdate = record({ updateType: u16, rectangles: list(u16, bitmapData, MOST_RECTANGLES) });

/** TS_CD_HEADER and the stream behind it, [MS-RDPBCGR] 2.2.9.1.1.3.1.2.3. */
export const compressedBitmap = record({
  firstRowSize: u16,
  mainBodySize: u16,
  scanWidth: u16,
  uncompressedSize: u16,
  stream: rest,
});

/** MEGA_MEGA_COLOR_RUN and MEGA_MEGA_COLOR_IMAGE, [MS-RDPBCGR] 2.2.9.1.1.3.1.2.4: they depend on no pixel before them. */
const COLOR_RUN = 0xf3;
const COLOR_IMAGE = 0xf4;
/** Pixels from which a run is shorter than its pixels. */
const LEAST_RUN = 6;

/** Interleaved run-length encoding of pixels of two octets. */
export function runLengthEncoded(pixels: Uint16Array): Uint8Array {
  const w = new ByteWriter();
  let plain = 0;
  const image = (end: number) => {
    if (plain === end) return;
    w.u8(COLOR_IMAGE).u16(end - plain, true);
    for (const pixel of pixels.subarray(plain, end)) w.u16(pixel, true);
  };
  for (let at = 0; at < pixels.length; ) {
    const [begin, pixel = 0] = [at, pixels[at]];
    while (at < pixels.length && pixels[at] === pixel) at++;
    if (at - begin < LEAST_RUN) continue;
    image(begin);
    w.u8(COLOR_RUN)
      .u16(at - begin, true)
      .u16(pixel, true);
    plain = at;
  }
  image(pixels.length);
  return w.finish();
}
/** Rows of a picture from `top` on, over the whole of its width, which is a multiple of 4 pixels. */
export interface Strip {
  readonly top: number;
  readonly rows: readonly Uint16Array[];
}
/** @param bitsPerPixel 15 or 16 @param visible pixels of each row that are on the screen */
export function stripUpdate({ top, rows }: Strip, bitsPerPixel: number, visible: number): Uint8Array {
  const width = rows[0]?.length ?? 0;
  const pixels = new Uint16Array(width * rows.length);
  // The lowest row comes first.
  for (const [i, row] of rows.entries()) pixels.set(row, (rows.length - 1 - i) * width);
  const stream = runLengthEncoded(pixels);
  const sizes = { firstRowSize: 0, mainBodySize: stream.length, scanWidth: width, uncompressedSize: pixels.byteLength };
  const rectangle = {
    ...{ destLeft: 0, destTop: top, destRight: visible - 1, destBottom: top + rows.length - 1 },
    ...{ width, height: rows.length, bitsPerPixel, flags: BITMAP_COMPRESSION },
    data: encode(compressedBitmap, { ...sizes, stream }),
  };
  return encode(bitmapUpdate, { updateType: UPDATETYPE_BITMAP, rectangles: [rectangle] });
}
