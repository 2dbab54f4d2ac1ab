import { type CheckId, factsOf } from './checks.ts';
import type { Finding } from './finding.ts';

/**
 * What of all that is not well follows from something else that is wrong. Of two of a kind, such as two domain controllers, neither
 * explains the other; a finding about everything of another kind does.
 */
export function withConsequences(findings: readonly Finding[]): readonly Finding[] {
  const faults = findings.filter(({ verdict }) => verdict === 'wrong');
  return findings.map((found) => {
    if (found.verdict === 'ok') return found;
    const { of, follows } = factsOf(found.check);
    const causes = faults.filter(
      ({ check, about }) => follows.includes(check) && (factsOf(check).of !== of || about === found.about),
    );
    const because: readonly CheckId[] = [...new Set([...(found.because ?? []), ...causes.map(({ check }) => check)])];
    return because.length === 0 ? found : { ...found, because };
  });
}
