import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InForce } from '../../src/config/in-force.ts';
import { type ReadRules, ruleSource } from '../../src/config/rule-folder.ts';
import type { MayflyError } from '../../src/wire/mayfly-error.ts';
import { configFolder } from './config-folder.ts';

const above = configFolder();
const fast = { poll: 40, settle: 20 };
const rule = (name: string, minutes = 60) =>
  `@id("${name}")\n@minutes("${minutes}")\npermit (principal, action == Action::"open", resource);\n`;
let count = 0;
let folder: string;
let replaced: string[][];
let failed: MayflyError[];
let open: InForce<ReadRules> | undefined;
const names = ({ rules }: ReadRules) => rules.rules.map(({ name, minutes }) => `${name} ${minutes}`);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
async function opened(isRequired = true, times = fast): Promise<InForce<ReadRules>> {
  open = await InForce.open(
    ruleSource(folder, isRequired),
    { replaced: (value) => replaced.push(names(value)), failed: (error) => failed.push(error) },
    times,
  );
  return open;
}
const inForce = (wanted: readonly string[]) => expect.poll(() => open && names(open.value)).toEqual(wanted);
const alarmed = (reason: string | RegExp) => expect.poll(() => open?.alarm?.error.message).toEqual(expect.stringMatching(reason));
const quiet = () => expect.poll(() => open?.alarm).toBeUndefined();

beforeEach(() => {
  folder = join(above, `rules-${count++}`);
  mkdirSync(folder, { mode: 0o700 });
  write('a.cedar', rule('first'));
  [replaced, failed] = [[], []];
});
afterEach(async () => {
  await open?.close();
  open = undefined;
});

describe('rules in force', () => {
  it('follow their files: written in place, replaced, added, taken away', async () => {
    await opened();
    expect(open && names(open.value)).toEqual(['first 60']);
    write('a.cedar', rule('first', 30));
    await inForce(['first 30']);
    write('new', rule('first', 20));
    renameSync(join(folder, 'new'), join(folder, 'a.cedar'));
    await inForce(['first 20']);
    write('b.cedar', rule('second'));
    await inForce(['first 20', 'second 60']);
    rmSync(join(folder, 'a.cedar'));
    await inForce(['second 60']);
    expect(failed).toEqual([]);
  });
  it('by polling alone, where nothing is watched', async () => {
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    const real = folder;
    folder = link;
    await opened(true, { poll: 40, settle: 20 });
    // The folder that is watched stays as it is; the name stands for another.
    const other = `${real}-other`;
    mkdirSync(other, { mode: 0o700 });
    writeFileSync(join(other, 'a.cedar'), rule('of-the-other'));
    symlinkSync(other, `${link}-new`);
    renameSync(`${link}-new`, link);
    await inForce(['of-the-other 60']);
  });
  it('stay the last good ones while a file is broken; the alarm says since when and why, until it is mended', async () => {
    await opened();
    const before = Math.floor(Date.now() / 1000);
    write('b.cedar', 'permit (principal, action, resource)');
    await alarmed(/b\.cedar:1:\d+: /);
    expect(open && names(open.value)).toEqual(['first 60']);
    const since = open?.alarm?.since ?? 0;
    expect(since).toBeGreaterThanOrEqual(before);
    expect(failed).toHaveLength(1);
    write('b.cedar', `${rule('second')}\n${rule('second')}`);
    await alarmed('the name second is that of the rule in');
    expect(open?.alarm?.since, 'broken all the while').toBe(since);
    expect(failed).toHaveLength(2);
    write('b.cedar', rule('second'));
    await inForce(['first 60', 'second 60']);
    expect(open?.alarm).toBeUndefined();
    expect(replaced).toEqual([['first 60', 'second 60']]);
  });
  it.each<[string, () => void, string]>([
    ['emptied', () => rmSync(join(folder, 'a.cedar')), 'has no file named \\*\\.cedar'],
    ['gone', () => rmSync(folder, { recursive: true }), 'cannot be read \\(ENOENT\\)'],
    ['given to everybody', () => chmodSync(folder, 0o777), 'may be written by everybody'],
    ['with a file that everybody may write', () => chmodSync(join(folder, 'a.cedar'), 0o666), 'everybody may write this file'],
    ['with a folder for a file', () => mkdirSync(join(folder, 'b.cedar')), 'not a regular file'],
    ['with a schema that does not fit', () => write('schema.cedarschema', 'entity;'), 'the schema of the rules is none'],
    ['with octets that are no text', () => writeFileSync(join(folder, 'b.cedar'), Buffer.from([0xff, 0xfe])), 'not UTF-8'],
    ['with a file that is too large', () => write('b.cedar', `//${'x'.repeat(1 << 20)}`), 'larger than 1 MiB'],
  ])('stay when the folder is %s', async (_, damage, reason) => {
    await opened();
    damage();
    await alarmed(reason);
    expect(open && names(open.value)).toEqual(['first 60']);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
    write('a.cedar', rule('mended'));
    await inForce(['mended 60']);
    await quiet();
  });
  it("do not take editors' files for rules", async () => {
    for (const name of ['.#a.cedar', 'a.cedar~', '#a.cedar#', 'a.cedar.swp', 'notes.txt']) write(name, 'no rule');
    await opened();
    expect(open && names(open.value)).toEqual(['first 60']);
  });
  it('of several files that are written one after the other are taken over together', async () => {
    await opened(true, { poll: 10_000, settle: 1500 });
    for (let i = 0; i < 6; i++) {
      write(`c${i}.cedar`, rule(`rule-${i}`));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await inForce(['first 60', ...Array.from({ length: 6 }, (_, i) => `rule-${i} 60`)]);
    expect(replaced).toHaveLength(1);
  });
  it('are not there at the start: it does not start', async () => {
    write('a.cedar', 'permit');
    await expect(opened()).rejects.toMatchObject({ code: 'policy-invalid' });
    rmSync(folder, { recursive: true });
    await expect(opened()).rejects.toMatchObject({ code: 'policy-files' });
  });
  it('are the built-in ones where none were ever written; once there, their going is a fault', async () => {
    const full = `${folder}-full`;
    cpSync(folder, full, { recursive: true });
    rmSync(folder, { recursive: true });
    await opened(false);
    expect(open?.value).toMatchObject({ folder: undefined });
    expect(open && names(open.value)).toEqual(['self-service 60']);
    renameSync(full, folder);
    await inForce(['first 60']);
    rmSync(folder, { recursive: true });
    await alarmed('ENOENT');
    expect(open && names(open.value)).toEqual(['first 60']);
  });
  it('read a schema that says more than the built-in one', async () => {
    const { policySchema } = await import('../../src/policy/schema.ts');
    write(
      'schema.cedarschema',
      `${policySchema}\naction "openLater" appliesTo { principal: [Person], resource: [Host], context: Request };\n`,
    );
    write('b.cedar', '@id("later")\npermit (principal, action == Action::"openLater", resource);\n');
    await opened();
    expect(open && names(open.value)).toEqual(['first 60', 'later 60']);
    expect(dirname(open?.value.rules.rules[0]?.file ?? '')).toBe(folder);
  });
});
