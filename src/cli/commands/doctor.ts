import { hostPattern, sidPattern } from '../../api/doctor-route.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { Progress } from '../../doctor/examine.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
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

/** What would be looked at in vain, or not at all, is refused before anything is: an empty variable of a script, above all. */
function refuseNonsense({ account, sid, group, args: [host] }: DoctorOptions): void {
  if (host !== undefined && !new RegExp(hostPattern).test(host))
    throw new MayflyError('doctor-host', `"${host}" is no name of a host`, { next: 'give its DNS name, or leave it out' });
  if (account === '') throw new MayflyError('account-unnamed', 'no account is named', { next: 'name one after --account' });
  if (account === undefined && (sid !== undefined || group !== undefined))
    throw new MayflyError('account-unnamed', '--sid and --group speak of an account, and none is named', {
      next: 'name it with --account',
    });
  if (sid !== undefined && !new RegExp(sidPattern).test(sid))
    throw new MayflyError('doctor-sid', `"${sid}" is no SID`, { next: 'write it as S-1-5-21-…-1105' });
}
/** `mayfly doctor [HOST]`: everything that must hold for a logon, looked at from here. */
export async function doctor(options: DoctorOptions): Promise<number> {
  refuseNonsense(options);
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
