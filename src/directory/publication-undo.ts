import { FILLER } from '../pki/directory-objects.ts';
import { octetsOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { present } from './ldap-filter.ts';
import { LdapError } from './ldap-result.ts';
import type { UndoEntry } from './undo-record.ts';

/** What has become of one write. */
export interface Undone {
  readonly name: string;
  readonly done: 'deleted' | 'value-removed' | 'nothing-to-do' | 'left';
  /** Why it was left. */
  readonly note?: string;
}
const NOT_LEAF = 66;
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** Takes one write back, if it is still there; what others have put beside it stays. May be called again at any time. */
export async function undo(connection: LdapConnection, { name = '', action, attribute, value }: UndoEntry): Promise<Undone> {
  if (action === 'replace-value') return { name, done: 'left', note: 'the object was there before; its CRL is the newest' };
  const found = await connection.read(name, attribute === undefined ? ['objectClass'] : [attribute], present('objectClass'));
  if (!found) return { name, done: 'nothing-to-do' };
  if (attribute === undefined || value === undefined) return remove(connection, name);
  const values = octetsOf(found, attribute);
  const own = Buffer.from(value, 'base64');
  const isOwn = (each: Uint8Array) => same(each, own) || (action === 'create' && attribute === 'certificateRevocationList');
  const others = values.filter((each) => !isOwn(each) && !same(each, FILLER));
  if (action === 'create' && others.length === 0) return remove(connection, name);
  if (!values.some(isOwn)) return { name, done: 'nothing-to-do' };
  await connection.modify(name, [
    // The attribute is mandatory: the last value of it cannot go without another in its place.
    ...(values.every(isOwn) ? [{ operation: 'add', attribute, values: [FILLER] } as const] : []),
    { operation: 'delete', attribute, values: [own] },
  ]);
  return { name, done: 'value-removed' };
}
async function remove(connection: LdapConnection, name: string): Promise<Undone> {
  try {
    await connection.remove(name);
    return { name, done: 'deleted' };
  } catch (e) {
    if (e instanceof LdapError && e.result === NOT_LEAF) return { name, done: 'left', note: 'other objects are below it' };
    throw e;
  }
}
