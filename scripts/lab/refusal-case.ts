import type { AsOutcome } from '../../src/kerberos/as-exchange.ts';
import type { KrbError } from '../../src/kerberos/krb-error.ts';
import { explainRefusal, refusalSentence } from '../../src/kerberos/refusal.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import type { LabRun } from './lab-run.ts';
import { type Logon, logOn, terminalTicket } from './logon.ts';

/** What came of an attempt, and how Mayfly says it. */
interface Verdict {
  /** A KRB-ERROR's number or a MayflyError's code; `granted` where there was a ticket after all. */
  readonly kind: number | string;
  readonly sentence: string;
}
/** One thing that is wrong, and what the KDC is to say of it. */
export interface RefusalCase {
  readonly cause: string;
  readonly expected: number | string;
  /** What the sentence must name besides. */
  readonly names?: string | undefined;
  readonly attempt: () => Promise<Verdict>;
}

function refused(error: KrbError): Verdict {
  const refusal = explainRefusal(error);
  return { kind: refusal.code, sentence: `${refusalSentence(refusal)}. ${refusal.fix}` };
}
function granted({ facts }: AsOutcome & { readonly ok: true }): Verdict {
  const { group, skew, exchanges } = facts;
  const corrected = skew === 0 ? '' : `, its clock taken to be ${skew} s ahead`;
  return { kind: 'granted', sentence: `a ticket after all: ${exchanges} exchanges, ${group}${corrected}` };
}
async function orThrown(attempt: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await attempt();
  } catch (e) {
    if (e instanceof MayflyError) return { kind: e.code, sentence: e.next === undefined ? e.message : `${e.message}. ${e.next}` };
    throw e;
  }
}

/** A logon that gets no ticket. */
export const logonCase = (cause: string, expected: number | string, logon: Logon, names?: string): RefusalCase => ({
  cause,
  expected,
  names,
  attempt: () =>
    orThrown(async () => {
      const outcome = await logOn(logon);
      return outcome.ok ? granted(outcome) : refused(outcome.error);
    }),
});

/** A logon that is right, and then no ticket for the RDP service of a host. */
export const serviceCase = (cause: string, expected: number | string, logon: Logon, host: string): RefusalCase => ({
  cause,
  expected,
  attempt: () =>
    orThrown(async () => {
      const outcome = await logOn(logon);
      if (!outcome.ok) return { kind: 'no TGT', sentence: `error ${outcome.error.errorCode}` };
      const service = await terminalTicket(logon, outcome.credential, host);
      return service.ok ? { kind: 'granted', sentence: 'a service ticket' } : refused(service.error);
    }),
});

/**
 * A step per case; they are independent of each other, so one that does not hold stops no other.
 * @param heard gets what the KDC said
 */
export async function expectRefusals(
  lab: LabRun,
  kdc: string,
  cases: readonly RefusalCase[],
  heard: Set<number | string>,
): Promise<void> {
  for (const { cause, expected, names = '', attempt } of cases) {
    const judged = async () => {
      const { kind, sentence } = await attempt();
      heard.add(kind);
      if (kind === expected && sentence.includes(names)) return sentence;
      throw new MayflyError('lab-refusal', `expected ${expected} ${names}, got ${kind}: ${sentence}`);
    };
    await lab.steps.run(`${kdc}: ${cause}`, judged, String).catch(() => undefined);
  }
}
