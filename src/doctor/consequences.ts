import { type CheckId, factsOf } from './checks.ts';
import type { Finding } from './finding.ts';

/** Without them nothing is seen, and nothing is worse: what is seen to be wrong all the same is a fault of its own. */
const onlyBlind: ReadonlySet<CheckId> = new Set<CheckId>(['port-ldap', 'directory-logon', 'port-kerberos', 'port-rdp']);
/** A logon on trial is sent to the port, and fails by whatever answers there. */
const isSent = ({ check }: Finding) => check === 'probe-logon';

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
      ({ check, about }) =>
        follows.includes(check) &&
        (factsOf(check).of !== of || about === found.about) &&
        (found.verdict === 'cannot-tell' || !onlyBlind.has(check) || isSent(found)),
    );
    const { because: supposed = [], ...rest } = found;
    const blamed = supposed.filter((each) => faults.some(({ check }) => check === each));
    const because: readonly CheckId[] = [...new Set([...blamed, ...causes.map(({ check }) => check)])];
    return because.length === 0 ? rest : { ...rest, because };
  });
}
