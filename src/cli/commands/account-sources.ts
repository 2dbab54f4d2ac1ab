import type { Config } from '../../config/config.ts';
import { StaticDirectoryPort } from '../../directory/static-directory-port.ts';
import type { AccountSource } from '../../policy/refused-accounts.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { readDirectory } from './decision-sources.ts';

/** Where all accounts of the configured directories are read. @throws MayflyError where one of them cannot be listed */
export async function accountSources(config: Config): Promise<readonly AccountSource[]> {
  if (config.directories.length > 0)
    throw new MayflyError('refused-sids', 'the accounts of directories over LDAP cannot be listed yet', {
      next: 'name a static directory as service.directory',
    });
  const directory = await readDirectory(config);
  return [new StaticDirectoryPort(() => directory, clock)];
}
