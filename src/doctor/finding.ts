import type { CheckId } from './checks.ts';

export type Verdict = 'ok' | 'wrong' | 'cannot-tell';
/** What became of one check. */
export interface Finding {
  readonly check: CheckId;
  /** Which domain controller, host, account or CA, by its name. */
  readonly about: string;
  readonly verdict: Verdict;
  /** One clause. */
  readonly says: string;
  /** What to do about it, one clause. */
  readonly fix?: string;
  /** For programs, and for `mayfly explain`. */
  readonly code?: string;
  /** What this follows from: it ends with that. */
  readonly because?: readonly CheckId[];
}
/** What a check says besides its verdict. */
interface Told {
  readonly says: string;
  readonly fix?: string | undefined;
  readonly code?: string | undefined;
}
const MOST = 1000;
/** What peers said of themselves makes no line of its own, steers no terminal, and has an end. */
const clause = (text: string) => text.slice(0, MOST).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
function finding(check: CheckId, about: string, verdict: Verdict, { says, fix, code }: Told): Finding {
  return {
    ...{ check, about: clause(about), verdict, says: clause(says) },
    ...(fix === undefined ? {} : { fix: clause(fix) }),
    ...(code === undefined ? {} : { code }),
  };
}
export const ok = (check: CheckId, about: string, says: string): Finding => finding(check, about, 'ok', { says });
export const wrong = (check: CheckId, about: string, told: Told): Finding => finding(check, about, 'wrong', told);
export const cannotTell = (check: CheckId, about: string, told: Told): Finding => finding(check, about, 'cannot-tell', told);
