import { decode } from '../wire/codec.ts';
import { choice, sequence, sequenceOf, setOf } from '../wire/der.ts';
import { objectIdentifier } from '../wire/der-primitives.ts';
import { ia5String, printableString, utf8String } from '../wire/der-strings.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { Name } from './x509-library.ts';

/**
 * RFC 4514 3 without its hex forms, 1 to 64 characters a value. The library is laxer than it seems: it makes an empty name of
 * `My CA`, takes `a"b"` for `b` and `\00` for two digits, and breaks a value at a line's end.
 */
const octet = String.raw`[^\0-\x1f\x7f"\\+,;<>]|\\[ "#+,;<=>\\]`;
const value = String.raw`"[^\0-\x1f\x7f"\\]{1,64}"|(?![ #])(?:${octet}){1,64}(?<! )`;
const attribute = `(?:C=[A-Za-z]{2}|(?!C=)(?:[A-Za-z]+|\\d+(?:\\.\\d+)+)=(?:${value}))`;
const rfc4514 = new RegExp(`^${attribute}(?:(?:, ?|\\+)${attribute})*$`, 'u');

/** Name, RFC 5280 4.1.2.4, of the strings the library writes; strict, so that an IA5String is ASCII. */
const name = sequenceOf(
  setOf(sequence({ type: objectIdentifier, value: choice({ utf8: utf8String, printable: printableString, ia5: ia5String }) })),
);

/** A distinguished name's text as DER. @throws MayflyError `distinguished-name` */
export function distinguishedName(text: string): Uint8Array<ArrayBuffer> {
  const next =
    'write it as in CN=Logon CA,O=Example; a comma, plus, quote or backslash within a value needs a backslash before it';
  if (!rfc4514.test(text) || !text.isWellFormed()) {
    throw new MayflyError('distinguished-name', `${JSON.stringify(text)} is not a distinguished name`, { next });
  }
  try {
    const der = new Uint8Array(new Name(text).toArrayBuffer());
    decode(name, der);
    return der;
  } catch (cause) {
    throw new MayflyError('distinguished-name', `${JSON.stringify(text)} has an attribute that is unknown or takes ASCII only`, {
      cause,
      next,
    });
  }
}
