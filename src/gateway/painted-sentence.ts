import { type Strip, stripUpdate } from '../rdp/bitmap-update.ts';
import { GLYPH_HEIGHT, GLYPH_WIDTH, hasInk } from './pixel-font.ts';

/** What a client can show. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: 15 | 16;
}
/** A cell is a glyph and the room around it; in pixels of the font. */
const CELL_WIDTH = GLYPH_WIDTH + 1;
const CELL_HEIGHT = GLYPH_HEIGHT + 2;
/** Rows of a screen for each size that the font grows by. */
const ROWS_PER_SIZE = 384;
const MOST_COLUMNS = 72;
const MOST_LINES = 24;
/** Octets of pixels in one update: what goes into one PDU of any client. */
const MOST_STRIP = 0x4000;
/** A dark blue-grey and nearly white, 5, 6 (or 5) and 5 bits. */
const colours = { 15: { ground: 0x1088, ink: 0x77bd }, 16: { ground: 0x2108, ink: 0xef7d } } as const;

/** Printable ASCII alone: letters lose what is above them, all else becomes a question mark. */
export const plainText = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s/g, ' ')
    .replace(/[^\x20-\x7e]/gu, '?');

/** Lines of at most so many characters, broken between words where there is room. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plainText(text).split(' ')) {
    if (line !== '' && columns < line.length + 1 + word.length) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    for (; columns < line.length; line = line.slice(columns)) lines.push(line.slice(0, columns));
  }
  return [...lines, line];
}
/** Where the text is, and which of its pixels have ink. */
export interface Picture {
  readonly screen: Screen;
  readonly hasInk: (x: number, y: number) => boolean;
  /** Pixels of the screen for one of the font, each way. */
  readonly size: number;
  /** Rows from, and to before which, there is any. */
  readonly top: number;
  readonly bottom: number;
}
/** Paragraphs as they stand on a screen: in its middle, their lines beginning below each other. */
export function pictureOf(screen: Screen, paragraphs: readonly string[]): Picture {
  const { width, height } = screen;
  const size = Math.max(1, Math.floor(height / ROWS_PER_SIZE));
  const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(width / (CELL_WIDTH * size)) - 2));
  const lines = paragraphs.flatMap((text) => wrapped(text, columns)).slice(0, MOST_LINES);
  const longest = Math.max(...lines.map(({ length }) => length));
  const left = Math.max(0, Math.floor((width - longest * CELL_WIDTH * size) / 2));
  const top = Math.max(0, Math.floor((height - lines.length * CELL_HEIGHT * size) / 2));
  return {
    screen,
    size,
    top,
    bottom: Math.min(height, top + lines.length * CELL_HEIGHT * size),
    hasInk(x, y) {
      const [column, row] = [Math.floor((x - left) / size), Math.floor((y - top) / size)];
      if (column < 0 || row < 0) return false;
      const character = lines[Math.floor(row / CELL_HEIGHT)]?.[Math.floor(column / CELL_WIDTH)];
      const [inX, inY] = [column % CELL_WIDTH, row % CELL_HEIGHT];
      return character !== undefined && inX < GLYPH_WIDTH && inY < GLYPH_HEIGHT && hasInk(character, inX, inY);
    },
  };
}
/** Bodies of Update PDUs that paint the whole screen, one after the other. */
export function* painted({ screen, hasInk: ink, size, top, bottom }: Picture): Generator<Uint8Array> {
  const { width, height, bitsPerPixel } = screen;
  const { ground, ink: inked } = colours[bitsPerPixel];
  const scanWidth = (width + 3) & ~3;
  const empty = new Uint16Array(scanWidth).fill(ground);
  // Rows of one row of the font are alike, and its pixels are looked at once for all of them.
  let last: { readonly y: number; readonly row: Uint16Array } | undefined;
  const rowOf = (y: number): Uint16Array => {
    if (y < top || bottom <= y) return empty;
    const first = y - ((y - top) % size);
    if (last?.y !== first) last = { y: first, row: empty.map((_, x) => (x < width && ink(x, first) ? inked : ground)) };
    return last.row;
  };
  const rowsOfStrip = Math.max(1, Math.floor(MOST_STRIP / empty.byteLength));
  for (let y = 0; y < height; y += rowsOfStrip) {
    const rows = Array.from({ length: Math.min(rowsOfStrip, height - y) }, (_, i) => rowOf(y + i));
    const strip: Strip = { top: y, rows };
    yield stripUpdate(strip, bitsPerPixel, width);
  }
}
