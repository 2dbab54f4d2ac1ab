import { readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { IssuanceLog, type LogEntry } from '../../src/ca/issuance-log.ts';
import { temporaryFolder } from './made-ca.ts';
import { failing, unwatchedFiles, watchedFiles } from './watched-files.ts';

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
afterEach(unwatchedFiles);

describe('IssuanceLog', () => {
  it('has an entry on the disk before it says so', async () => {
    const { log, path } = await opened();
    const order: string[] = [];
    const sync = watchedFiles('fdatasyncSync').mockImplementation(() => void order.push(`sync of ${read(path).length}`));
    await log.append(crl(1)).then(() => order.push('said'));
    expect(order).toEqual(['sync of 1', 'said']);
    expect(sync).toHaveBeenCalledTimes(1);
    await log.close();
  });
  it('writes and syncs once for all that wait together, in their order', async () => {
    const { log, path } = await opened();
    const sync = watchedFiles('fdatasyncSync');
    await Promise.all(Array.from({ length: 500 }, (_, i) => log.append(crl(i))));
    expect(sync).toHaveBeenCalledTimes(1);
    expect(read(path)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    await log.close();
  });
  it('writes what waits when it is closed', async () => {
    const { log, path } = await opened();
    const waiting = log.append(crl(1));
    await log.close();
    await waiting;
    expect(read(path)).toEqual([1]);
  });
  it('writes all of it where the system takes a part at a time', async () => {
    const { log, path } = await opened();
    const whole = writeSync;
    watchedFiles('writeSync').mockImplementation((file, octets, offset) =>
      whole(file, Buffer.from(octets).subarray(0, Number(offset) + 7), Number(offset)),
    );
    await log.append(crl(1));
    expect(read(path)).toEqual([1]);
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
    watchedFiles('fdatasyncSync').mockImplementationOnce(failing('EIO'));
    const settled = await Promise.allSettled([log.append(crl(2)), log.append(crl(3))]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(settled[0]).toMatchObject({ reason: { code: 'log-write', message: 'cannot write the issuance log (EIO)' } });
    await log.append(crl(4));
    expect(read(path)).toEqual([1, 4]);
    await log.close();
  });
  it('stops for good when a failed write cannot be taken back', async () => {
    const { log, path } = await opened();
    await log.append(crl(1));
    watchedFiles('fdatasyncSync').mockImplementationOnce(failing('EIO'));
    watchedFiles('ftruncateSync').mockImplementationOnce(failing('EIO'));
    await expect(log.append(crl(2))).rejects.toMatchObject({ code: 'log-write' });
    await expect(log.append(crl(3))).rejects.toMatchObject({ code: 'log-write' });
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
