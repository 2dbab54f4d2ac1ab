import { MayflyError } from './mayfly-error.ts';
import { type Ndr, plain } from './ndr.ts';

const width = (wide: boolean): 1 | 2 => (wide ? 2 : 1);

/** `char` as ISO 8859-1 or `wchar_t` as UTF-16LE, one character of the string for one of the array, whatever they are. */
export function charactersOf(octets: Uint8Array, wide: boolean): string {
  const step = width(wide);
  let text = '';
  for (let i = 0; i + step <= octets.length; i += step)
    text += String.fromCharCode((octets[i] ?? 0) | (wide ? (octets[i + 1] ?? 0) << 8 : 0));
  return text;
}
export function octetsOf(text: string, wide: boolean): Uint8Array {
  const step = width(wide);
  const octets = new Uint8Array(text.length * step);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (!wide && 0xff < unit) throw new MayflyError('encode', 'a text has characters that the narrow form does not have');
    octets[i * step] = unit & 0xff;
    if (wide) octets[i * step + 1] = unit >> 8;
  }
  return octets;
}

/**
 * `[string] char` or `wchar_t` behind a pointer: a conformant varying array that ends in NUL, C706 14.3.4. What lies behind the
 * first NUL is read over: there are hosts that count two.
 */
export function string(wide: boolean): Ndr<string> {
  return plain(4, {
    read(r) {
      const maximum = r.u32(true);
      const offset = r.u32(true);
      const count = r.u32(true);
      if (offset !== 0) throw r.fail(`a string that begins at ${offset}`);
      if (maximum < count) throw r.fail(`a string of ${count} where at most ${maximum} were announced`);
      const text = charactersOf(r.bytes(count * width(wide)), wide);
      const end = text.indexOf('\0');
      return end === -1 ? text : text.slice(0, end);
    },
    write(w, text) {
      if (text.includes('\0')) throw w.fail('a text has a NUL in it');
      const count = text.length + 1;
      w.u32(count, true)
        .u32(0, true)
        .u32(count, true)
        .bytes(octetsOf(`${text}\0`, wide));
    },
  });
}
