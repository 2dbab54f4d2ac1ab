import { factsOf } from '../../doctor/checks.ts';
import type { Finding, Verdict } from '../../doctor/finding.ts';

const words: Readonly<Record<Verdict, string>> = { ok: 'ok', wrong: 'WRONG', 'cannot-tell': 'cannot tell' };
const MARGIN = 13;
const indent = ' '.repeat(MARGIN);

/** A line for each finding, with the fix below; what a consequence follows from instead of one. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ check, about, verdict, says, fix, because }) => {
    const head = `${words[verdict].padEnd(MARGIN)}${check}  ${about}: ${says}`;
    if (verdict === 'ok') return [head];
    const title = verdict === 'wrong' ? [`${indent}should be: ${factsOf(check).title}`] : [];
    if (because !== undefined) return [head, ...title, `${indent}follows from: ${because.join(', ')}`];
    return [head, ...title, ...(fix === undefined ? [] : [`${indent}next: ${fix}`])];
  });
}
const isWrong = ({ verdict }: Finding) => verdict === 'wrong';
/** What can be seen from here, and was not. */
const isUntold = ({ check, verdict }: Finding) => verdict === 'cannot-tell' && factsOf(check).script === undefined;

export function summaryOf(findings: readonly Finding[]): string {
  const causes = findings.filter((each) => isWrong(each) && each.because === undefined).length;
  const consequences = findings.filter((each) => isWrong(each) && each.because !== undefined).length;
  const untold = findings.filter((each) => each.verdict === 'cannot-tell').length;
  const good = findings.length - causes - consequences - untold;
  return `${good} ok, ${causes} wrong, ${consequences} that follow from it, ${untold} cannot be told from here`;
}
/** 0: nothing is wrong; 1: something is; 3: nothing is, as far as could be seen, and something that is seen from here was not. */
export function exitCode(findings: readonly Finding[]): 0 | 1 | 3 {
  if (findings.some(isWrong)) return 1;
  return findings.some(isUntold) ? 3 : 0;
}
