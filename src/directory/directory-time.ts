import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { textOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { present } from './ldap-filter.ts';

/** currentTime of the root DSE, [MS-ADTS] 3.1.1.3.2.8: whole seconds, `20261130164512.0Z`. @throws MayflyError `directory-value` */
export async function directoryTime(connection: LdapConnection): Promise<UnixSeconds> {
  const root = await connection.read('', ['currentTime'], present('objectClass'));
  const said = (root && textOf(root, 'currentTime')) ?? '';
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(said) ?? [];
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000;
  if (Number.isSafeInteger(time)) return time;
  throw new MayflyError('directory-value', `${connection.peer} does not say its time`, {
    next: 'see whether it is a domain controller',
  });
}
