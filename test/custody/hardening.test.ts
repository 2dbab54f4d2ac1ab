import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hardened, hardeningGaps } from '../../src/custody/hardening.ts';

const module = join(import.meta.dirname, '..', '..', 'src', 'custody', 'hardening.ts');
const program = (body: string) => `import { hardeningGaps, restartHardened } from ${JSON.stringify(module)};\n${body}`;
const run = (body: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', program(body), 'an argument'], {
    encoding: 'utf8',
    env: { PATH: '', ...env },
  });

describe.runIf(process.platform === 'linux')('a process that holds keys', () => {
  it('says what it lacks', () => {
    const { stdout } = run('console.log(JSON.stringify(hardeningGaps()))');
    expect(JSON.parse(stdout)).toContainEqual(expect.stringMatching(/freed memory is not overwritten/));
    expect(hardeningGaps().every((gap) => /^[a-z].*[^.]$/.test(gap))).toBe(true);
  });

  it('lacks nothing when it was started hardened', () => {
    const child = hardened({
      command: process.execPath,
      args: ['--input-type=module', '--eval', program('console.log(JSON.stringify(hardeningGaps()))')],
      env: { PATH: '', GLIBC_TUNABLES: 'glibc.malloc.arena_max=8' },
    });
    const { stdout } = spawnSync(child.command, child.args, { encoding: 'utf8', env: child.env });
    expect(JSON.parse(stdout)).toEqual([]);
  });

  it('replaces itself once, keeping its process id, arguments and the settings of others', () => {
    const { stdout, status } = run(
      `console.log(process.pid);
       restartHardened();
       console.log(JSON.stringify([hardeningGaps(), process.argv.slice(1), process.env.GLIBC_TUNABLES]));`,
      { GLIBC_TUNABLES: 'glibc.malloc.arena_max=8' },
    );
    const [first, second, said] = stdout.trim().split('\n');
    expect([status, first]).toEqual([0, second]);
    expect(JSON.parse(said ?? '')).toEqual([[], ['an argument'], expect.stringMatching(/^glibc\.malloc\.arena_max=8:/)]);
  });
});
