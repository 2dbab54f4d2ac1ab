import type { RefusedSidList } from '../bounds.ts';
import type { Issuer } from '../issuer.ts';
import type { Lint } from '../lint.ts';

/**
 * Why a CA certifies nobody at all while its list stands like this. Whoever owns the process that asks may name any account: a CA that
 * a domain trusts knows for itself who is too powerful, or stays silent.
 */
export function refusedSidListFault(list: RefusedSidList, issuer: Pick<Issuer, 'lab'>): string | undefined {
  if (list.state === 'unusable') return list.reason;
  if (list.state === 'good' || issuer.lab) return undefined;
  return 'no list of refused SIDs is configured: write one with `mayfly ca refused-sids` and name it as cas[].refusedSidList';
}
export const refusedSidList: Lint = {
  name: 'refused-sid-list',
  source: '[MS-ADTS] 6.1.1.6 (administrative groups); list of the directory, bounds of the issuing CA',
  check({ sid }, { issuer, bounds, refusedSidList: list }) {
    const fault = refusedSidListFault(list, issuer);
    if (fault !== undefined || list.state !== 'good') return fault;
    return list.sids.has(sid) && !bounds.exceptedSids.has(sid) ? 'the account stands on the list of refused SIDs' : undefined;
  },
};
