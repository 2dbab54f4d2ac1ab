import { forestName } from '../pki/publication.ts';
import { textOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { both, equal, present } from './ldap-filter.ts';

/** Characters of a NetBIOS name; the sixteenth tells what kind it is. */
const MOST = 15;

/** nETBIOSName of a domain, at its crossRef, [MS-ADTS] 6.1.1.2.1.1.5; undefined where that is not shown. @throws MayflyError `directory-…` */
export async function netBiosNameOf(connection: LdapConnection, domain: string): Promise<string | undefined> {
  const root = await connection.read('', ['configurationNamingContext'], present('objectClass'));
  const configuration = root && textOf(root, 'configurationNamingContext');
  if (configuration === undefined) return undefined;
  const filter = both(equal('objectClass', 'crossRef'), equal('nCName', forestName(domain)));
  const [found, ...others] = await connection.search({
    base: `CN=Partitions,${configuration}`,
    scope: 'one',
    filter,
    attributes: ['nETBIOSName'],
  });
  const name = found && textOf(found, 'nETBIOSName');
  return name !== undefined && others.length === 0 && name.length <= MOST ? name : undefined;
}
