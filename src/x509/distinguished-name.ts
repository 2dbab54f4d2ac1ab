import { encode } from '../wire/codec.ts';
import { any, type Der, sequence, sequenceOf, setOf } from '../wire/der.ts';
import { objectIdentifier } from '../wire/der-primitives.ts';
import { ia5String, printableString, utf8String } from '../wire/der-strings.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { oid } from './oid.ts';

/** Attribute types by the names of RFC 4514 3, and the E of older tools. */
const types: Readonly<Record<string, string>> = {
  CN: oid.commonName,
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  STREET: '2.5.4.9',
  O: oid.organizationName,
  OU: oid.organizationalUnitName,
  UID: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
  E: '1.2.840.113549.1.9.1',
};
const ascii = new Set([types['DC'], types['E']]);

/** RFC 4514 3 without its hex forms and with quotes around a whole value (RFC 4514 2.4 has dropped them); 1 to 64 characters. */
const character = String.raw`[^\0-\x1f\x7f"\\+,;<>]|\\[ "#+,;<=>\\]`;
const value = String.raw`"(?<quoted>[^\0-\x1f\x7f"\\]{1,64})"|(?<plain>(?![ #])(?:${character}){1,64}(?<! ))`;
const attribute = new RegExp(String.raw`(?<type>[A-Za-z]+|\d+(?:\.\d+)+)=(?:${value})(?<end>, ?|\+|$)`, 'uy');
const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

const name = sequenceOf(setOf(any));
const attributeOf = <T>(string: Der<T>) => sequence({ type: objectIdentifier, value: string });
/** PrintableString where it will do, IA5String where the attribute wants it: RFC 5280 4.1.2.4 and appendix A. */
function encoded(type: string, text: string): Uint8Array {
  const string = ascii.has(type) ? ia5String : printable.test(text) ? printableString : utf8String;
  return encode(attributeOf(string), { type, value: text });
}
/** Relative names, each a list of attributes; `undefined` where the text is no distinguished name. */
function parse(text: string): Uint8Array[][] | undefined {
  const names: Uint8Array[][] = [[]];
  attribute.lastIndex = 0;
  for (;;) {
    const { type = '', quoted, plain = '', end = '' } = attribute.exec(text)?.groups ?? {};
    const id = /^\d/.test(type) ? type : types[type];
    if (id === undefined) return undefined;
    const said = quoted ?? plain.replace(/\\(.)/gu, '$1');
    if (id === types['C'] && !/^[A-Za-z]{2}$/.test(said)) return undefined;
    names.at(-1)?.push(encoded(id, said));
    if (end === '') return names;
    if (end !== '+') names.push([]);
  }
}
/** A distinguished name's text as DER: Name, RFC 5280 4.1.2.4. @throws MayflyError `distinguished-name` */
export function distinguishedName(text: string): Uint8Array {
  const next =
    'write it as in CN=Logon CA,O=Example; a comma, plus, quote or backslash within a value needs a backslash before it';
  try {
    const names = parse(text);
    if (names) return encode(name, names);
  } catch (cause) {
    if (!(cause instanceof MayflyError)) throw cause;
    throw new MayflyError('distinguished-name', `${JSON.stringify(text)} has a value that its attribute cannot take`, {
      cause,
      next,
    });
  }
  throw new MayflyError('distinguished-name', `${JSON.stringify(text)} is not a distinguished name`, { next });
}
