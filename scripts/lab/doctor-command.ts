import { readFileSync } from 'node:fs';
import { examined as look } from '../../src/cli/commands/doctor-looks.ts';
import { exitCode } from '../../src/cli/commands/doctor-report.ts';
import { ApiClient } from '../../src/client/api-client.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { CheckId } from '../../src/doctor/checks.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { assert } from './clients/expected.ts';
import { type DoctorStage, HOST } from './doctor-stage.ts';
import { DOMAIN } from './domain.ts';

const ON_HOST = 'Test-MayflyHost.ps1';

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
/** `GET /v1/doctor`, as an administrator: no logon is tried, and all else is seen as the command sees it. */
export async function page({ forest }: DoctorStage): Promise<string> {
  const token = readFileSync(forest.mayfly.home.concat('/service/admin.token'), 'utf8').trim();
  const client = new ApiClient({ url: 'https://127.0.0.1:8443', token, ca: readFileSync(forest.enterprise.certificate, 'utf8') });
  try {
    const { ok, ms, findings } = await client.call('examine', { query: { host: HOST, account: alice.account } });
    const untried = findings.filter(({ code }) => code === 'doctor-no-trial').map(({ check }) => check);
    const others = findings.filter(
      ({ verdict, code, fix }) => verdict !== 'ok' && code !== 'doctor-no-trial' && !fix?.includes(ON_HOST),
    );
    assert(ok && others.length === 0, JSON.stringify(others));
    return `${findings.length} findings, ${ms} ms; not tried: ${[...new Set(untried)].join(', ')}`;
  } finally {
    client.close();
  }
}
const ATTEMPTS = 3;
/** On a machine that is busy something may be late, which is a finding of its own: then it is looked at again. */
export async function inTime(again: () => Promise<Told>, judge: (told: Told) => string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const told = await again();
    try {
      return judge(told);
    } catch (e) {
      if (attempt === ATTEMPTS) throw e;
    }
  }
}
const shown = (findings: readonly Finding[]) =>
  findings.map(({ check, verdict, says, because }) => `${check} ${verdict}: ${says} (${because?.join(' ') ?? ''})`).join(' | ');

/** All is well, or is what only the host sees. */
export function assertHealthy({ code, findings, ms }: Told): string {
  const others = findings.filter(({ verdict, fix }) => verdict !== 'ok' && !fix?.includes(ON_HOST));
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
  const untold = findings.filter(({ verdict, fix, because }) => verdict === 'cannot-tell' && !because && !fix?.includes(ON_HOST));
  assert(untold.length === 0, shown(untold));
  const consequences = [...new Set(follows.map(({ check }) => check))];
  const [first] = causes;
  return `${first?.check}: ${first?.says}${consequences.length === 0 ? '' : `; it follows: ${consequences.join(', ')}`}`;
}
