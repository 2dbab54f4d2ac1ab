import type { Config } from '../../config/config.ts';
import { dsaclsCommands, grantRights, lackingRights } from '../../directory/service-rights.ts';
import { crlContainerName } from '../../pki/publication.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { confirm } from '../confirm.ts';
import { print } from '../print.ts';
import { type AdOptions, type Forest, forestsOf } from './ad-forests.ts';
import { existingCa } from './chosen-ca.ts';
import { ldapDirectoryOf } from './directories.ts';

interface RightsOptions extends AdOptions {
  readonly apply?: boolean;
}
/** The configured account of each domain as the directory knows it: who is to have the rights. */
async function serviceAccounts(config: Config) {
  const directory = await ldapDirectoryOf(config);
  try {
    return await Promise.all(
      config.directories.map(async ({ account: reference, domain }) => {
        // By its distinguished name nobody else than the directory could look it up.
        const account = reference.includes('=') ? undefined : await directory?.account(reference);
        if (account) return { domain, name: account.name, sid: account.sid };
        throw new MayflyError('account-unknown', `directory of ${domain} knows no account ${JSON.stringify(reference)}`, {
          next: 'write directories[].account as a user principal name',
        });
      }),
    );
  } finally {
    directory?.close();
  }
}
/** `mayfly ad rights`: what the account of the daily work may do, and nothing more. */
export async function adRights(options: RightsOptions): Promise<number> {
  const { config } = await existingCa(options);
  const forests = await forestsOf(config, options);
  try {
    const accounts = await serviceAccounts(config);
    const ofForest = ({ name }: Forest) =>
      accounts.filter(({ domain }) => (config.domains.find((each) => each.name === domain)?.forest ?? domain) === name);
    if (options.apply) await confirm('grant the rights?', options.yes);
    const found = await Promise.all(
      forests.map(async (forest) => {
        const [account] = ofForest(forest);
        if (!account) throw new MayflyError('ad-forest', `no account is configured for forest ${forest.name}`);
        const { sid } = account;
        const granted = options.apply
          ? await forest.controllers.run((connection) => grantRights(connection, forest.name, sid))
          : 0;
        const lacking = await forest.controllers.run((connection) => lackingRights(connection, forest.name, sid));
        const container = crlContainerName(forest.name);
        return {
          forest: forest.name,
          account: account.name,
          sid,
          container,
          granted,
          lacking: lacking.length,
          commands: dsaclsCommands(forest.name, `${account.name}@${account.domain}`),
        };
      }),
    );
    const ok = found.every(({ lacking }) => lacking === 0);
    print(
      options.json,
      { ok, forests: found },
      found.flatMap(({ forest, account, sid, container, granted, lacking, commands }) => [
        `forest ${forest}: ${account} (${sid}) in ${container}`,
        '  make and delete cRLDistributionPoint objects in it; write certificateRevocationList of those; nothing else',
        ...(granted > 0 ? [`  granted: ${granted}`] : []),
        lacking === 0 ? '  has them' : `  lacks ${lacking}; an enterprise admin grants them by --apply, or by:`,
        ...(lacking === 0 ? [] : commands.map((command) => `    ${command}`)),
      ]),
    );
    return ok ? 0 : 1;
  } finally {
    for (const { controllers } of forests) controllers.close();
  }
}
