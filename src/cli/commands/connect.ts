import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '../../client/api-client.ts';
import type { Launch, Session } from '../../client/operations.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { type ClientOptions, serviceClient } from './service-client.ts';
import { decided, withSession } from './session.ts';

interface ConnectOptions extends ClientOptions {
  readonly account?: string;
  readonly reason?: string;
  readonly session?: string;
  readonly file?: string;
  readonly client?: 'xfreerdp' | 'mstsc';
}
const say = (line: string) => void process.stderr.write(`mayfly: ${line}\n`);

/** `mayfly connect HOST`: asks for a session, waits until it is granted, and opens an RDP client with it. */
export async function connect(options: ConnectOptions): Promise<number> {
  const client = await serviceClient(options, 'person');
  try {
    const session = await granted(client, options);
    const launch = await client.call('launchSession', { params: { id: session.id } });
    if (options.file !== undefined) {
      await writeFile(options.file, launch.file, { mode: 0o600 });
      say(`${options.file} opens session ${session.id} once, within ${launch.seconds} s`);
      return 0;
    }
    return await opened(launch, options.client ?? (process.platform === 'win32' ? 'mstsc' : 'xfreerdp'));
  } finally {
    client.close();
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
/** The token goes to the client in a file of ours: a command line is everybody's to read. */
async function opened(launch: Launch, program: 'xfreerdp' | 'mstsc'): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-'));
  const file = join(folder, 'session.rdp');
  try {
    await writeFile(file, launch.file, { mode: 0o600 });
    return await run(program, program === 'mstsc' ? [file] : [file, '/sec:tls', '/cert:tofu', '/p:none']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (cause) =>
      reject(
        new MayflyError('rdp-client', `${program} could not be started`, {
          cause,
          next: 'install it, or write an .rdp file with --file and open that',
        }),
      ),
    );
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
