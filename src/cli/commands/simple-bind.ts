import { createHmac, randomBytes } from 'node:crypto';
import type { DirectoryConfig } from '../../config/directories-config.ts';
import { readSecret } from '../../config/secret.ts';
import type { Bind } from '../../directory/ldap-connection.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';

/** Milliseconds for which a password that was refused is not shown again. */
const PAUSE = 600_000;
/** Of this process alone: what is kept of a password says nothing outside of it. */
const key = randomBytes(32);
interface Refused {
  readonly mark: string;
  readonly until: number;
  readonly error: MayflyError;
}
const refused = new Map<string, Refused>();

/**
 * Simple bind of a service account; the password is read anew for each connection, so that a changed one needs no restart. One that was
 * refused is not tried again and again: each time counts, and the account would be locked, for others and for the right password too.
 */
export const simpleBind =
  ({ account, password }: Pick<DirectoryConfig, 'account' | 'password'>, elapsed: () => number = () => performance.now()): Bind =>
  async (bind) => {
    const secret = await readSecret(password);
    try {
      const mark = createHmac('sha256', key).update(secret).digest('base64');
      const last = refused.get(account);
      if (last?.mark === mark && elapsed() < last.until) throw last.error;
      try {
        await bind(account, secret.toString('utf8'));
        refused.delete(account);
      } catch (error) {
        if (error instanceof MayflyError && error.code === 'directory-credentials')
          refused.set(account, { mark, until: elapsed() + PAUSE, error });
        throw error;
      }
    } finally {
      secret.fill(0);
    }
  };
