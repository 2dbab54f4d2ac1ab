import type { CodeKind, Entry } from './entry.ts';
import { hresults } from './hresult.ts';
import { krbErrorCodes, krbErrorMeaning } from './krb-error-code.ts';
import { bindCodes, bindMeaning, ldapResultCodes, ldapResultMeaning } from './ldap-result-code.ts';
import { screenTexts } from './logon-screen.ts';
import type { Meaning } from './meaning.ts';
import { ntStatuses } from './nt-status.ts';
import { knownScardMeaning, scardCodes } from './scard-code.ts';
import { hresultMeaning, ntStatusMeaning } from './status-code.ts';
import { windowsEvents } from './windows-event.ts';

const numbered = (kind: CodeKind, codes: readonly number[], meaningOf: (code: number) => Meaning | undefined): Entry[] =>
  codes.flatMap((number) => {
    const meaning = meaningOf(number);
    return meaning ? [{ kind, number, ...meaning }] : [];
  });

/** Every code of the tables here, those of Kerberos first: where a number is several, that is the likeliest. */
export const foreignCodes: readonly Entry[] = [
  ...numbered('krb-error', krbErrorCodes, krbErrorMeaning),
  ...numbered(
    'ntstatus',
    ntStatuses.map(([code]) => code),
    ntStatusMeaning,
  ),
  ...numbered(
    'hresult',
    hresults.map(([code]) => code),
    hresultMeaning,
  ),
  ...numbered('scard', scardCodes, knownScardMeaning),
  ...windowsEvents.map(({ id, ...event }): Entry => ({ kind: 'event', number: id, ...event })),
  ...screenTexts.map(({ status: _status, ...text }): Entry => ({ kind: 'screen', ...text })),
  ...numbered('ldap', ldapResultCodes, ldapResultMeaning),
  ...numbered('bind', bindCodes, bindMeaning),
];
