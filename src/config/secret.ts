import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { MayflyError } from '../wire/mayfly-error.ts';

/**
 * Where a secret lies; its value never stands in the configuration, on a command line or in the environment. `from` says which
 * setting named it, for errors: `cas[0].passphrase (mayfly.yaml:7:19)`.
 */
export type SecretSource = { readonly from?: string | undefined } & (
  | { readonly file: string; readonly credential?: undefined }
  | { readonly credential: string; readonly file?: undefined }
);
export const maxSecretSize = 4096;

/**
 * The secret's 1 to 4096 octets, without one newline at the end. The caller owns the buffer (it is in no pool) and wipes it with
 * `fill(0)`.
 */
export async function readSecret(source: SecretSource, env: NodeJS.ProcessEnv = process.env): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(maxSecretSize + 1);
  try {
    const length = await openSecret(source, env, process.getuid?.(), async (handle) => {
      let end = 0;
      for (let read = -1; read !== 0 && end < buffer.length; end += read)
        ({ bytesRead: read } = await handle.read(buffer, end, buffer.length - end, end));
      return end;
    });
    const end = length - (buffer[length - 1] !== 0x0a || length === 0 ? 0 : buffer[length - 2] === 0x0d && length > 1 ? 2 : 1);
    if (length > maxSecretSize || end === 0) {
      throw new MayflyError(
        'secret-size',
        `${nameOf(source)} holds ${end === 0 ? 'nothing' : `more than ${maxSecretSize} bytes`}`,
        {
          next: 'write one secret of 1 to 4096 bytes into it',
        },
      );
    }
    const secret = Buffer.allocUnsafeSlow(end);
    buffer.copy(secret, 0, 0, end);
    return secret;
  } finally {
    buffer.fill(0);
  }
}

/** What would keep `readSecret` from reading as `user`, without reading. */
export async function examineSecret(
  source: SecretSource,
  env: NodeJS.ProcessEnv = process.env,
  user: number | undefined = process.getuid?.(),
): Promise<MayflyError | undefined> {
  try {
    await openSecret(source, env, user, async () => undefined);
    return undefined;
  } catch (error) {
    if (error instanceof MayflyError && isSecretError(error)) return error;
    throw error;
  }
}
function isSecretError(error: MayflyError): boolean {
  return error.code.startsWith('secret-');
}

type Handle = Awaited<ReturnType<typeof open>>;

async function openSecret<Result>(
  source: SecretSource,
  env: NodeJS.ProcessEnv,
  user: number | undefined,
  use: (handle: Handle) => Promise<Result>,
): Promise<Result> {
  const path = pathOf(source, env);
  const name = nameOf(source);
  let handle: Handle;
  try {
    // Opened first and judged then: what is judged by its name can be another file when it is read. Not blocking, for named pipes.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A name that names nothing may be the secret itself, in the wrong place: it is not repeated, nor is the cause, which has it too.
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ENAMETOOLONG' && code !== 'EACCES') {
      throw new MayflyError(
        'secret-unreadable',
        `${name} cannot be opened (${typeof code === 'string' ? code : 'unknown reason'})`,
        {
          next: 'name a regular file',
        },
      );
    }
    if (code === 'EACCES')
      throw new MayflyError('secret-unreadable', `this user may not read ${name}`, {
        next: 'run this as the user whose it is, or chown it to this one',
      });
    throw new MayflyError('secret-missing', `${name} does not exist`, {
      next:
        source.file === undefined
          ? 'add LoadCredential= or LoadCredentialEncrypted= to the unit'
          : 'make the file with mode 0600, or correct the path',
    });
  }
  try {
    const stat = await handle.stat();
    const unsafe = faultOf(stat, source.file === undefined, path, user);
    if (unsafe) throw new MayflyError('secret-unsafe', `${name} ${unsafe.message}`, { next: unsafe.next });
    if (stat.size > maxSecretSize) {
      throw new MayflyError('secret-size', `${name} holds more than ${maxSecretSize} bytes`, {
        next: 'write one secret of 1 to 4096 bytes into it',
      });
    }
    if (stat.size === 0)
      throw new MayflyError('secret-size', `${name} holds nothing`, { next: 'write one secret of 1 to 4096 bytes into it' });
    return await use(handle);
  } finally {
    await handle.close();
  }
}

function faultOf(
  stat: Stats,
  isCredential: boolean,
  path: string,
  user: number | undefined,
): { readonly message: string; readonly next: string } | undefined {
  if (!stat.isFile()) return { message: 'is not a regular file', next: 'name a file that holds the secret and nothing else' };
  if (user === undefined) return undefined; // no such modes on this system
  if (stat.uid !== user && stat.uid !== 0)
    return {
      message: `belongs to user ${stat.uid}, neither to who runs this (user ${user}) nor to root`,
      next: `run this as user ${stat.uid}, or chown ${user} ${path}`,
    };
  // systemd.exec(5), credentials: the user reads by an ACL of a file that is root's, and an ACL's mask shows as the group's bits.
  const others = isCredential && stat.uid === 0 && stat.gid === 0 ? 0o037 : 0o077;
  return stat.mode & others ? { message: 'may be read or written by others', next: `chmod 600 ${path}` } : undefined;
}

function pathOf(source: SecretSource, env: NodeJS.ProcessEnv): string {
  if (source.file !== undefined) return source.file;
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (folder === undefined || !isAbsolute(folder)) {
    throw new MayflyError('secret-missing', `${nameOf(source)} is out of reach, systemd has set no CREDENTIALS_DIRECTORY`, {
      next: 'run as the systemd service, or name a file instead',
    });
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(source.credential)) {
    throw new MayflyError('secret-missing', `${nameOf(source)} has no name that systemd would give`, {
      next: 'use the name behind LoadCredential=',
    });
  }
  return join(folder, source.credential);
}

function nameOf(source: SecretSource): string {
  const kind = source.file === undefined ? 'the credential' : 'the secret file';
  return source.from === undefined ? kind : `${kind} of ${source.from}`;
}
