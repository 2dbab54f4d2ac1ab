import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { directoryInForce, readDirectoryFile } from '../../src/cli/commands/decision-sources.ts';
import { ConfigError, faultLine } from '../../src/config/fault.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { DirectoryFile } from '../../src/directory/directory-schema.ts';
import { StaticDirectory } from '../../src/directory/static-directory.ts';
import { StaticDirectoryPort } from '../../src/directory/static-directory-port.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-directory-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'directory.yaml');
async function read(content: string | Uint8Array, mode = 0o600): Promise<StaticDirectory> {
  rmSync(file, { force: true });
  writeFileSync(file, content, { mode });
  return readDirectoryFile(file);
}
async function faults(content: string | Uint8Array): Promise<readonly string[]> {
  const error = await read(content).catch((e: unknown) => e);
  if (!(error instanceof ConfigError)) throw new Error('no fault was found', { cause: error });
  expect(error.code).toBe('directory-file');
  return error.faults.map((fault) => faultLine(fault).replace(`${file}:`, ''));
}
const now = 1_900_000_000;
const sid = (rid: number) => `S-1-5-21-1-2-3-${rid}`;
const made: DirectoryFile = {
  groups: [
    { name: 'Staff', sid: sid(2001), memberOf: ['All'] },
    { name: 'All', sid: sid(2002), memberOf: ['STAFF', 'Domain Admins'] },
    { name: 'Domain Admins', sid: sid(512) },
  ],
  accounts: [
    {
      name: 'Alice',
      userPrincipalName: 'Alice@Corp.Example',
      sid: sid(1105),
      memberOf: ['staff'],
      expires: '2030-03-17T17:46:40Z',
    },
    { name: 'bob', userPrincipalName: 'bob@corp.example', sid: sid(1106), domain: 'A.example', disabled: true, locked: true },
    { name: 'BOB', userPrincipalName: 'bob@b.example', sid: sid(1107), adminCount: 1, sidHistory: [sid(500)], kind: 'computer' },
  ],
  hosts: [{ name: 'Desk1.Corp.Example', labels: { access: 'self' } }],
};

describe('a static directory', () => {
  const directory = new StaticDirectory(made);
  it('finds accounts by UPN, SID and a name that one domain has, without case', () => {
    for (const reference of ['alice@corp.example', 'ALICE@CORP.EXAMPLE', sid(1105), 'alice'])
      expect(directory.account(reference, now)?.sid).toBe(sid(1105));
    for (const reference of [
      'bob',
      'Bob',
      'alice@',
      'alice@corp.example ',
      '',
      '__proto__',
      'constructor',
      sid(1105).toLowerCase(),
    ])
      expect(directory.account(reference, now), reference).toBeUndefined();
    expect(directory.account('\u212A', now)).toBeUndefined();
  });
  it('flattens nested groups, in circles too', () => {
    const alice = directory.account('alice', now);
    expect(new Set(alice?.groups)).toEqual(new Set(['Staff', 'All', 'Domain Admins']));
    expect(new Set(alice?.groupSids)).toEqual(new Set([sid(2001), sid(2002), sid(512)]));
  });
  it('says who cannot log on now, by the clock of the question', () => {
    expect(directory.account('alice', now - 1)?.obstacles).toEqual([]);
    expect(directory.account('alice', now)?.obstacles).toEqual(['the account has expired']);
    expect(directory.account('bob@corp.example', now)?.obstacles).toEqual(['the account is disabled', 'the account is locked']);
  });
  it('passes on what built-in rules look at', () => {
    expect(directory.account(sid(1107), now)).toMatchObject({
      kind: 'computer',
      adminCount: 1,
      sidHistory: [sid(500)],
      domain: 'b.example',
    });
    expect(directory.account(sid(1106), now)).toMatchObject({ kind: 'user', domain: 'a.example', groupSids: [], groups: [] });
  });
  it('answers through its port', async () => {
    const port = new StaticDirectoryPort(
      () => directory,
      () => now,
    );
    expect(await port.host('DESK1.corp.example')).toEqual({
      name: 'desk1.corp.example',
      labels: { access: 'self' },
      organizationalUnits: [],
    });
    expect(await port.hosts()).toHaveLength(1);
    expect(await port.account('alice')).toMatchObject({ obstacles: ['the account has expired'] });
    const all: string[] = [];
    for await (const account of port.accounts()) all.push(account.name);
    expect(all).toEqual(['Alice', 'bob', 'BOB']);
  });
});

describe('a directory file', () => {
  it('names every fault at its place', async () => {
    expect(
      await faults(`groups: [{ name: a, sid: S-1-5-21-1-2-3-9, memberOf: [b] }, { name: A, sid: S-1-5-21-1-2-3-9 }]
accounts:
  - { name: x, userPrincipalName: x@y, sid: S-1-5-21-1-2-4294967296-9, memberOf: [zz], expires: 2030-13-01 }
  - { name: y, userPrincipalName: X@Y, sid: S-1-5-21-1-2-3-9, sidHistory: [S-1-5-21-1-2-3-4294967296] }
hosts: [{ name: h }, { name: H }]
`),
    ).toEqual([
      '1:55: groups[0].memberOf[0]: no such group is defined',
      '1:69: groups[1].name: this group is given twice',
      '1:77: groups[1].sid: this SID is given twice',
      '3:45: accounts[0].sid: a number in this SID is over 4294967295',
      '3:83: accounts[0].memberOf[0]: no such group is defined',
      '3:97: accounts[0].expires: there is no such day',
      '4:35: accounts[1].userPrincipalName: this user principal name is given twice',
      '4:45: accounts[1].sid: this SID is given twice',
      '4:76: accounts[1].sidHistory[0]: a number in this SID is over 4294967295',
      '5:30: hosts[1].name: this host is given twice',
    ]);
  });
  it.each([
    ['accounts: [{ name: a }]', '1:12: accounts[0]: userPrincipalName is missing'],
    [
      'accounts: [{ name: a, userPrincipalName: a, sid: S-1-5-21-1-2-3-9 }]',
      '1:42: accounts[0].userPrincipalName: expected user@suffix',
    ],
    ['groups: [{ name: a, sid: s-1-5-21-1-2-3-9 }]', '1:26: groups[0].sid: expected a SID such as S-1-5-21-a-b-c-rid'],
    ['groups: [{ name: "a\\nb", sid: S-1-5-32-544 }]', '1:18: groups[0].name: expected a text'],
    ['hosts: [{ name: h, labels: { a: 1 } }]', '1:33: hosts[0].labels.a: expected a text, found a number'],
    ['users: []', '1:1: unknown key'],
    ['accounts: *a', '1:11: accounts: an alias without an anchor before it'],
    ['- a', '1:1: expected a mapping of accounts, groups and hosts, found a list'],
    ['', '1:1: the file holds no setting'],
    ['{', 'a closing quote, bracket or comma is missing'],
  ])('%s', async (content, fault) => {
    expect((await faults(content)).join('\n')).toContain(fault);
  });
  it('is bounded, regular and nobody else may write it', async () => {
    expect(await faults(`#${'x'.repeat(4 << 20)}`)).toEqual([expect.stringContaining('larger than 4 MiB')]);
    expect(await faults(Buffer.from([0xff]))).toEqual([expect.stringContaining('not UTF-8')]);
    await expect(readDirectoryFile(folder)).rejects.toMatchObject({ code: 'directory-file' });
    await expect(readDirectoryFile('/dev/zero')).rejects.toMatchObject({ code: 'directory-file' });
    await expect(readDirectoryFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'directory-file' });
  });
  it('whatever is in it: a directory, or a typed error with a place', async () => {
    const word = fc.constantFrom(
      'name',
      'sid',
      'accounts',
      'groups',
      'hosts',
      'memberOf',
      'x',
      sid(1105),
      'a@b.c',
      1,
      null,
      '__proto__',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(word, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(word.map(String), tie('tree'), { maxKeys: 4 })),
    }));
    const damagedText = fc.tuple(fc.nat(2000), fc.string({ maxLength: 4 })).map(([at, text]) => {
      const good = JSON.stringify(made);
      return good.slice(0, at % good.length) + text + good.slice((at + text.length) % good.length);
    });
    const content = fc.oneof(
      tree.map((value) => JSON.stringify(value)),
      damagedText,
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(
        content,
        fuzzed('static directory', async (text: string) => {
          const result = await read(text).catch((e: unknown) => e);
          if (result instanceof StaticDirectory) return;
          if (!(result instanceof ConfigError) || result.faults.length === 0) throw new Error('another error', { cause: result });
          for (const fault of result.faults) if (fault.file !== file || fault.message === '') throw new Error(faultLine(fault));
        }),
      ),
      { numRuns: Math.min(fuzzRuns, 1000) },
    );
  });
});

describe('the directory in force', () => {
  it('follows its file and keeps the last good state', async () => {
    await read(JSON.stringify(made));
    const config = join(folder, 'mayfly.yaml');
    writeFileSync(config, 'service: { directory: ./directory.yaml }\n', { mode: 0o600 });
    const inForce = await directoryInForce(await loadConfig({ env: {}, file: config }), {}, { poll: 40, settle: 20 });
    try {
      const port = new StaticDirectoryPort(
        () => inForce.value,
        () => now - 5,
      );
      writeFileSync(file, JSON.stringify({ ...made, accounts: made.accounts?.map((each) => ({ ...each, disabled: true })) }));
      await expect.poll(async () => (await port.account('alice'))?.obstacles).toEqual(['the account is disabled']);
      writeFileSync(file, '{');
      await expect.poll(() => inForce.alarm?.error.code).toBe('directory-file');
      expect((await port.account('alice'))?.obstacles).toEqual(['the account is disabled']);
      writeFileSync(file, JSON.stringify(made));
      await expect.poll(async () => (await port.account('alice'))?.obstacles).toEqual([]);
      expect(inForce.alarm).toBeUndefined();
    } finally {
      await inForce.close();
    }
  });
  it('is empty where none was ever written, unless the configuration names one', async () => {
    const config = await loadConfig({ env: { MAYFLY_HOME: join(folder, 'empty') } });
    const inForce = await directoryInForce(config);
    expect(inForce.value.hosts).toEqual([]);
    await inForce.close();
    const named = join(folder, 'named.yaml');
    writeFileSync(named, 'service: { directory: ./nowhere.yaml }\n', { mode: 0o600 });
    await expect(directoryInForce(await loadConfig({ env: {}, file: named }))).rejects.toMatchObject({ code: 'directory-file' });
  });
});
