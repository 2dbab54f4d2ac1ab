import { MayflyError } from '../wire/mayfly-error.ts';
import { type CheckId, checkIds } from './checks.ts';
import { withConsequences } from './consequences.ts';
import { cannotTell, type Finding } from './finding.ts';

/** One thing that is looked at, of which several checks may tell. */
export interface Look {
  /** What it finds, unless it hangs or fails. */
  readonly checks: readonly CheckId[];
  readonly about: string;
  /** Milliseconds. */
  readonly patience?: number;
  /** @param signal aborts when nobody waits any longer */
  readonly look: (signal: AbortSignal) => Promise<readonly Finding[]>;
}
export interface Progress {
  readonly done: number;
  readonly of: number;
  /** Of the look that has just ended. */
  readonly findings: readonly Finding[];
}
export interface ExamineSettings {
  /** Looks at the same time. */
  readonly atOnce?: number;
  readonly progress?: (progress: Progress) => void;
}
const PATIENCE = 8000;
const AT_ONCE = 16;

/** All looks, side by side: one that hangs or fails is what cannot be told, and never the end of the others. */
export async function examine(looks: readonly Look[], settings: ExamineSettings = {}): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const waiting = looks.values();
  let done = 0;
  const worker = async () => {
    // One iterator for all workers: each takes the next look that nobody has.
    for (const next of waiting) {
      const findings = await tried(next);
      found.push(...findings);
      done++;
      settings.progress?.({ done, of: looks.length, findings });
    }
  };
  await Promise.all(Array.from({ length: settings.atOnce ?? AT_ONCE }, worker));
  return withConsequences(found.toSorted(inOrder));
}
const inOrder = (a: Finding, b: Finding) =>
  checkIds.indexOf(a.check) - checkIds.indexOf(b.check) || (a.about < b.about ? -1 : a.about === b.about ? 0 : 1);

async function tried({ checks, about, patience = PATIENCE, look }: Look): Promise<readonly Finding[]> {
  const ending = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const e = new MayflyError('doctor-late', `there was no answer within ${patience / 1000} seconds`);
    ending.abort(e);
    late.reject(e);
  }, patience);
  try {
    return await Promise.race([look(ending.signal), late.promise]);
  } catch (e) {
    return checks.map((check) => cannotTell(check, about, reasonOf(e)));
  } finally {
    clearTimeout(timer);
  }
}
function reasonOf(e: unknown): { readonly says: string; readonly fix?: string | undefined; readonly code: string } {
  if (e instanceof MayflyError) return { says: e.message, fix: e.next, code: e.code };
  return { says: `it could not be looked at: ${e instanceof Error ? e.message : 'unknown cause'}`, code: 'internal' };
}
