import type { Lint } from '../lint.ts';

/** Characters that AD refuses in sAMAccountName and that confuse whoever splits or prints a name. */
const reserved = /["/\\[\]:;|=,+*?<>]/;

/** No control characters (NUL among them), no invisible or bidirectional formatting, no look-alike compatibility forms. */
export const upnCharacters: Lint = {
  name: 'upn-characters',
  source: 'Unicode TR36 2.5 and 3.7; TR39 3.1; [MS-ADTS] 3.1.1.6 (sAMAccountName)',
  check({ userPrincipalName: upn }) {
    if (!upn.isWellFormed()) return 'the user principal name is not well-formed Unicode';
    if (/\p{Cc}/u.test(upn)) return 'the user principal name has a control character';
    if (/[\p{Bidi_Control}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(upn)) {
      return 'the user principal name has an invisible or bidirectional formatting character';
    }
    if (/[\p{Co}\p{Cn}]/u.test(upn)) return 'the user principal name has an unassigned or private character';
    if (/[\p{Z}\s]/u.test(upn)) return 'the user principal name has a space';
    if (reserved.test(upn)) return 'the user principal name has a character reserved in account names';
    if (upn.normalize('NFKC') !== upn) return 'the user principal name is not in normalization form KC';
    return undefined;
  },
};
