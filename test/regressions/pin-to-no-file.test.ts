import { execFileSync } from 'node:child_process';
import { lstatSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, spawned } from '../cli/mayfly.ts';

const attach = ['card', 'attach', '--vpcd', '127.0.0.1:1', '--upn', 'alice@lab.mayfly.test', '--sid', 'S-1-5-21-1-2-3-1105'];

// --pin-file replaced whatever had the name: a named pipe, whose reader waited for ever; as root, /dev/null. And a descriptor that
// nobody had opened was one of Node's own, which took the PIN without a word, or was found missing when the card was issued.
it.runIf(process.platform === 'linux')(
  'a PIN is not written over a pipe or a link, nor to a descriptor that is none',
  async () => {
    const home = newHome();
    const pipe = join(home.beside, 'pipe');
    const link = join(home.beside, 'link');
    execFileSync('mkfifo', [pipe]);
    symlinkSync('/dev/null', link);
    for (const path of [pipe, link, home.beside]) {
      const ran = await spawned(home, [...attach, '--json', '--pin-file', path]);
      expect(ran.code).toBe(1);
      expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, error: { code: 'pin-target' } });
    }
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    // 4 is Node's own epoll descriptor, which is there in every process; 250 is nobody's.
    for (const descriptor of ['4', '250']) {
      const ran = await spawned(home, [...attach, '--json', '--pin-fd', descriptor]);
      expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, error: { code: 'pin-target' } });
    }
  },
);
