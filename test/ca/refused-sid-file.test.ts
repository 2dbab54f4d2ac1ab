import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/ca/atomic-file.ts';
import { RefusedSidFile } from '../../src/ca/refused-sid-file.ts';
import { LONGEST_LIST, refusedSidListText } from '../../src/ca/refused-sid-list.ts';
import { LISTED_SID, listedSids, temporaryFolder } from './made-ca.ts';

const written = 1_900_000_000;
const HOUR = 3600;
let file: RefusedSidFile;
beforeEach(() => {
  file = listedSids([LISTED_SID], written, HOUR);
});
const why = (now = written): string => {
  const read = file.read(now);
  return read.state === 'unusable' ? read.reason : read.state;
};

describe('a file of refused SIDs', () => {
  it('is good until its last second', () => {
    expect(file.read(written)).toEqual({ state: 'good', writtenAt: written, sids: new Set([LISTED_SID]) });
    expect(why(written + HOUR)).toBe('good');
    expect(why(written + HOUR + 1)).toBe(
      `the list of refused SIDs ${file.path} is 60 minutes old, at most 60 minutes are allowed: see why \`mayfly ca refused-sids\` does not write it any more`,
    );
  });
  it('may come from a clock a minute ahead and no more', () => {
    expect(why(written - 60)).toBe('good');
    expect(why(written - 61)).toContain('comes from the future: set the clocks');
    for (const clock of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) expect(why(clock)).not.toBe('good');
  });
  it('is read again when it was replaced, and only then', async () => {
    expect(file.read(written)).toMatchObject({ state: 'good' });
    const other = 'S-1-5-21-1-2-3-2222';
    await replaceFile(file.path, refusedSidListText([other], written + 10), 0o644);
    expect(file.read(written)).toEqual({ state: 'good', writtenAt: written + 10, sids: new Set([other]) });
    const [first, second] = [file.read(written), file.read(written)];
    expect(first.state === 'good' && second.state === 'good' && first.sids === second.sids).toBe(true);
  });
  it.each<[string, () => void, string]>([
    ['missing', () => rmSync(file.path), 'is not there: write it with `mayfly ca refused-sids`'],
    ['empty', () => truncateSync(file.path), 'is damaged, its first line is not that of a list'],
    ['cut', () => truncateSync(file.path, 120), 'is damaged, its digest is another'],
    ['longer by a line', () => appendFileSync(file.path, 'S-1-5-21-1-2-3-1\n'), 'is damaged, its digest is another'],
    ['as large as no list', () => truncateSync(file.path, LONGEST_LIST + 1), `is over ${LONGEST_LIST} octets`],
    ['writable by a group', () => chmodSync(file.path, 0o664), 'may be written by others than its owner: chmod go-w'],
    ['writable by all', () => chmodSync(file.path, 0o646), 'may be written by others than its owner'],
    ['in a folder that all may write', () => chmodSync(dirname(file.path), 0o777), 'which others than its owner may write'],
    ['a symbolic link', () => linked(), 'is a symbolic link: name the file itself'],
    ['a folder', () => foldered(), 'is not a regular file'],
    ['a named pipe', () => piped(), 'is not a regular file'],
  ])('%s is unusable', (_, damage, reason) => {
    expect(why()).toBe('good');
    damage();
    expect(why()).toContain(reason);
    expect(why(), 'and stays so').toContain(reason);
  });
  it('is good again when it is mended', async () => {
    truncateSync(file.path, 100);
    expect(why()).toContain('damaged');
    await replaceFile(file.path, refusedSidListText([], written), 0o644);
    expect(why()).toBe('good');
  });
  it('below a folder that others may write is unusable, and below one such as /tmp is not', () => {
    const above = temporaryFolder();
    const path = join(above, 'one', 'two', 'refused-sids');
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, refusedSidListText([], written), { mode: 0o600 });
    const deep = new RefusedSidFile(path, HOUR);
    expect(deep.read(written).state).toBe('good');
    chmodSync(join(above, 'one'), 0o777);
    expect(deep.read(written)).toMatchObject({
      state: 'unusable',
      reason: expect.stringContaining(`lies below ${join(above, 'one')}, which others`) as unknown,
    });
    chmodSync(join(above, 'one'), 0o1777);
    expect(deep.read(written).state).toBe('good');
    chmodSync(dirname(path), 0o1777);
    expect(deep.read(written).state, 'its own folder').toBe('unusable');
  });
  function linked(): void {
    renameSync(file.path, join(dirname(file.path), 'real'));
    symlinkSync('real', file.path);
  }
  function foldered(): void {
    rmSync(file.path);
    mkdirSync(file.path);
  }
  function piped(): void {
    rmSync(file.path);
    execFileSync('mkfifo', ['-m', '600', file.path]);
  }
  it('that this user cannot read says so', () => {
    writeFileSync(file.path, '', { mode: 0o000 });
    chmodSync(file.path, 0o000);
    expect(why()).not.toBe('good');
  });
});
