import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRefusedSidList, refusedSidListText } from '../../src/ca/refused-sid-list.ts';
import { type Home, mayfly, newHome, serve } from './mayfly.ts';
import { LISTED, type WithList, withList } from './refused-sid-list.ts';

let home: Home;
let given: WithList;
beforeAll(async () => {
  home = newHome();
  given = await withList(home, { refusedSidListMaxAgeMinutes: 30 });
  const made = await mayfly(
    home,
    'ca',
    'init',
    '--key',
    'p-256',
    '--domain',
    'corp.example',
    '--passphrase-file',
    home.passphraseFile,
  );
  expect(made.code).toBe(0);
});
const listed = () => readRefusedSidList(readFileSync(given.list));

describe('mayfly ca refused-sids', () => {
  it('replaces the list and says how many are on it, and why', async () => {
    const { code, stdout } = await given.write();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      file: given.list,
      accounts: 2,
      refused: 1,
      byRule: { 'admin-count': 1 },
    });
    expect(listed()).toMatchObject({ sids: new Set([LISTED]) });
    expect(statSync(given.list).mode & 0o777).toBe(0o644);
    const said = await mayfly(home, 'ca', 'refused-sids', '--config', given.config);
    expect(said.stdout).toBe(`1 of 2 accounts refused: ${given.list} (admin-count 1)\n`);
  });
  it('leaves the list as it was where the directory shows nothing, is broken or is gone', async () => {
    const before = readFileSync(given.list);
    const directory = readFileSync(given.directory);
    for (const [content, reason] of [
      ['{}', 'the directory shows no account at all'],
      ['{ "accounts": [] }', 'the directory shows no account at all'],
      ['{ "accounts": [{ "name": "a" }] }', 'userPrincipalName is missing'],
      [undefined, 'there is no such file'],
    ] as const) {
      if (content === undefined) rmSync(given.directory);
      else writeFileSync(given.directory, content);
      const { code, stderr } = await given.write();
      expect(code).toBe(1);
      expect(stderr).toContain(reason);
      expect(readFileSync(given.list).equals(before)).toBe(true);
    }
    writeFileSync(given.directory, directory, { mode: 0o600 });
    expect((await given.write()).code).toBe(0);
  });
  it('needs a place for the list, and takes one', async () => {
    const { code, stderr } = await mayfly(home, 'ca', 'refused-sids', '--ca', 'other', '--config', given.config);
    expect(code).toBe(1);
    expect(stderr).toContain('nothing says where the list of CA "other" goes');
    const out = join(home.beside, 'elsewhere');
    expect((await mayfly(home, 'ca', 'refused-sids', '--config', given.config, '--out', out)).code).toBe(0);
    expect(existsSync(out)).toBe(true);
  });
  it('--every goes on until it is told to stop', async () => {
    rmSync(given.list);
    const reader = await serve(home, {
      args: ['ca', 'refused-sids', '--config', given.config, '--every', '1'],
      until: 'accounts refused',
    });
    expect(listed()).toMatchObject({ sids: new Set([LISTED]) });
    expect(await reader.stop()).toMatchObject({ code: 0, stderr: '' });
  });
  it('--every is shorter than a list may be old', async () => {
    const { code, stderr } = await mayfly(home, 'ca', 'refused-sids', '--config', given.config, '--every', '30');
    expect(code).toBe(1);
    expect(stderr).toContain('the CA takes no list older than 30 minutes');
    expect((await mayfly(home, 'ca', 'refused-sids', '--every', '0')).code).toBe(2);
  });
});

describe('mayfly ca show', () => {
  const shown = async (...args: readonly string[]) => {
    const { code, stdout } = await mayfly(home, 'ca', 'show', '--json', ...args);
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { refusedSidList: string }).refusedSidList;
  };
  it('tells the age of the list, or why nothing is issued', async () => {
    expect(await shown('--config', given.config)).toBe('1 SIDs, 0 minutes old');
    const ago = (minutes: number) => refusedSidListText([LISTED], Math.floor(Date.now() / 1000) - minutes * 60);
    writeFileSync(given.list, ago(12));
    expect(await shown('--config', given.config)).toBe('1 SIDs, 12 minutes old');
    writeFileSync(given.list, ago(45));
    expect(await shown('--config', given.config)).toMatch(
      /^nothing is issued: .* is 45 minutes old, at most 30 minutes are allowed/,
    );
    expect(await shown()).toMatch(/^nothing is issued: no list of refused SIDs is configured/);
    await given.write();
  });
  it('of a lab says that there is none', async () => {
    const lab = newHome();
    expect((await mayfly(lab, 'ca', 'init', '--lab', '--key', 'p-256')).code).toBe(0);
    const { stdout } = await mayfly(lab, 'ca', 'show');
    expect(stdout).toMatch(/^refusedSidList +none: a lab CA issues without one$/m);
    const serving = await serve(lab, { args: ['ca', 'serve'] });
    expect((await serving.stop()).stderr).toContain('a lab CA: it certifies accounts without a list of refused SIDs');
  });
});

it('mayfly ca serve says when its list stops every issue', async () => {
  rmSync(given.list);
  const serving = await serve(home, given.serving);
  const { stderr } = await serving.stop();
  expect(stderr).toMatch(/nothing is issued: the list of refused SIDs .* is not there: write it with `mayfly ca refused-sids`/);
  await given.write();
});
