import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chainStart, nextLink } from '../../src/journal/chain.ts';
import { Store } from '../../src/store/store.ts';
import { madeServiceHome, type ServiceHome } from './made-service-home.ts';
import { mayfly } from './mayfly.ts';

let made: ServiceHome;
let kept: string;
beforeAll(async () => {
  made = await madeServiceHome();
  kept = join(made.home.beside, 'kept');
  cpSync(made.home.home, kept, { recursive: true });
});
beforeEach(() => {
  rmSync(made.home.home, { recursive: true });
  cpSync(kept, made.home.home, { recursive: true });
});
interface Verified {
  readonly ok: boolean;
  readonly entries: number;
  readonly last: number;
  readonly proven: number;
  readonly checkpoints: number;
  readonly certificates: number;
  readonly findings: readonly { readonly code: string; readonly where: string; readonly isFault: boolean }[];
}
async function verify(...args: readonly string[]): Promise<Verified & { readonly code: number }> {
  const { code, stdout, stderr } = await mayfly(made.home, 'journal', 'verify', '--json', ...args);
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Verified) };
}
const faults = ({ findings }: Verified) => findings.filter(({ isFault }) => isFault).map(({ code, where }) => `${code} ${where}`);
/** What somebody who owns the database does to it. */
function tamper(...sql: readonly string[]): void {
  const database = new DatabaseSync(made.database);
  database.exec('DROP TRIGGER journal_is_not_changed; DROP TRIGGER journal_is_not_cut');
  for (const each of sql) database.exec(each);
  database.close();
}
/** Everything after an entry again, with fresh hashes, as the service itself would have written it. */
function rewritten(from: number, change: (text: string) => string): void {
  const database = new DatabaseSync(made.database);
  database.exec('DROP TRIGGER journal_is_not_changed');
  let hash: Uint8Array = chainStart;
  for (const row of database.prepare('SELECT seq, entry FROM journal ORDER BY seq').all()) {
    const sequence = Number(row['seq']);
    const text = sequence === from ? change(String(row['entry'])) : String(row['entry']);
    hash = nextLink(hash, sequence, text);
    database.prepare('UPDATE journal SET entry = ?, hash = ? WHERE seq = ?').run(text, hash, sequence);
  }
  database.close();
}

describe('mayfly journal verify', () => {
  it('finds nothing wrong in what was written, and says what that rests on', async () => {
    const { code, findings, ...told } = await verify();
    expect(findings.filter(({ isFault }) => isFault)).toEqual([]);
    expect([code, told.ok, told.entries, told.certificates, told.checkpoints]).toEqual([0, true, made.entries, 6, 3]);
    const { stdout } = await mayfly(made.home, 'journal', 'verify');
    expect(stdout).toMatch(
      /^entries {7}\d+, the last is \d+\ncheckpoints {3}3 match, up to entry \d+\ncertificates {2}6 match .*issuance\.log\n/,
    );
    expect(stdout.endsWith('no fault\n')).toBe(true);
  });
  it.each([
    ['one byte edited', [`UPDATE journal SET entry = replace(entry, 'session2', 'session8') WHERE seq = 8`], ['changed entry 8']],
    [
      'one byte of a hash edited',
      [`UPDATE journal SET hash = CAST(x'00' || substr(hash, 2) AS BLOB) WHERE seq = 8`],
      ['hash-changed entry 8'],
    ],
    ['one entry dropped', ['DELETE FROM journal WHERE seq = 9'], ['dropped entry 9']],
    [
      'two swapped',
      [
        'UPDATE journal SET seq = -8 WHERE seq = 8',
        'UPDATE journal SET seq = 8 WHERE seq = 9',
        'UPDATE journal SET seq = 9 WHERE seq = -8',
      ],
      ['moved entries 8 to 9', 'moved entries 8 to 9'],
    ],
    ['truncated', ['DELETE FROM journal WHERE seq > 20'], ['truncated entries 21 to ']],
    ['truncated to nothing', ['DELETE FROM journal'], ['truncated entries 1 to ']],
  ])('%s: found and located', async (_, sql, expected) => {
    tamper(...sql);
    const outcome = await verify('--no-issuance-log');
    expect(outcome.code).toBe(1);
    for (const fault of expected) expect(faults(outcome).join('\n')).toContain(fault);
    const { stdout } = await mayfly(made.home, 'journal', 'verify', '--no-issuance-log');
    expect(stdout).toContain(`FAULT  ${expected[0]?.replace(/^[a-z-]+ /, '')}`);
  });
  it('a tail that was rewritten with fresh hashes is caught by the checkpoint, and by nothing else', async () => {
    rewritten(14, (text) => text.replace('10.0.0.7', '10.0.0.8'));
    expect((await verify('--no-checkpoints')).code).toBe(0);
    const outcome = await verify();
    expect(outcome.code).toBe(1);
    expect(faults(outcome)).toEqual([expect.stringMatching(/^rewritten entries 13 to \d+$/)]);
  });
  it('holds the journal against what the CA says that it issued, both ways', async () => {
    const lines = readFileSync(made.log, 'utf8').trimEnd().split('\n');
    const index = lines.findIndex((line) => line.includes('card3'));
    const other = JSON.parse(lines[index] ?? '') as Record<string, unknown>;
    const changed = [...lines];
    changed[index] = JSON.stringify({ ...other, certificateDigest: 'ff' });
    changed.splice(
      changed.findIndex((line) => line.includes('card5')),
      1,
    );
    changed.push(JSON.stringify({ ...other, cardId: 'nobody’s', serialNumber: 'aa' }));
    writeFileSync(made.log, `${changed.join('\n')}\n`);
    expect(faults(await verify()).map((fault) => fault.replace(made.log, 'log'))).toEqual([
      `issued-differs log:${index + 1}`,
      `issued-unrequested log:${changed.length}`,
      'issued-unknown entry 30',
    ]);
    writeFileSync(made.log, 'not an entry\n');
    expect(faults(await verify()).slice(0, 1)).toEqual([`log-damaged ${made.log}`]);
  });
  it('wants checkpoints, of this journal, signed by its key', async () => {
    const text = readFileSync(made.checkpoints, 'utf8');
    writeFileSync(made.checkpoints, `${text.replace('"at":1', '"at":2')}nothing\n`);
    const codes = faults(await verify()).map((fault) => fault.split(' ')[0]);
    expect(codes).toEqual(['checkpoint-forged', 'checkpoint-malformed']);
    rmSync(made.checkpoints);
    expect(faults(await verify())).toEqual([`checkpoint-missing ${made.checkpoints}`]);
    expect((await verify('--no-checkpoints')).code).toBe(0);
    writeFileSync(made.checkpoints, text);
    const other = await madeServiceHome(2);
    const key = join(other.folder, 'checkpoint.pub');
    expect(new Set(faults(await verify('--key', key)).map((fault) => fault.split(' ')[0]))).toEqual(
      new Set(['checkpoint-forged']),
    );
    const foreign = faults(await verify('--key', key, '--checkpoints', other.checkpoints)).map((fault) => fault.split(' ')[0]);
    expect(new Set(foreign)).toEqual(new Set(['checkpoint-of-another']));
  });
  it('reads an export like the database, and the database while its service runs', async () => {
    const out = join(made.home.beside, 'export.jsonl');
    rmSync(out, { force: true });
    const store = Store.open(made.database, { isService: true });
    await store.commit({ entries: [{ event: 'policy-refused', at: 1_790_001_000, sentence: 'broken' }] });
    expect((await mayfly(made.home, 'journal', 'export', '--out', out)).code).toBe(0);
    expect((await verify()).entries).toBe(made.entries + 1);
    store.close();
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const { stdout } = await mayfly(made.home, 'journal', 'export');
    expect(stdout).toBe(readFileSync(out, 'utf8'));
    expect((await verify('--export', out)).code).toBe(0);
    writeFileSync(out, stdout.replace('session4', 'session5'));
    expect(faults(await verify('--export', out, '--no-issuance-log'))[0]).toMatch(/^changed entry \d+$/);
    writeFileSync(out, stdout.replace('{"seq":4', '{"sequence":4'));
    expect((await verify('--export', out, '--no-issuance-log')).code).toBe(1);
    expect(await mayfly(made.home, 'journal', 'export', '--out', out)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('EEXIST') as string,
    });
  });
  it('says what it cannot read', async () => {
    rmSync(made.database);
    const { code, stderr } = await mayfly(made.home, 'journal', 'verify');
    expect([code, stderr]).toEqual([1, expect.stringContaining('mayfly: there is no ')]);
    writeFileSync(made.database, 'x'.repeat(5000));
    expect((await mayfly(made.home, 'journal', 'verify')).stderr).toContain('is damaged');
  });
});

describe('mayfly backup and restore', () => {
  it('copy a database while its service writes, and put it back; what was there is set aside', async () => {
    const file = join(made.home.beside, 'backup.sqlite');
    rmSync(file, { force: true });
    const store = Store.open(made.database, { isService: true });
    store.saveToken('t1', 'kept', { event: 'token-created', at: 1_790_001_000, token: 't1', name: 'n', scopes: [], by: 'me' });
    const copied = await mayfly(made.home, 'backup', '--json', file);
    expect(JSON.parse(copied.stdout)).toMatchObject({ ok: true, entries: made.entries + 1 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await mayfly(made.home, 'backup', file)).stderr).toContain('is there already');
    store.saveToken('t2', 'lost', { event: 'token-created', at: 1_790_001_001, token: 't2', name: 'n', scopes: [], by: 'me' });
    const running = await mayfly(made.home, 'restore', file);
    expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('a service runs')]);
    store.close();

    const { code, stdout } = await mayfly(made.home, 'restore', '--json', file);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { last: made.entries + 1, aside: expect.any(Array) as unknown }]);
    const { aside } = JSON.parse(stdout) as { aside: string[] };
    const restored = Store.open(made.database, { isService: true });
    expect([restored.token('t1'), restored.token('t2')]).toEqual(['kept', undefined]);
    expect(restored.entries({ event: 'alarm', limit: 2 }).map(({ text }) => (JSON.parse(text) as { code: string }).code)).toEqual(
      ['journal-restored'],
    );
    restored.close();
    // The journal that went on is whole where it was set aside, with its own checkpoints.
    const old = aside.find((path) => /sqlite\.before-restore-\d+$/.test(path)) ?? '';
    const signed = aside.find((path) => path.includes('checkpoints')) ?? '';
    const outcome = await verify('--database', old, '--checkpoints', signed);
    expect([faults(outcome), outcome.entries]).toEqual([[], made.entries + 2]);
    expect(faults(await verify('--checkpoints', signed)).every((fault) => fault.startsWith('checkpoint-of-another'))).toBe(true);
  });
  it('refuse a backup that is damaged, and leave the database as it is', async () => {
    const file = join(made.home.beside, 'damaged.sqlite');
    rmSync(file, { force: true });
    expect((await mayfly(made.home, 'backup', file)).code).toBe(0);
    const database = new DatabaseSync(file);
    database.exec(
      `DROP TRIGGER journal_is_not_changed; UPDATE journal SET entry = replace(entry, 'alice', 'mallo') WHERE seq = 4`,
    );
    database.close();
    const before = readFileSync(made.database);
    const { code, stderr } = await mayfly(made.home, 'restore', file);
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not what was written: entry 4')]);
    expect(readFileSync(made.database).equals(before)).toBe(true);
    expect((await mayfly(made.home, 'restore', join(made.home.beside, 'nothing'))).stderr).toContain('there is no');
  });
});
