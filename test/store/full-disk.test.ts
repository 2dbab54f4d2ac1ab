import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { inTime } from '../in-time.ts';
import { newFolder } from './made-store.ts';

const confined =
  spawnSync('unshare', ['--mount', '--propagation', 'private', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
const children: { kill: (signal: 'SIGKILL') => boolean }[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** A store on a disk of its own, which nobody else sees but by way of the process. */
async function confinedStore(kilobytes: number) {
  const folder = newFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const script = 'mount -t tmpfs -o size=$1k,mode=700 tmpfs "$2" && shift 2 && exec "$@"';
  const program = fileURLToPath(new URL('./full-disk-service.ts', import.meta.url));
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', String(kilobytes), disk],
      ...[process.execPath, '--no-warnings', program, join(disk, 'mayfly.sqlite')],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await inTime(lines.next(), 'an answer')).value as string;
  expect(await next()).toBe('ready');
  const ask = (line: string) => {
    child.stdin.write(`${line}\n`);
    return next();
  };
  return { ask, inside: join(`/proc/${child.pid}/root`, disk) };
}

describe.skipIf(!confined)('a full disk', () => {
  it('takes no commit, keeps what was noted, and goes on in the same process when there is room', async () => {
    const { ask, inside } = await confinedStore(1024);
    const seen = async () => JSON.parse(await ask('seen')) as { readonly entries: number; readonly faults: readonly string[] };
    expect(await ask('commit 10')).toBe('ok');
    const ballast = join(inside, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096'], { stdio: 'ignore' });
    let outcome = await ask('commit 10');
    for (let i = 0; outcome === 'ok' && i < 100; i++) outcome = await ask('commit 50');
    expect(outcome).toBe('store-full');
    expect(await ask('fault 0')).toBe('store-full');
    const before = await seen();
    expect(before.faults).toEqual([]);
    expect(await ask('note 1')).toBe('ok');
    expect(await ask('state noted'), 'known although it is not written').toBe('ended');
    expect(await ask('commit 1'), 'what is noted goes first').toBe('store-full');
    expect(await seen()).toEqual(before);
    rmSync(ballast);
    await expect.poll(() => ask('fault 0'), { interval: 200 }).toBe('none');
    expect(await ask('commit 2')).toBe('ok');
    expect(await seen()).toEqual({ entries: before.entries + 3, faults: [] });
    expect(await ask('end')).toBe('ok');
  });
});
