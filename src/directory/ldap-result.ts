import { bindMeaning, ldapResultMeaning } from '../codes/ldap-result-code.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { LdapResult } from './ldap-reply.ts';

/** The code of the error that a result becomes. */
const codes: Readonly<Record<number, string>> = {
  3: 'directory-late',
  4: 'directory-too-much',
  8: 'directory-rights',
  10: 'directory-referral',
  11: 'directory-too-much',
  16: 'directory-no-value',
  20: 'directory-exists',
  32: 'directory-no-object',
  49: 'directory-credentials',
  50: 'directory-rights',
  51: 'directory-busy',
  52: 'directory-busy',
  53: 'directory-unwilling',
  68: 'directory-exists',
};

export class LdapError extends MayflyError {
  /** resultCode. */
  readonly result: number;
  readonly referrals: readonly string[];
  constructor(message: string, next: string, { code, referrals }: Pick<LdapResult, 'code' | 'referrals'>) {
    super(codes[code] ?? 'directory-refused', message, { next });
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
  const { cause, fix } = ldapResultMeaning(code) ?? { cause: `result ${code}`, fix: 'its own log says why' };
  const data = operation === 'bind' ? /\bdata ([0-9a-f]{3}),/.exec(diagnostic)?.[1] : undefined;
  const says = (data === undefined ? undefined : bindMeaning(Number.parseInt(data, 16))?.cause) ?? cause;
  const said = diagnosticText(diagnostic);
  return new LdapError(`${peer}: ${what}: ${says}${said === '' ? '' : ` (${said})`}`, fix, { code, referrals });
}
