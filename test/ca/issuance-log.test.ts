import { readFileSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IssuanceLog, type LogEntry } from '../../src/ca/issuance-log.ts';
import { temporaryFolder } from './made-ca.ts';

const crl = (number: number): LogEntry => ({ event: 'crl', at: 1, number, crlDigest: 'ab' });
const read = (path: string): number[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { number: number }).number);
async function opened(): Promise<{ log: IssuanceLog; path: string }> {
  const path = join(temporaryFolder(), 'issuance.log');
  return { log: await IssuanceLog.open(path, () => undefined), path };
}
/** Every file handle's own methods, to be watched and to be made to fail. */
async function handles(): Promise<FileHandle> {
  const handle = await open(import.meta.filename);
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}
afterEach(() => {
  vi.restoreAllMocks();
});

describe('IssuanceLog', () => {
  it('has an entry on the disk before it says so', async () => {
    const { log, path } = await opened();
    const order: string[] = [];
    const prototype = await handles();
    const sync = vi.spyOn(prototype, 'datasync').mockImplementation(async () => {
      order.push(`sync of ${read(path).length}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push('synced');
    });
    await log.append(crl(1)).then(() => order.push('said'));
    expect(order).toEqual(['sync of 1', 'synced', 'said']);
    expect(sync).toHaveBeenCalledTimes(1);
    await log.close();
  });
  it('writes and syncs once for all that wait together, in their order', async () => {
    const { log, path } = await opened();
    const prototype = await handles();
    const sync = vi.spyOn(prototype, 'datasync');
    await Promise.all(Array.from({ length: 500 }, (_, i) => log.append(crl(i))));
    expect(sync).toHaveBeenCalledTimes(2);
    expect(read(path)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    await log.close();
  });
  it('only ever grows', async () => {
    const { log, path } = await opened();
    let before = '';
    for (let i = 0; i < 20; i++) {
      await Promise.all([log.append(crl(i)), log.append(crl(i))]);
      const now = readFileSync(path, 'utf8');
      expect(now.startsWith(before)).toBe(true);
      before = now;
    }
    await log.close();
    const again: number[] = [];
    const reopened = await IssuanceLog.open(path, (entry) => again.push(entry.event === 'crl' ? entry.number : -1));
    await reopened.append(crl(99));
    await reopened.close();
    expect(readFileSync(path, 'utf8').startsWith(before)).toBe(true);
    expect(again).toHaveLength(40);
  });
  it('takes back a write that failed, and goes on', async () => {
    const { log, path } = await opened();
    await log.append(crl(1));
    vi.spyOn(await handles(), 'datasync').mockRejectedValueOnce(Object.assign(new Error('no'), { code: 'EIO' }));
    const failing = [log.append(crl(2)), log.append(crl(3))];
    const settled = await Promise.allSettled(failing);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(settled[0]).toMatchObject({ reason: { code: 'log-write', message: 'cannot write the issuance log (EIO)' } });
    expect(read(path)).toEqual([1, 3]);
    await log.close();
  });
  it('stops for good when a failed write cannot be taken back', async () => {
    const { log, path } = await opened();
    await log.append(crl(1));
    const prototype = await handles();
    vi.spyOn(prototype, 'datasync').mockRejectedValueOnce(new Error('no'));
    vi.spyOn(prototype, 'truncate').mockRejectedValueOnce(new Error('neither'));
    const settled = await Promise.allSettled([log.append(crl(2)), log.append(crl(3))]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(log.append(crl(4))).rejects.toMatchObject({ code: 'log-write' });
    await log.close();
    expect(read(path), 'nothing was written behind what could not be taken back').toEqual([1, 2]);
  });
  it('replays lines that lie across the pieces it reads, and long ones', async () => {
    const { log, path } = await opened();
    const long = 'ö'.repeat(700_000);
    for (let i = 0; i < 3; i++) await log.append({ event: 'crl', at: 1, number: i, crlDigest: long });
    await log.close();
    const digests: string[] = [];
    await (await IssuanceLog.open(path, (entry) => digests.push(entry.event === 'crl' ? entry.crlDigest : ''))).close();
    expect(digests).toEqual([long, long, long]);
  });
  it('is a file of mode 0600', async () => {
    const { log, path } = await opened();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await log.close();
  });
});
