import { describe, expect, it } from 'vitest';
import { type Codec, decode, encode } from '../../src/wire/codec.ts';
import { generalString, ia5String, printableString, utf8String } from '../../src/wire/der-strings.ts';
import * as vectors from '../vectors/der/strings.ts';
import { bytes, hex } from './annotated-hex.ts';
import { refusal } from './refusal.ts';

describe('vectors', () => {
  it.each([
    ...vectors.printable.map((v) => ({ ...v, codec: printableString })),
    ...vectors.ia5.map((v) => ({ ...v, codec: ia5String })),
    ...vectors.utf8.map((v) => ({ ...v, codec: utf8String })),
  ])('$source', ({ codec, der, value }) => {
    expect(decode(codec, bytes(der))).toBe(value);
    expect(hex(encode(codec, value))).toBe(hex(bytes(der)));
  });
  it('GeneralString is ASCII by RFC 4120 5.2.1 and UTF-8 as Windows sends it', () => {
    expect(decode(generalString, bytes('1b 06 4dc3bc6c6c65'))).toBe('M\u00fclle');
    expect(hex(encode(generalString, 'host'))).toBe('1b04686f7374');
  });
});

describe('wrong in one way', () => {
  it.each(vectors.notUtf8)('$fault', ({ content }) => {
    const length = bytes(content).length.toString(16).padStart(2, '0');
    for (const [tag, codec] of [
      ['0c', utf8String],
      ['1b', generalString],
      ['13', printableString],
      ['16', ia5String],
    ] as const) {
      expect(refusal(codec, `${tag} ${length} ${content}`)).toBe('input at byte 2: text is not UTF-8');
    }
    // The decoder is shared: a refusal must leave nothing behind in it.
    expect(decode(utf8String, bytes('0c 03 e282ac'))).toBe('\u20ac');
  });
  it.each(['@', '*', '&', '_', '"', '!', '\u00e9', '\n', '\0', '\u2010'])('%j in PrintableString (X.680 41.4)', (character) => {
    const content = hex(new TextEncoder().encode(`a${character}`));
    const length = (content.length / 2).toString(16).padStart(2, '0');
    expect(refusal(printableString, `13 ${length} ${content}`)).toBe('input at byte 2: character not allowed in PrintableString');
    expect(() => encode(printableString, `a${character}`)).toThrow(expect.objectContaining({ code: 'encode' }));
  });
  it.each(['\u0080', '\u00e9', '\u20ac', '\ufeff'])('%j in IA5String', (character) => {
    const content = hex(new TextEncoder().encode(character));
    expect(refusal(ia5String, `16 0${content.length / 2} ${content}`)).toBe(
      'input at byte 2: character not allowed in IA5String',
    );
    expect(() => encode(ia5String, character)).toThrow(expect.objectContaining({ code: 'encode' }));
  });
  it('constructed (X.690 10.2)', () => {
    for (const [tag, codec] of [
      ['2c', utf8String],
      ['33', printableString],
      ['36', ia5String],
    ] as const) {
      expect(refusal(codec satisfies Codec<string>, `${tag} 03 0c 01 61`)).toMatch(/^input at byte 0: expected tag/);
    }
  });
});

it('keeps every ASCII character in IA5String, NUL and DEL too', () => {
  const all = String.fromCharCode(...Array.from({ length: 128 }, (_, i) => i));
  expect(decode(ia5String, encode(ia5String, all))).toBe(all);
});
