import type { Lint } from '../lint.ts';

/** Characters that AD refuses in sAMAccountName, but for the plus sign, which explicit names have: nothing of ours splits there. */
const reserved = /["/\\[\]:;|=,*?<>]/;

/** Beyond ASCII, names are made of letters, marks and digits: no symbol, no dash or slash that only looks like ASCII's. */
const symbol = /[^\x21-\x7e\p{XID_Continue}]/u;
/** A mark without a letter below it, the same mark twice, or more than four. */
const strayMark = /(?:^|[^\p{L}\p{M}\p{N}])\p{M}|(\p{Mn})\1|\p{Mn}{5}/u;

/** No control characters (NUL among them), no invisible or bidirectional formatting, no look-alike compatibility forms. */
export const upnCharacters: Lint = {
  name: 'upn-characters',
  source: 'Unicode TR36 2.5 and 3.7; TR39 3.1 and 5.4; [MS-ADTS] 3.1.1.6 (sAMAccountName)',
  check({ userPrincipalName: upn }) {
    if (!upn.isWellFormed()) return 'the user principal name is not well-formed Unicode';
    if (/\p{Cc}/u.test(upn)) return 'the user principal name has a control character';
    if (/[\p{Bidi_Control}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(upn)) {
      return 'the user principal name has an invisible or bidirectional formatting character';
    }
    if (/[\p{Co}\p{Cn}]/u.test(upn)) return 'the user principal name has an unassigned or private character';
    if (/[\p{Z}\s]/u.test(upn)) return 'the user principal name has a space';
    if (reserved.test(upn)) return 'the user principal name has a character reserved in account names';
    if (symbol.test(upn)) return 'the user principal name has a symbol where only letters, marks and digits belong';
    if (strayMark.test(upn)) return 'the user principal name has stray or heaped combining marks';
    if (upn.normalize('NFKC') !== upn) return 'the user principal name is not in normalization form KC';
    return undefined;
  },
};
