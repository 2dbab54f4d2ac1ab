import type { DirectoryObject } from '../pki/directory-objects.ts';
import { configurationName } from '../pki/publication.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { readCrlNumber } from '../x509/crl.ts';
import { octetsOf, textOf, textsOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { present } from './ldap-filter.ts';

const anyObject = present('objectClass');

/** One thing that is not as it is to be. */
export interface Change {
  readonly object: DirectoryObject;
  readonly action: 'create' | 'add-value' | 'replace-value';
  /** The values that are there now. */
  readonly current: readonly Uint8Array[];
}
/** An object that is as it is to be, or newer (then with the CRL that it holds); or one of another kind in its place. */
export type Compared =
  | { readonly state: 'change'; readonly change: Change }
  | { readonly state: 'good'; readonly object: DirectoryObject; readonly note?: string; readonly held?: Uint8Array };

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
function numberIn(crl: Uint8Array): number {
  try {
    return readCrlNumber(crl) ?? 0;
  } catch {
    return 0; // a filler, or damaged: anything is newer
  }
}

/** Compares one object with the directory. @throws MayflyError `directory-other-object` */
export async function compare(connection: LdapConnection, object: DirectoryObject): Promise<Compared> {
  const { name, objectClass, value } = object;
  const found = await connection.read(name, ['objectClass', ...(value ? [value.attribute] : [])], anyObject);
  if (!found) return { state: 'change', change: { object, action: 'create', current: [] } };
  const classes = textsOf(found, 'objectClass').map((each) => each.toLowerCase());
  // Without the right to see it an object shows no class at all: then nothing is known of it.
  if (!classes.includes(objectClass.toLowerCase()))
    throw new MayflyError('directory-other-object', `${name} is there and is no ${objectClass}`, {
      next: 'move it away, or let the account read it',
    });
  if (!value) return { state: 'good', object };
  const current = octetsOf(found, value.attribute);
  if (current.some((each) => same(each, value.octets))) return { state: 'good', object };
  if (value.how === 'added') return { state: 'change', change: { object, action: 'add-value', current } };
  const [held] = current.toSorted((a, b) => numberIn(b) - numberIn(a));
  const newest = held ? numberIn(held) : 0;
  if (held && numberIn(value.octets) <= newest)
    return { state: 'good', object, note: `CRL number ${newest} is there already`, held };
  return { state: 'change', change: { object, action: 'replace-value', current } };
}

/** The configuration partition that this server holds, as it must be for the forest. @throws MayflyError `directory-other-forest` */
export async function checkForest(connection: LdapConnection, forest: string): Promise<void> {
  const root = await connection.read('', ['configurationNamingContext'], anyObject);
  const found = root && textOf(root, 'configurationNamingContext');
  if (found?.toLowerCase() === configurationName(forest).toLowerCase()) return;
  throw new MayflyError('directory-other-forest', `${connection.peer} is not of forest ${forest} (${found ?? 'unknown'})`, {
    next: 'correct domains[].forest, or the servers of the domain',
  });
}

/** Everything that is to be done, in order; a state that nobody has touched yet. */
export async function planOf(connection: LdapConnection, objects: readonly DirectoryObject[]): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const object of objects) compared.push(await compare(connection, object));
  return compared;
}
