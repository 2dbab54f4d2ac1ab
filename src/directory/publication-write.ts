import { type DirectoryObject, FILLER } from '../pki/directory-objects.ts';
import type { LdapConnection, Values } from './ldap-connection.ts';
import { LdapError } from './ldap-result.ts';
import { type Change, type Compared, compare } from './publication-plan.ts';

/** resultCode, RFC 4511 appendix A: what a write meets when somebody else was faster. */
const faster: ReadonlySet<number> = new Set([16, 20, 68]);
const MOST_ATTEMPTS = 5;

const attributesOf = ({ objectClass, value, fillers }: DirectoryObject): Record<string, Values> => ({
  objectClass: ['top', objectClass],
  ...Object.fromEntries(fillers.map((name) => [name, [FILLER]])),
  ...(value ? { [value.attribute]: [value.octets] } : {}),
});

async function write(connection: LdapConnection, { object, action, current }: Change): Promise<void> {
  const { name, value } = object;
  if (action === 'create') return connection.add(name, attributesOf(object));
  if (!value) return;
  const { attribute, octets } = value;
  if (action === 'add-value') return connection.modify(name, [{ operation: 'add', attribute, values: [octets] }]);
  // Only what was compared is replaced: if somebody has written meanwhile, the directory refuses it, and it is compared again.
  return connection.modify(name, [
    ...(current.length > 0 ? [{ operation: 'delete', attribute, values: current } as const] : []),
    { operation: 'add', attribute, values: [octets] },
  ]);
}

/**
 * Brings one object to where it is to be; what was done. It may be called again at any time, and by several at once: each write holds
 * only against the state it was decided on.
 * @param before told before each write, and waited for: what is undone later must be known before it is done
 */
export async function bring(
  connection: LdapConnection,
  object: DirectoryObject,
  before: (change: Change) => Promise<void>,
): Promise<Compared> {
  for (let attempt = 1; ; attempt++) {
    const compared = await compare(connection, object);
    if (compared.state === 'good') return compared;
    try {
      await before(compared.change);
      await write(connection, compared.change);
      return compared;
    } catch (e) {
      if (!(e instanceof LdapError && faster.has(e.result)) || attempt === MOST_ATTEMPTS) throw e;
    }
  }
}
