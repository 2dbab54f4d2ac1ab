import type { Lint } from '../lint.ts';

/** The subject's commonName: what event logs and people see of the account. */
export const account: Lint = {
  name: 'account',
  source: 'RFC 5280 appendix A (ub-common-name 64)',
  check({ account: name }) {
    if (name.trim() === '' || name !== name.trim()) return 'the account name is empty or begins or ends with a space';
    if (64 < [...name].length) return 'the account name is over 64 characters';
    if (!name.isWellFormed() || /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(name)) {
      return 'the account name has a control, invisible, formatting or unassigned character';
    }
    return undefined;
  },
};
