import type { Host } from '../policy/account.ts';
import { ourIssuers } from '../policy/principal.ts';
import { decide, type SessionRequest } from '../session/decide.ts';
import type { CheckId } from './checks.ts';
import { cannotTell, type Finding, ok, wrong } from './finding.ts';

export const hostChecks: readonly CheckId[] = ['host-account', 'host-spn'];

/** What the directory says of the host. @param host undefined: it knows none of that name that is enabled */
export function hostFindings(name: string, host: Host | undefined): readonly Finding[] {
  if (!host) {
    const says = 'the directory knows no enabled computer of that name';
    const fix = 'write its DNS name as its computer object has it (dNSHostName), and see that the object is enabled';
    return [
      wrong('host-account', name, { says, fix, code: 'target-unknown' }),
      cannotTell('host-spn', name, { says: 'there is no such host' }),
    ];
  }
  const known = ok('host-account', name, host.labels['operatingSystem'] ?? 'it is there');
  const [obstacle] = host.obstacles ?? [];
  if (obstacle === undefined) return [known, ok('host-spn', name, 'it is')];
  const fix = '`setspn -Q TERMSRV/HOST` shows who has it; `setspn -D` takes it away and `setspn -S` gives it to the host';
  return [known, wrong('host-spn', name, { says: obstacle, fix, code: 'target-unproven' })];
}

export interface PermissionQuestion {
  readonly host: string;
  readonly account: string;
  /** Groups of the person whose own the account is. */
  readonly groups: readonly string[];
}
/** Whether a session for the account's own person would be granted now, by all that decides of it. */
export async function permissionFinding(
  { host, account, groups }: PermissionQuestion,
  ports: Parameters<typeof decide>[0],
  bounds: Parameters<typeof decide>[1],
): Promise<Finding> {
  const found = await ports.directory.account(account);
  const upn = found?.userPrincipalName;
  const person = { issuer: ourIssuers.named, subject: upn ?? account, userPrincipalName: upn, groups, claims: {}, strength: [] };
  const request: SessionRequest = {
    caller: { id: 'doctor', name: 'doctor', scopes: ['sessions'], person },
    ...{ person, account, proof: 'self', target: host, mode: 'gateway', reason: 'doctor', network: '127.0.0.1' },
  };
  const verdict = await decide(ports, bounds, request);
  if (verdict.ok) {
    const { rules, approvals } = verdict.decision;
    const after = approvals.map(({ count, group }) => `, after approval by ${count} of ${group}`).join('');
    return ok('account-host', account, `on ${host} by ${rules.join(', ')}${after}`);
  }
  const { cause, sentence } = verdict.refusal;
  const fix = '`mayfly policy explain` says which rule decides, and what it would take';
  const told = { says: `on ${host}: ${sentence}`, fix, code: cause };
  // Rules may ask for groups, claims and strength that only a token of the person's shows.
  return cause === 'rules-no-permit' && groups.length === 0
    ? cannotTell('account-host', account, { ...told, fix: `name the person's groups with --group; ${fix}` })
    : wrong('account-host', account, told);
}
