import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { LdapEntry } from './ldap-reply.ts';
import { sidText } from './sid.ts';

/** What an entry says, by attribute; a value in another form than its syntax has is an error, never a guess. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
function fault(entry: LdapEntry, attribute: string, cause?: unknown): MayflyError {
  return new MayflyError('directory-value', `${attribute} of ${JSON.stringify(entry.name)} is not what it should be`, {
    ...(cause === undefined ? {} : { cause }),
    next: 'correct it in the directory',
  });
}
export const octetsOf = (entry: LdapEntry, attribute: string): readonly Uint8Array[] =>
  entry.attributes.get(attribute.toLowerCase()) ?? [];
export function textsOf(entry: LdapEntry, attribute: string): string[] {
  try {
    return octetsOf(entry, attribute).map((octets) => utf8.decode(octets));
  } catch (cause) {
    throw fault(entry, attribute, cause);
  }
}
/** The only value; undefined where there is none. */
export function textOf(entry: LdapEntry, attribute: string): string | undefined {
  const [value, ...others] = textsOf(entry, attribute);
  if (others.length > 0) throw fault(entry, attribute);
  return value;
}
/** INTEGER or LargeInteger. */
export function numberOf(entry: LdapEntry, attribute: string): bigint | undefined {
  const value = textOf(entry, attribute);
  if (value === undefined) return undefined;
  if (!/^-?\d{1,19}$/.test(value)) throw fault(entry, attribute);
  return BigInt(value);
}
export function sidsOf(entry: LdapEntry, attribute: string): string[] {
  try {
    return octetsOf(entry, attribute).map(sidText);
  } catch (cause) {
    if (cause instanceof DecodeError) throw fault(entry, attribute, cause);
    throw cause;
  }
}
