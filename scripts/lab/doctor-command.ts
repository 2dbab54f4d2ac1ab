import { examined as look } from '../../src/cli/commands/doctor-looks.ts';
import { exitCode } from '../../src/cli/commands/doctor-report.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { CheckId } from '../../src/doctor/checks.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { assert } from './clients/expected.ts';
import { type DoctorStage, HOST } from './doctor-stage.ts';
import { DOMAIN } from './domain.ts';

export interface Told {
  readonly code: number;
  readonly ms: number;
  readonly findings: readonly Finding[];
}
/** Of the stage's host. */
export interface Asked {
  readonly account: string;
  readonly sid?: string;
}
export const alice: Asked = { account: `alice@${DOMAIN}` };

/** `mayfly doctor`, for alice. */
export async function doctor({ forest }: DoctorStage): Promise<Told> {
  const { code, stdout, stderr } = await forest.mayfly.attempt(
    ...['doctor', HOST, '--account', alice.account, '--tls-ca', forest.enterprise.certificate, '--json'],
  );
  assert(stdout.startsWith('{'), `it says nothing: ${stderr}`);
  return { code, ...(JSON.parse(stdout) as Omit<Told, 'code'>) };
}
/** The same in this process: a command for each fault would take its time. */
export async function examined({ forest }: DoctorStage, { account, sid }: Asked): Promise<Told> {
  const config = await loadConfig({ env: forest.mayfly.environment });
  const service = { tlsCa: forest.enterprise.certificate };
  const told = await look(config, { host: HOST, account, sid, groups: [], service });
  return { ...told, code: exitCode(told.findings) };
}
const shown = (findings: readonly Finding[]) =>
  findings.map(({ check, verdict, says, because }) => `${check} ${verdict}: ${says} (${because?.join(' ') ?? ''})`).join(' | ');

/** All is well, or is what only the host sees. */
export function assertHealthy({ code, findings, ms }: Told): string {
  const others = findings.filter(({ verdict, fix }) => verdict !== 'ok' && !fix?.includes('Test-MayflyHost.ps1'));
  assert(others.length === 0 && code === 0, `code ${code}: ${shown(others)}`);
  const ok = findings.filter(({ verdict }) => verdict === 'ok').length;
  return `${ok} ok, ${findings.length - ok} that only the host sees, ${ms} ms`;
}
/** That fault is named, and nothing else but what follows from it. */
export function assertFault({ code, findings }: Told, expected: readonly CheckId[]): string {
  const faults = findings.filter(({ verdict }) => verdict === 'wrong');
  const causes = faults.filter(({ because }) => because === undefined);
  const named = [...new Set(causes.map(({ check }) => check))];
  assert(code === 1 && named.join() === expected.join(), `code ${code}; ${shown(faults)}`);
  const follows = findings.filter(({ because }) => because !== undefined);
  for (const each of follows) assert(each.because?.some((cause) => expected.includes(cause)) ?? false, shown([each]));
  const untold = findings.filter(({ verdict, fix, because }) => verdict === 'cannot-tell' && !because && !fix?.includes('.ps1'));
  assert(untold.length === 0, shown(untold));
  const consequences = [...new Set(follows.map(({ check }) => check))];
  const [first] = causes;
  return `${first?.check}: ${first?.says}${consequences.length === 0 ? '' : `; it follows: ${consequences.join(', ')}`}`;
}
