import type { Lint } from '../lint.ts';

/** RID 500 as the editions of Windows name it, krbtgt and those of read-only domain controllers, Guest, DefaultAccount. */
const builtIn =
  /^(?:administrat(?:or|eur)|administrador|jarjestelmanvalvoja|rendszergazda|администратор|krbtgt(?:_\d+)?|guest|defaultaccount)$/;

/** Directories compare names without case and marks, older ones pass over what their tables do not know. */
const folded = (name: string): string => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const ofAscii = (name: string): string => name.replace(/[^\x21-\x7e]/g, '');

/**
 * A KDC that does not hold the SID against the account (Samba; Windows before strong mapping is enforced) goes by the name alone:
 * `DC1$` with the SID of anyone made whoever asked a domain controller.
 */
export const builtInName: Lint = {
  name: 'built-in-name',
  source: '[MS-ADTS] 6.1.1.6, 3.1.1.6 (sAMAccountName of computers); KB5014754',
  check({ userPrincipalName: upn }) {
    const name = folded(upn.split('@', 1)[0] ?? '');
    if (ofAscii(name).endsWith('$')) return 'the user principal name is that of a computer or a managed service account';
    return [name, ofAscii(name)].some((spelling) => builtIn.test(spelling))
      ? 'the user principal name is that of a built-in account'
      : undefined;
  },
};
