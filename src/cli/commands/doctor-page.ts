import type { ApiPorts, DoctorQuestion, Examined } from '../../api/api-ports.ts';
import type { Config } from '../../config/config.ts';
import { factsOf } from '../../doctor/checks.ts';
import { Examinations } from '../../doctor/examinations.ts';
import { examined } from './doctor-looks.ts';
import { exitCode } from './doctor-report.ts';

/** What `mayfly doctor` says, for the API; but no logon is tried: whoever only asks brings nothing about. */
export function examinations(config: Config): ApiPorts['examine'] {
  const examine = async ({ host, account, sid, group }: DoctorQuestion): Promise<Examined> => {
    const { ms, findings } = await examined(config, { host, account, sid, groups: group === undefined ? [] : [group] });
    return {
      ok: exitCode(findings) !== 1,
      ms,
      findings: findings.map((each) => ({ ...each, title: factsOf(each.check).title })),
    };
  };
  const all = new Examinations(examine, () => performance.now());
  return (question) => all.of(question);
}
