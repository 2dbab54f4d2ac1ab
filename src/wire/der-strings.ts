import type { Codec } from './codec.ts';
import { DecodeError } from './cursor.ts';
import { type Tagged, tagged } from './der.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const toUtf8 = new TextEncoder();

const utf8Content: Codec<string> = {
  read(r) {
    const at = r.at;
    try {
      return utf8.decode(r.bytes());
    } catch (cause) {
      throw new DecodeError('text is not UTF-8', at, [], { cause });
    }
  },
  write: (w, v) => w.bytes(toUtf8.encode(v)),
};
/** Text of an ASCII subset; what lies outside it is refused in both directions. */
function ascii(allowed: RegExp, name: string): Codec<string> {
  const checked = (text: string, at: number) => {
    if (!allowed.test(text)) throw new DecodeError(`character not allowed in ${name}`, at);
    return text;
  };
  return {
    read: (r) => checked(utf8Content.read(r), r.at),
    write: (w, v) => utf8Content.write(w, checked(v, w.at)),
  };
}
export const utf8String: Tagged<string> = tagged(0x0c, utf8Content);
export const printableString: Tagged<string> = tagged(0x13, ascii(/^[A-Za-z0-9 '()+,\-./:=?]*$/, 'PrintableString'));
export const ia5String: Tagged<string> = tagged(0x16, ascii(/^\p{ASCII}*$/u, 'IA5String'));
/** KerberosString: ASCII by RFC 4120, UTF-8 as Windows sends it. */
export const generalString: Tagged<string> = tagged(0x1b, utf8Content);
