import { MayflyError } from '../wire/mayfly-error.ts';
import type { LdapResult } from './ldap-reply.ts';

/** What a directory says instead of doing it: RFC 4511 appendix A, and what Active Directory means by it. */
interface Meaning {
  readonly code: string;
  readonly says: string;
  readonly next: string;
}
const elsewhere: Meaning = {
  code: 'directory-busy',
  says: 'the server is busy',
  next: 'another server is asked, where there is one',
};
const meanings: Readonly<Record<number, Meaning>> = {
  3: { code: 'directory-late', says: 'the search took too long', next: 'see whether that server is well' },
  4: { code: 'directory-too-much', says: 'the search found too much', next: 'narrow it by a search base' },
  8: { code: 'directory-rights', says: 'the server wants a stronger bind', next: 'use security: ldaps or starttls' },
  10: { code: 'directory-referral', says: 'the server refers to another one', next: 'name that one as directories[].servers' },
  11: { code: 'directory-too-much', says: 'a limit of the server was met', next: "see the forest's query policy" },
  16: { code: 'directory-no-value', says: 'there is no such value', next: 'look again: somebody else may have removed it' },
  20: { code: 'directory-exists', says: 'the value is there already', next: 'look again: somebody else may have added it' },
  32: { code: 'directory-no-object', says: 'there is no such object', next: 'check the name, and the rights to see it' },
  49: {
    code: 'directory-credentials',
    says: 'account or password is wrong',
    next: 'check directories[].account and the secret file',
  },
  50: { code: 'directory-rights', says: 'the account has no right to do this', next: 'see `mayfly ad rights`' },
  51: elsewhere,
  52: { ...elsewhere, says: 'the server is not available' },
  53: { code: 'directory-unwilling', says: 'the server is unwilling', next: 'its own log says why' },
  68: { code: 'directory-exists', says: 'the object is there already', next: 'look again: somebody else may have made it' },
};
/** [MS-ADTS] 3.1.1.3.1.3.1: `data 52e` and the like in the diagnostic of a refused bind; numbers are those of winerror.h. */
const bindFaults: Readonly<Record<string, string>> = {
  '525': 'there is no such account',
  '52e': 'account or password is wrong',
  '530': 'the account may not log on at this hour',
  '531': 'the account may not log on from here',
  '532': 'the password has expired',
  '533': 'the account is disabled',
  '701': 'the account has expired',
  '773': 'the password must be changed first',
  '775': 'the account is locked',
};

export class LdapError extends MayflyError {
  /** resultCode. */
  readonly result: number;
  readonly referrals: readonly string[];
  constructor(meaning: Meaning, message: string, { code, referrals }: Pick<LdapResult, 'code' | 'referrals'>) {
    super(meaning.code, message, { next: meaning.next });
    this.result = code;
    this.referrals = referrals;
  }
}
/** A stranger's text: one line, and not for ever. */
export const diagnosticText = (diagnostic: string): string =>
  diagnostic
    .slice(0, 1000)
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);

/** @param what was asked for, such as `searching DC=corp,DC=example` */
export function resultFault(peer: string, what: string, { code, diagnostic, referrals, operation }: LdapResult): LdapError {
  const meaning = meanings[code] ?? { code: 'directory-refused', says: `result ${code}`, next: 'its own log says why' };
  const bind = operation === 'bind' ? bindFaults[/\bdata ([0-9a-f]{3}),/.exec(diagnostic)?.[1] ?? ''] : undefined;
  const said = diagnosticText(diagnostic);
  return new LdapError(meaning, `${peer}: ${what}: ${bind ?? meaning.says}${said === '' ? '' : ` (${said})`}`, {
    code,
    referrals,
  });
}
