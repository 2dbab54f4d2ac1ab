import { open } from 'node:fs/promises';
import type { ApiClient } from '../../client/api-client.ts';
import type { Session } from '../../client/operations.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { openInClient, type RdpProgram } from './rdp-client.ts';
import { type ClientOptions, serviceClient } from './service-client.ts';
import { decided, withSession } from './session.ts';

interface ConnectOptions extends ClientOptions {
  readonly account?: string;
  readonly reason?: string;
  readonly session?: string;
  readonly file?: string;
  readonly client?: RdpProgram;
}
const say = (line: string) => void process.stderr.write(`mayfly: ${line}\n`);

/** `mayfly connect HOST`: asks for a session, waits until it is granted, and opens an RDP client with it. */
export async function connect(options: ConnectOptions): Promise<number> {
  const client = await serviceClient(options, 'person');
  try {
    const session = await granted(client, options);
    const launch = await client.call('launchSession', { params: { id: session.id } });
    if (options.file !== undefined) {
      await writePrivately(options.file, launch.file);
      say(`${options.file} opens session ${session.id} once, within ${launch.seconds} s`);
      say(`the gateway's certificate has the SHA-256 ${launch.fingerprint}`);
      return 0;
    }
    return await openInClient(launch, options.client ?? (process.platform === 'win32' ? 'mstsc' : 'xfreerdp'));
  } finally {
    client.close();
  }
}
/** A file that was there before is nobody else's to read from now on, or is not written. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}
async function granted(client: ApiClient, options: ConnectOptions): Promise<Session> {
  const { args, session: known, account, reason } = options;
  const [target] = args;
  if (known !== undefined) return client.call('getSession', { params: { id: known } });
  if (target === undefined)
    throw new MayflyError('connect-host', 'nothing says which host is meant', {
      next: 'name it, or a granted session with --session',
    });
  const asked = await client
    .call('requestSession', { body: { target, account, reason, mode: 'gateway' } })
    .catch((e: unknown) => {
      throw withSession(e);
    });
  if (asked.state === 'awaiting-approval') {
    const needed = asked.approvals.map(({ count, group }) => `${count} of ${group}`).join(', ');
    say(`session ${asked.id} waits for its approval (${needed})`);
  }
  const session = await decided(client, asked);
  say(`session ${session.id}: ${session.account ?? 'nobody'} on ${session.target}`);
  return session;
}
