import { loadConfig } from '../../config/load-config.ts';
import { builtInRefusal } from '../../policy/built-in.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { print, table } from '../print.ts';
import { ldapDirectoryOf } from './directories.ts';

interface LookOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly args: readonly string[];
}
/** Of large domains: how far it has come. */
const progress = (domain: string, found: number) => void (500 < found && process.stderr.write(`${domain}: ${found} computers\n`));

async function directoryOf(options: LookOptions) {
  const config = await loadConfig({ env: process.env, file: options.config });
  const directory = await ldapDirectoryOf(config, progress);
  if (directory) return { config, directory };
  throw new MayflyError('ad-forest', 'no directory is configured', {
    next: 'add it under directories: with domain, account and password',
  });
}
/** `mayfly ad account`: what the directory says of an account, and why nobody would get it. */
export async function adAccount(options: LookOptions): Promise<number> {
  const { config, directory } = await directoryOf(options);
  const [reference = ''] = options.args;
  try {
    const account = await directory.account(reference);
    if (!account)
      throw new MayflyError('account-unknown', `the directory knows no account ${JSON.stringify(reference)}`, {
        next: 'write its user principal name, sAMAccountName or SID; another domain must be configured as well',
      });
    const upnSuffixes = config.service.upnSuffixes ?? config.domains.flatMap((domain) => domain.upnSuffixes);
    const refusal = builtInRefusal(account, {
      exceptedSids: new Set(config.service.exceptedSids),
      ownAccountSids: new Set(config.service.ownAccountSids),
      upnSuffixes,
    });
    const { groups, groupSids, sidHistory, obstacles, workstations, ...plain } = account;
    const rows: (readonly [string, string])[] = [
      ...Object.entries(plain).map(([name, value]) => [name, String(value)] as const),
      ['groups', groupSids === undefined ? '(not shown)' : groups.join(', ')],
      ...(sidHistory.length > 0 ? [['sidHistory', sidHistory.join(', ')] as const] : []),
      ...(workstations ? [['workstations', workstations.join(', ')] as const] : []),
      ['obstacles', obstacles.join(', ') || '(none)'],
      ['refused', refusal ? `${refusal.sentence} [${refusal.rule}]` : 'by no built-in rule'],
    ];
    print(options.json, { account, refusal: refusal ?? null }, table(rows));
    return refusal ? 1 : 0;
  } finally {
    directory.close();
  }
}
/** `mayfly ad hosts`: the hosts that the directory has, or one with whatever stands in the way of proving it. */
export async function adHosts(options: LookOptions): Promise<number> {
  const { directory } = await directoryOf(options);
  const [name] = options.args;
  try {
    const one = name === undefined ? undefined : await directory.host(name);
    if (name !== undefined && !one)
      throw new MayflyError('target-unknown', `the directory knows no enabled computer ${JSON.stringify(name)}`);
    const hosts = one ? [one] : await directory.hosts();
    print(
      options.json,
      { hosts },
      hosts.map((host) =>
        [host.name, ...Object.entries(host.labels).map(([label, value]) => `${label}=${value}`), ...(host.obstacles ?? [])].join(
          '  ',
        ),
      ),
    );
    return hosts.some(({ obstacles }) => obstacles?.length) ? 1 : 0;
  } finally {
    directory.close();
  }
}
