import { decode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { any, sequence, sequenceOf, setOf } from '../wire/der.ts';
import { objectIdentifier } from '../wire/der-primitives.ts';
import { ia5String, printableString, utf8String } from '../wire/der-strings.ts';
import { toHex } from '../wire/hex.ts';

/** Name, RFC 5280 4.1.2.4, its values unread. */
const name = sequenceOf(setOf(sequence({ type: objectIdentifier, value: any })), 64);
/** RFC 4514 3, and serialNumber, which every card's subject has. */
const labels: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};
const strings = [utf8String, printableString, ia5String];

const utf8 = new TextEncoder();

/** RFC 4514 2.4; control and bidirectional formatting characters are escaped as well, since this text is printed. */
function escaped(text: string): string {
  return text
    .replace(/[\\",;+<>]/g, '\\$&')
    .replace(/^[ #]| $/g, '\\$&')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (sign) => toHex(utf8.encode(sign)).replace(/../g, '\\$&'));
}
function valueText(value: Uint8Array): string {
  const string = strings.find(({ tags }) => tags[0] === value[0]);
  try {
    return string ? escaped(decode(string, value)) : `#${toHex(value)}`;
  } catch (e) {
    if (e instanceof DecodeError) return `#${toHex(value)}`;
    throw e;
  }
}
/** Whether one attribute of a Name, by identifier, is exactly this text. @throws DecodeError */
export const nameHas = (der: Uint8Array, type: string, text: string): boolean =>
  decode(name, der).some((set) =>
    set.some((attribute) => attribute.type === type && valueText(attribute.value) === escaped(text)),
  );

/** A Name as people read it, in the order it is encoded (as openssl prints it). @throws DecodeError */
export function nameText(der: Uint8Array): string {
  const relative = decode(name, der).map((set) =>
    set.map(({ type, value }) => `${labels[type] ?? type}=${valueText(value)}`).join('+'),
  );
  return relative.join(', ');
}

/** A stranger's name as it may stand in a line for people: what could move their cursor is quoted, or a question mark. */
export const printableName = (given: string): string =>
  /^[\x21-\x7e]+$/.test(given) ? given : JSON.stringify(given).replace(/[^\x20-\x7e]/g, '?');
