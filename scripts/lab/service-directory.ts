import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMAIN } from './domain.ts';
import type { LabRun } from './lab-run.ts';
import type { Mayfly } from './mayfly.ts';
import { poll } from './poll.ts';

/** Writes the accounts that the domain has into the service's directory file, and waits until they are in force. */
export async function writeDirectory(
  _lab: LabRun,
  mayfly: Mayfly,
  sids: { readonly alice: string; readonly bob: string },
): Promise<string> {
  const base = sids.alice.replace(/-\d+$/, '');
  const account = (name: string, sid: string, groups: readonly string[]) =>
    `  - { name: ${name}, userPrincipalName: ${name}@${DOMAIN}, sid: ${sid}, memberOf: [${groups.join(', ')}] }`;
  writeFileSync(
    join(mayfly.home, 'service', 'directory.yaml'),
    `groups:
  - { name: Desktop Users, sid: ${base}-1201 }
  - { name: Domain Admins, sid: ${base}-512 }
  - { name: Wheel, sid: ${base}-1202, memberOf: [Domain Admins] }
accounts:
${account('alice', sids.alice, ['Desktop Users'])}
${account('bob', sids.bob, ['Desktop Users'])}
${account('chief', `${base}-1300`, ['Wheel'])}
hosts:
  - { name: desk1.${DOMAIN}, labels: { access: self } }
  - { name: guarded.${DOMAIN}, labels: { access: approved } }
`,
    { mode: 0o600 },
  );
  return poll('the new directory in force', 60_000, async () => {
    const { stdout } = await mayfly.attempt('session', 'targets', '--token-file', join(mayfly.home, 'service', 'admin.token'));
    return stdout.includes('guarded.') ? stdout.trim().replaceAll(/\s*\n\s*/g, ', ') : undefined;
  });
}
