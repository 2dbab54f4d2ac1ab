import { describe, expect, it } from 'vitest';
import { painted, pictureOf, plainText, type Screen, wrapped } from '../../src/gateway/painted-sentence.ts';
import { GLYPH_HEIGHT, GLYPH_WIDTH, hasInk } from '../../src/gateway/pixel-font.ts';
import { bitmapUpdate, compressedBitmap, runLengthEncoded } from '../../src/rdp/bitmap-update.ts';
import { decode } from '../../src/wire/codec.ts';

const glyph = (character: string) =>
  Array.from({ length: GLYPH_HEIGHT }, (_, y) =>
    Array.from({ length: GLYPH_WIDTH }, (__, x) => (hasInk(character, x, y) ? '#' : '.')).join(''),
  );
describe('the font', () => {
  it('draws each printable character, and no two alike', () => {
    const all = Array.from({ length: 95 }, (_, i) => glyph(String.fromCharCode(0x20 + i)).join('\n'));
    expect(new Set(all).size).toBe(95);
    expect(all.filter((drawn) => !drawn.includes('#'))).toEqual([glyph(' ').join('\n')]);
    expect(glyph('g')).toEqual(['.....', '.....', '.####', '#...#', '#...#', '#...#', '.####', '....#', '.###.']);
  });
  it('draws a question mark for what it does not have', () => {
    expect(glyph('\u{4e2d}')).toEqual(glyph('?'));
    expect(glyph('\n')).toEqual(glyph('?'));
  });
});
describe('text', () => {
  it('becomes printable ASCII', () => {
    expect(plainText('Zoë said “no”\tto Ångström’s\u001b[2J')).toBe("Zoe said ?no? to Angstrom's?[2J");
  });
  it('is broken between words, and within one that is too long', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapped('abcdefgh ij', 3)).toEqual(['abc', 'def', 'gh', 'ij']);
    expect(wrapped('', 5)).toEqual(['']);
  });
});
describe('a picture', () => {
  const screens: readonly Screen[] = [
    { width: 1024, height: 768, bitsPerPixel: 16 },
    { width: 1366, height: 768, bitsPerPixel: 15 },
    { width: 70, height: 64, bitsPerPixel: 16 },
    { width: 3840, height: 2160, bitsPerPixel: 16 },
  ];
  it.each(screens)('covers a screen of $width by $height in updates that go into a PDU', (screen) => {
    const { width, height } = screen;
    let next = 0;
    let octets = 0;
    for (const body of painted(
      pictureOf(screen, ['The host refused the session: it is full of other people.', '', 'Session 1']),
    )) {
      expect(body.length).toBeLessThan(0x7fff);
      octets += body.length;
      for (const rectangle of decode(bitmapUpdate, body).rectangles) {
        expect(rectangle).toMatchObject({ destLeft: 0, destTop: next, destRight: width - 1, bitsPerPixel: screen.bitsPerPixel });
        expect(rectangle.width % 4).toBe(0);
        const { mainBodySize, stream, uncompressedSize } = decode(compressedBitmap, rectangle.data);
        expect([mainBodySize, uncompressedSize]).toEqual([stream.length, rectangle.width * rectangle.height * 2]);
        next = rectangle.destBottom + 1;
      }
    }
    expect(next).toBe(height);
    expect(octets).toBeLessThan(200_000);
  });
  it('has more text than it has room for cut off, and never more lines than that', () => {
    const { top, bottom } = pictureOf({ width: 1024, height: 768, bitsPerPixel: 16 }, ['word '.repeat(5000)]);
    expect([top >= 0, bottom <= 768]).toEqual([true, true]);
  });
  it('is run-length encoded in runs and images of colour', () => {
    const pixels = Uint16Array.of(1, 1, 1, 1, 1, 1, 1, 2, 3, 3);
    expect([...runLengthEncoded(pixels)]).toEqual([0xf3, 7, 0, 1, 0, 0xf4, 3, 0, 2, 0, 3, 0, 3, 0]);
  });
});
