import { ConfigError, faultLine } from '../../config/fault.ts';
import { PolicyError, ruleFaultLine } from '../../policy/rule-fault.ts';
import { describeFailure } from '../failure.ts';

/** For people, on standard error. */
export function complain(e: unknown): void {
  const { message, next } = describeFailure(e);
  const lines =
    e instanceof ConfigError ? e.faults.map(faultLine) : e instanceof PolicyError ? e.faults.map(ruleFaultLine) : [message];
  process.stderr.write(`mayfly: ${lines.join('\nmayfly: ')}${next === undefined ? '' : `\n  next: ${next}`}\n`);
}
