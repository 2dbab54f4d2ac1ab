import { expect, it } from 'vitest';
import { prepare } from '../../src/pki/issue.ts';
import { contextFor, goodRequest, keylessIssuer } from '../pki/made-issuance.ts';

const reasons = (name: string): string[] => {
  const preparation = prepare({ ...goodRequest, userPrincipalName: `${name}@corp.test` }, contextFor(keylessIssuer));
  return preparation.ok ? [] : preparation.faults.map(({ lint }) => lint);
};

// With the SID of an ordinary account these got tickets from a Samba domain controller, as the Administrator and as itself.
it('the name of a built-in account or of a computer is refused, whatever the SID says', () => {
  for (const name of [
    ...['Administrator', 'ADMINISTRATOR', 'ádministratör', 'administrator\ua7c1', 'Administrateur', 'Администратор'],
    ...['krbtgt', 'krbtgt_20451', 'Guest', 'DefaultAccount', 'DC1$', 'dc1$\ua7c1'],
  ]) {
    expect(reasons(name), name).toEqual(['built-in-name']);
  }
});
it('names that only begin or end like one are not', () => {
  for (const name of ['administrator2', 'it.administrator', 'krbtgt_a', 'guests', 'cash$desk'])
    expect(reasons(name), name).toEqual([]);
});
