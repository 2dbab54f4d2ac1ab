import { type Meaning, meaningsOf, type Row } from './meaning.ts';
import { place } from './place.ts';

const again = 'another server is asked, where there is one';
const look = "the directory server's own log (Directory Service), and `mayfly ad rights`";
/** Result codes, RFC 4511 appendix A, and what Active Directory means by them. */
const rows: readonly Row[] = [
  [3, 'timeLimitExceeded', 'the search took too long', 'see whether that server is well'],
  [4, 'sizeLimitExceeded', 'the search found too much', 'narrow it by a search base'],
  [8, 'strongerAuthRequired', 'the server wants a stronger bind', 'use security: ldaps or starttls'],
  [
    10,
    'referral',
    'the server refers to another one: what was asked for is in another domain',
    'name that one as directories[].servers',
    'the name in the referral, and the domain that is configured',
  ],
  [11, 'adminLimitExceeded', 'a limit of the server was met', "see the forest's query policy"],
  [16, 'noSuchAttribute', 'there is no such value', 'look again: somebody else may have removed it'],
  [20, 'attributeOrValueExists', 'the value is there already', 'look again: somebody else may have added it'],
  [32, 'noSuchObject', 'there is no such object', 'check the name, and the rights to see it'],
  [49, 'invalidCredentials', 'account or password is wrong', 'check directories[].account and the secret file'],
  [50, 'insufficientAccessRights', 'the account has no right to do this', 'see `mayfly ad rights`'],
  [51, 'busy', 'the server is busy', again],
  [
    52,
    'unavailable',
    'the server is not available; a domain controller without a certificate for LDAPS says so of TLS',
    `${again}; enrol that one for a certificate with server authentication`,
    place.kdcCertificate,
  ],
  [53, 'unwillingToPerform', 'the server is unwilling', 'its own log says why'],
  [68, 'entryAlreadyExists', 'the object is there already', 'look again: somebody else may have made it'],
];
const meanings = meaningsOf(rows, look);
export const ldapResultMeaning = (code: number): Meaning | undefined => meanings.get(code);
export const ldapResultCodes: readonly number[] = rows.map(([code]) => code);

/** [MS-ADTS] 3.1.1.3.1.3.1: `data 52e` and the like in the diagnostic of a refused bind; numbers are those of winerror.h. */
const bindRows: readonly Row[] = [
  [0x525, 'ERROR_NO_SUCH_USER', 'there is no such account', 'check directories[].account'],
  [0x52e, 'ERROR_LOGON_FAILURE', 'account or password is wrong', 'check directories[].account and the secret file'],
  [0x530, 'ERROR_INVALID_LOGON_HOURS', 'the account may not log on at this hour', 'change its logon hours'],
  [0x531, 'ERROR_INVALID_WORKSTATION', 'the account may not log on from here', 'change its workstations'],
  [0x532, 'ERROR_PASSWORD_EXPIRED', 'the password has expired', 'set it, and the secret file'],
  [0x533, 'ERROR_ACCOUNT_DISABLED', 'the account is disabled', 'enable it'],
  [0x701, 'ERROR_ACCOUNT_EXPIRED', 'the account has expired', 'extend it'],
  [0x773, 'ERROR_PASSWORD_MUST_CHANGE', 'the password must be changed first', 'change it, and the secret file'],
  [0x775, 'ERROR_ACCOUNT_LOCKED_OUT', 'the account is locked', 'unlock it, and see who tries its password'],
];
const bindMeanings = meaningsOf(bindRows, place.account);
/** By the number behind `data`, read as hexadecimal. */
export const bindMeaning = (code: number): Meaning | undefined => bindMeanings.get(code);
export const bindCodes: readonly number[] = bindRows.map(([code]) => code);
