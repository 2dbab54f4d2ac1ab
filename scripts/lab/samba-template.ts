import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LabRun } from './lab-run.ts';
import { type SambaSettings, sambaConfiguration } from './samba-configuration.ts';

/** No fsync for databases that live as long as a scenario: halves the time to provision. */
export const SAMBA_ENVIRONMENT = { TDB_NO_FSYNC: '1' };

/**
 * samba-tool, except that it leaves SYSVOL's access lists alone: no share is served here, and setting them takes supplementary
 * groups, which a user namespace does not give.
 */
const SAMBA_TOOL = `import sys, samba.provision
samba.provision.setsysvolacl = lambda *args, **options: None
from samba.netcmd.main import cmd_sambatool
sys.exit(cmd_sambatool()._run('samba-tool', *sys.argv[1:]))`;

/** Raised whenever the steps below change what a template holds. */
const RECIPE = 1;

/**
 * A provisioned domain with its accounts in `folder`: unpacked from the caller's cache, or made (some 6 s) and put there.
 * Relocatable: only smb.conf and krb5.conf hold paths, and both are written anew at each start.
 */
export async function restoreDomain(lab: LabRun, folder: string, settings: SambaSettings): Promise<'restored' | 'provisioned'> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const template = await templateFile(lab, settings);
  if (existsSync(template)) {
    await lab.run('tar', ['-C', folder, '-xzf', template]);
    return 'restored';
  }
  await provision(lab, folder, settings);
  await keep(lab, folder, template);
  return 'provisioned';
}

async function provision(lab: LabRun, folder: string, settings: SambaSettings): Promise<void> {
  const options = { environment: SAMBA_ENVIRONMENT, limitMs: 120_000 };
  await lab.run(
    '/usr/bin/python3', // the one that Debian's samba-tool runs by; PATH may have another
    [
      ...['-c', SAMBA_TOOL],
      // -s /dev/null keeps the machine's own smb.conf out
      ...[
        'domain',
        'provision',
        '-s',
        '/dev/null',
        `--targetdir=${folder}`,
        `--realm=${settings.realm}`,
        `--domain=${settings.domain}`,
      ],
      ...[
        `--host-name=${settings.host.split('.')[0]}`,
        `--host-ip=${settings.address}`,
        `--adminpass=${settings.administratorPassword}`,
      ],
      ...['--server-role=dc', '--use-rfc2307', '--dns-backend=NONE'],
      ...[`--option=interfaces=${settings.address}/8`, '--option=bind interfaces only=yes'],
    ],
    options,
  );
  const configuration = lab.write('provision.conf', sambaConfiguration(folder, settings));
  for (const account of settings.accounts) {
    await lab.run('samba-tool', ['user', 'create', account, '--random-password', '-s', configuration], options);
  }
}

/** Another run may do the same at the same time: the file appears whole or not at all, and either one's will do. */
async function keep(lab: LabRun, folder: string, template: string): Promise<void> {
  const draft = `${template}.${randomUUID()}`;
  try {
    mkdirSync(join(template, '..'), { recursive: true, mode: 0o700 });
    await lab.run('tar', ['-C', folder, '-czSf', draft, '.']);
    chmodSync(draft, 0o600); // it holds the domain's keys
    renameSync(draft, template);
  } catch {
    rmSync(draft, { force: true }); // without a cache every run provisions; nothing else is lost
  }
}

async function templateFile(lab: LabRun, settings: SambaSettings): Promise<string> {
  const version = await lab.run('samba', ['--version']);
  const recipe = JSON.stringify({ RECIPE, version: version.trim(), settings });
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 16);
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'mayfly-lab', `samba-${key}.tar.gz`);
}
