import type { Config } from '../../config/config.ts';
import { StaticDirectoryPort } from '../../directory/static-directory-port.ts';
import type { AccountSource } from '../../policy/refused-accounts.ts';
import { clock } from '../clock.ts';
import { readDirectory } from './decision-sources.ts';
import { ldapDirectoryOf } from './directories.ts';

/** Where all accounts of the configured directories are read. @throws MayflyError where one of them cannot be listed */
export async function accountSources(config: Config): Promise<readonly AccountSource[]> {
  const ldap = await ldapDirectoryOf(config);
  if (!ldap) {
    const directory = await readDirectory(config);
    return [new StaticDirectoryPort(() => directory, clock)];
  }
  return [{ accounts: () => closingAfter(ldap) }];
}
async function* closingAfter(ldap: NonNullable<Awaited<ReturnType<typeof ldapDirectoryOf>>>) {
  try {
    yield* ldap.accounts();
  } finally {
    ldap.close();
  }
}
