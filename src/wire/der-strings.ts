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
    } catch {
      throw new DecodeError('text is not UTF-8', at);
    }
  },
  write(w, v) {
    // TextEncoder would write U+FFFD for it: another text than the caller gave.
    if (!v.isWellFormed()) throw w.fail('text holds half a surrogate pair');
    w.bytes(toUtf8.encode(v));
  },
};
/** Text of an ASCII subset; what lies outside it is refused in both directions. */
function ascii(allowed: RegExp, name: string): Codec<string> {
  const reason = `character not allowed in ${name}`;
  return {
    read(r) {
      const at = r.at;
      const text = utf8Content.read(r);
      if (!allowed.test(text)) throw new DecodeError(reason, at);
      return text;
    },
    write(w, v) {
      if (!allowed.test(v)) throw w.fail(reason);
      utf8Content.write(w, v);
    },
  };
}
export const utf8String: Tagged<string> = tagged(0x0c, utf8Content);
export const printableString: Tagged<string> = tagged(0x13, ascii(/^[A-Za-z0-9 '()+,\-./:=?]*$/, 'PrintableString'));
export const ia5String: Tagged<string> = tagged(0x16, ascii(/^\p{ASCII}*$/u, 'IA5String'));
/** KerberosString: ASCII by RFC 4120, UTF-8 as Windows sends it. */
export const generalString: Tagged<string> = tagged(0x1b, utf8Content);
