import type { Config } from '../../config/config.ts';
import { factsOf, scripted } from '../../doctor/checks.ts';
import type { Look } from '../../doctor/examine.ts';
import { cannotTell } from '../../doctor/finding.ts';

/** What a doctor is asked about. */
export interface DoctorQuestion {
  /** DNS name, lower case; without, no host is looked at. */
  readonly host: string | undefined;
  /** UPN, name or SID; without, no account is looked at. */
  readonly account: string | undefined;
  /** What somebody takes the SID of the account for. */
  readonly sid: string | undefined;
}
/** Everything that is looked at for one question, and what is closed after it. */
export interface Examination {
  readonly looks: readonly Look[];
  readonly close: () => Promise<void>;
}
/** Puts the looks of all parts together; what one of them needs and lacks is a finding of its own, no end of the others. */
export async function examinationOf(_config: Config, question: DoctorQuestion): Promise<Examination> {
  return { looks: [...onTheSpot(question)], close: async () => undefined };
}
/** Of what only a script on the host sees. */
function onTheSpot({ host }: DoctorQuestion): Look[] {
  if (host === undefined) return [];
  const findings = scripted.map((check) =>
    cannotTell(check, host, { says: 'only the host sees it', fix: `run ${factsOf(check).script} there` }),
  );
  return [{ checks: scripted, about: host, look: async () => findings }];
}
