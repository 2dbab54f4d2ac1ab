import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedLines } from '../../src/cli/captured-lines.ts';
import { type Home, mayfly, newHome } from './mayfly.ts';

const home: Home = newHome();
const fileOf = (content: string) => {
  const file = join(home.beside, 'capture');
  writeFileSync(file, content);
  return file;
};

describe('mayfly apdu explain', () => {
  it('takes octets on the command line', async () => {
    expect(await mayfly(home, 'apdu', 'explain', '00 20 00 80 08 3132333435363738')).toEqual({
      code: 0,
      stdout: '> VERIFY: application PIN, 8 octets, not shown\n',
      stderr: '',
    });
  });
  it('takes a file, whose lines need not say which way they went', async () => {
    const file = fileOf('00a4040005a000000308\n6a82 // not there\n\n0020008000\n63c3\n');
    const { code, stdout } = await mayfly(home, 'apdu', 'explain', file);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '> SELECT: a000000308, PIV',
      '< SELECT: 6a82, there is no such application or object',
      '> VERIFY: application PIN, asks for the tries left',
      '< VERIFY: 63c3, the PIN is wrong, 3 tries left',
      '',
    ]);
  });
  it("takes pcscd's log, and leaves out what is no APDU", async () => {
    const log = '00000012 winscard.c:247 Card ready\n00000153 APDU: 00 20 00 80 \n00000103 SW: 63 C3 \n';
    const { stdout } = await mayfly(home, 'apdu', 'explain', fileOf(log), '--json');
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      lines: [
        { line: 2, kind: 'command', name: 'VERIFY', details: ['application PIN', 'asks for the tries left'], malformed: null },
        { line: 3, kind: 'response', name: 'VERIFY', details: ['63c3, the PIN is wrong, 3 tries left'], malformed: null },
      ],
    });
  });
  it('names what is malformed, by its line and without its content', async () => {
    const { code, stdout } = await mayfly(home, 'apdu', 'explain', fileOf('00200080\nPIN 12345678\n00 20 00 80 09 31\n'));
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual([
      '> VERIFY: application PIN, asks for the tries left',
      '? line 2: not hexadecimal octets',
      '> VERIFY: 6 octets (malformed: lengths in it fit no form of a command)',
      '',
    ]);
  });
  it('fails by name without a file and without content', async () => {
    expect(await mayfly(home, 'apdu', 'explain', join(home.beside, 'none'))).toMatchObject({ code: 1, stdout: '' });
    expect((await mayfly(home, 'apdu', 'explain', fileOf('\n\n'))).stderr).toContain('nothing to explain');
  });
});

describe('captured lines', () => {
  it('may hold a command and its answer', () => {
    expect(capturedLines('00 a4 04 00 > 6a 82')).toMatchObject([
      { line: 1, to: 'card' },
      { line: 1, to: 'reader' },
    ]);
  });
  it('are bounded', () => {
    expect(capturedLines('00'.repeat(70_001))).toEqual([{ line: 1, fault: 'more than 70000 octets' }]);
    expect(capturedLines(`${'00 '.repeat(3_000_000)}x`)).toHaveLength(1);
  });
});
