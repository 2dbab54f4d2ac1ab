import { loadConfig } from '../../config/load-config.ts';
import type { Progress } from '../../doctor/examine.ts';
import { print, shown } from '../print.ts';
import { examined } from './doctor-looks.ts';
import { exitCode, findingLines, summaryOf } from './doctor-report.ts';
import type { ClientOptions } from './service-client.ts';

interface DoctorOptions extends ClientOptions {
  readonly account?: string;
  readonly sid?: string;
  readonly group?: readonly string[];
}
/** To standard error, so that what is printed is the report alone. */
const showProgress = ({ done, of, findings }: Progress) => {
  const faults = findings
    .filter(({ verdict }) => verdict === 'wrong')
    .map(({ check, about }) => ` ${check} of ${about} is wrong`);
  process.stderr.write(`${shown(`${done}/${of}${faults.join(';')}`)}\n`);
};

/** `mayfly doctor [HOST]`: everything that must hold for a logon, looked at from here. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const config = await loadConfig({ env: process.env, file: options.config });
  const question = {
    host: options.args[0]?.toLowerCase(),
    account: options.account,
    sid: options.sid,
    groups: options.group ?? [],
    service: options,
  };
  const { ms, findings } = await examined(config, question, { progress: showProgress });
  print(options.json, { ok: exitCode(findings) === 0, ms, findings }, [...findingLines(findings), summaryOf(findings)]);
  return exitCode(findings);
}
