import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch } from '../../client/operations.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';

export type RdpProgram = 'xfreerdp' | 'mstsc';
/** What each is called where it is installed; FreeRDP 3 lies beside 2 under a name of its own. */
const names: Readonly<Record<RdpProgram, readonly string[]>> = {
  xfreerdp: ['xfreerdp', 'xfreerdp3'],
  mstsc: ['mstsc'],
};

/**
 * Runs an RDP client that opens the launch, until it ends. The token goes to it in a file of ours: a command line is everybody's to
 * read. @returns its exit code @throws MayflyError `rdp-client`
 */
export async function openInClient(
  { file, fingerprint }: Pick<Launch, 'file' | 'fingerprint'>,
  program: RdpProgram,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-'));
  const path = join(folder, 'session.rdp');
  try {
    await writeFile(path, file, { mode: 0o600 });
    const args = program === 'mstsc' ? [path] : [path, '/sec:tls', certificateOption(fingerprint), '/p:none'];
    // Certificates that were trusted on first use are kept there: one of somebody between would be as good as ours.
    const env = { ...process.env, XDG_CONFIG_HOME: folder };
    return await firstOf(names[program], args, env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
/** The one certificate that is the gateway's, in the form that FreeRDP 2 and 3 read: octets apart. Another is refused, and nobody asked. */
const certificateOption = (fingerprint: string): string =>
  `/cert:deny,fingerprint:sha256:${fingerprint.replace(/(..)(?=.)/g, '$1:')}`;

async function firstOf([name, ...others]: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await run(name ?? '', args, env);
  } catch (cause) {
    if (others.length > 0) return firstOf(others, args, env);
    throw new MayflyError('rdp-client', `${name} could not be started`, {
      cause,
      next: 'install it, or write an .rdp file with --file and open that',
    });
  }
}
function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
