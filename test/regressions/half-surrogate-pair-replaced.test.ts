import { expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { generalString, utf8String } from '../../src/wire/der-strings.ts';

// Half a surrogate pair was written as U+FFFD: two different names became the same bytes.
it.each(['\ud800', 'a\udc00b', '\udc00\ud800'])('refuses to write text with half a surrogate pair', (text) => {
  for (const codec of [utf8String, generalString]) {
    expect(() => encode(codec, text)).toThrow(
      expect.objectContaining({ code: 'encode', message: 'text holds half a surrogate pair' }),
    );
  }
});
