import type { Lint } from '../lint.ts';
import { FIRST_ORDINARY_RID } from '../tier-zero.ts';
import { relativeId } from './sid-form.ts';

/** Built-in accounts of a domain (Administrator 500, krbtgt 502, …) and whoever the CA's own list names. */
export const refusedSid: Lint = {
  name: 'refused-sid',
  source: '[MS-ADTS] 6.1.1.6 (well-known relative identifiers); bounds of the issuing CA',
  check({ sid }, { bounds }) {
    const rid = relativeId(sid);
    if (rid !== undefined && rid < FIRST_ORDINARY_RID) return `the account with RID ${rid} is built in and is never certified`;
    return bounds.refusedSids.has(sid) ? "the account stands on the CA's list of refused SIDs" : undefined;
  },
};
