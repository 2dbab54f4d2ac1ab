import { hresults } from './hresult.ts';
import { type Meaning, meaningsOf } from './meaning.ts';
import { ntStatuses } from './nt-status.ts';
import { place } from './place.ts';
import { knownScardMeaning } from './scard-code.ts';

const ntStatusMeanings = meaningsOf(ntStatuses, place.hostLog);
const hresultMeanings = meaningsOf(hresults, place.chain);
/** Say that something failed, and not what. */
const vague: readonly number[] = [0xc0000001, 0xc000006d, 0xc0000320, 0x80090308];

export const ntStatusMeaning = (status: number): Meaning | undefined => ntStatusMeanings.get(status);
/** Those of smart cards are HRESULTs, too; but for the one that says that all went well. */
export const hresultMeaning = (status: number): Meaning | undefined =>
  hresultMeanings.get(status) ?? (status === 0 ? undefined : knownScardMeaning(status));
/** NTSTATUS or HRESULT: no number is both. */
export const statusMeaning = (status: number): Meaning | undefined => ntStatusMeaning(status) ?? hresultMeaning(status);
/** Whether the status says less than any KRB-ERROR of its own. */
export const isVague = (status: number): boolean => vague.includes(status);
export const statusText = (status: number): string => `0x${status.toString(16).padStart(8, '0').toUpperCase()}`;
