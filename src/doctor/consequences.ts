import { type CheckId, factsOf } from './checks.ts';
import type { Finding } from './finding.ts';

/**
 * What of all that is not well follows from something else that is wrong. Of two of a kind, such as two domain controllers, neither
 * explains the other; a finding about everything of another kind does. What a finding supposes of itself holds if that is wrong.
 */
export function withConsequences(findings: readonly Finding[]): readonly Finding[] {
  const faults = findings.filter(({ verdict }) => verdict === 'wrong');
  return findings.map((found) => {
    if (found.verdict === 'ok') return found;
    const { of, follows } = factsOf(found.check);
    const causes = faults.filter(
      ({ check, about }) => follows.includes(check) && (factsOf(check).of !== of || about === found.about),
    );
    const { because: supposed = [], ...rest } = found;
    const blamed = supposed.filter((each) => faults.some(({ check }) => check === each));
    const because: readonly CheckId[] = [...new Set([...blamed, ...causes.map(({ check }) => check)])];
    return because.length === 0 ? rest : { ...rest, because };
  });
}
