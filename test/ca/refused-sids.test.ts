import { readFileSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/ca/atomic-file.ts';
import type { RefusedSidFile } from '../../src/ca/refused-sid-file.ts';
import { refusedSidListText } from '../../src/ca/refused-sid-list.ts';
import { readDirectoryFile } from '../../src/cli/commands/decision-sources.ts';
import { StaticDirectoryPort } from '../../src/directory/static-directory-port.ts';
import { refusedAccounts } from '../../src/policy/refused-accounts.ts';
import { clock, LISTED_SID, listedSids, logonRequest, madeCa, SID } from './made-ca.ts';
import { describeRequest, issueRequest, type RawConnection } from './raw-connection.ts';
import { type ServedCa, servedCa } from './served-ca.ts';

const table = join(import.meta.dirname, '..', 'policy', 'table', 'directory.yaml');
const own = 'S-1-5-21-1-2-3-1700';

/** Straight to the CA's socket, as a service that is not ours any more would. */
const ask = (front: RawConnection, sid: string, upn = 'alice@corp.example') =>
  front.ask(issueRequest(logonRequest({ sid, userPrincipalName: upn })));

describe("a CA whose list is the directory's", () => {
  let front: RawConnection;
  let ca: ServedCa;
  beforeAll(async () => {
    const directory = await readDirectoryFile(table);
    const { sids } = await refusedAccounts([new StaticDirectoryPort(() => directory, clock)], new Set([own]));
    ca = await servedCa(await madeCa(), listedSids(sids));
    front = await ca.connect();
  });
  it.each([
    ['RID 500', 'S-1-5-21-1-2-3-500', 'RID 500 is built in'],
    ['RID 500 of another domain', 'S-1-5-21-7-8-9-500', 'RID 500 is built in'],
    ['krbtgt', 'S-1-5-21-1-2-3-502', 'RID 502 is built in'],
    ['a group of the Builtin container', 'S-1-5-32-544', 'not one of a domain account'],
    ['a computer', 'S-1-5-21-1-2-3-1401', 'stands on the list of refused SIDs'],
    ['a domain controller', 'S-1-5-21-1-2-3-1402', 'stands on the list of refused SIDs'],
    ['a gMSA', 'S-1-5-21-1-2-3-1403', 'stands on the list of refused SIDs'],
    ...[498, 512, 516, 518, 519, 520, 521, 526, 527, 544, 548, 549, 550, 551].map((group): [string, string, string] => [
      `a member of ${group}`,
      `S-1-5-21-1-2-3-1${group}`,
      'stands on the list of refused SIDs',
    ]),
    ['a member of DnsAdmins', 'S-1-5-21-1-2-3-1553', 'stands on the list of refused SIDs'],
    ['a member three groups deep', 'S-1-5-21-1-2-3-1554', 'stands on the list of refused SIDs'],
    ["a member of another domain's 512", 'S-1-5-21-1-2-3-1555', 'stands on the list of refused SIDs'],
    ['adminCount', 'S-1-5-21-1-2-3-1557', 'stands on the list of refused SIDs'],
    ['SID history of a group', 'S-1-5-21-1-2-3-1558', 'stands on the list of refused SIDs'],
    ['SID history of RID 500', 'S-1-5-21-1-2-3-1559', 'stands on the list of refused SIDs'],
    ["the service's exception, which is not the CA's", 'S-1-5-21-1-2-3-1601', 'stands on the list of refused SIDs'],
    ["Mayfly's own account", own, 'stands on the list of refused SIDs'],
    ["Mayfly's own account in a SID history", 'S-1-5-21-1-2-3-1701', 'stands on the list of refused SIDs'],
  ])('refuses %s', async (_, sid, reason) => {
    const reply = await ask(front, sid);
    expect(reply).toMatchObject({ tag: 0xa4 });
    expect(reply?.text).toContain(reason);
    expect(ca.refused.at(-1)).toContain(reason);
  });
  it.each([
    ['a UPN outside its suffixes', 'alice@elsewhere.example', "the UPN suffix is none of this CA's"],
    ["a computer's UPN", 'dc1$@corp.example', 'that of a computer'],
    ['krbtgt by its name', 'krbtgt@corp.example', 'that of a built-in account'],
    ['Administrator by its name', 'ADMINISTRATOR@corp.example', 'that of a built-in account'],
  ])('refuses %s whatever the SID is', async (_, upn, reason) => {
    const reply = await ask(front, 'S-1-5-21-1-2-3-1105', upn);
    expect(reply).toMatchObject({ tag: 0xa4 });
    expect(reply?.text).toContain(reason);
  });
  it('certifies who is not on it', async () => {
    for (const sid of ['S-1-5-21-1-2-3-1105', 'S-1-5-21-1-2-3-1556', 'S-1-5-21-1-2-3-1561'])
      expect(await ask(front, sid)).toMatchObject({ tag: 0xa0 });
  });
});

describe('a list that cannot be used', () => {
  let list: RefusedSidFile;
  let ca: ServedCa;
  let front: RawConnection;
  const mend = () => replaceFile(list.path, refusedSidListText([LISTED_SID], clock()), 0o644);
  beforeAll(async () => {
    list = listedSids([LISTED_SID], clock(), 600);
    ca = await servedCa(await madeCa(), list);
    front = await ca.connect();
  });
  it.each<[string, () => Promise<void> | void, string]>([
    [
      'stale',
      () => replaceFile(list.path, refusedSidListText([], clock() - 601), 0o644),
      '10 minutes old, at most 10 minutes are allowed',
    ],
    [
      'stale, though its file was touched',
      async () => {
        await replaceFile(list.path, refusedSidListText([], clock() - 601), 0o644);
        utimesSync(list.path, new Date(), new Date());
      },
      'at most 10 minutes are allowed',
    ],
    ['from the future', () => replaceFile(list.path, refusedSidListText([], clock() + 7200), 0o644), 'comes from the future'],
    ['missing', () => rmSync(list.path), 'is not there'],
    ['damaged', () => truncateSync(list.path, 90), 'is damaged'],
  ])('%s: nobody is certified, and the CA says why', async (_, damage, reason) => {
    const log = readFileSync(ca.folder.logFile, 'utf8');
    await damage();
    for (const sid of [SID, LISTED_SID]) {
      const reply = await ask(front, sid);
      expect(reply).toMatchObject({ tag: 0xa4 });
      expect(reply?.text).toContain(reason);
    }
    expect((await front.ask(describeRequest))?.text).toContain(reason);
    expect(readFileSync(ca.folder.logFile, 'utf8')).toBe(log);
    await mend();
    expect(await ask(front, SID), 'as soon as it is mended').toMatchObject({ tag: 0xa0 });
  });
  it('that is replaced while requests run: each is decided by the one list or the other, none by neither', async () => {
    const others = ['S-1-5-21-1-2-3-3001', 'S-1-5-21-1-2-3-3002'] as const;
    const stop = new AbortController();
    const writing = (async () => {
      for (let i = 0; !stop.signal.aborted; i++) {
        const padding = Array.from({ length: 2000 }, (_, n) => `S-1-5-21-9-9-${i}-${n + 1}`);
        await replaceFile(list.path, refusedSidListText([LISTED_SID, others[i % 2] ?? '', ...padding], clock()), 0o644);
      }
      return undefined;
    })();
    const fronts = await Promise.all([ca.connect(), ca.connect(), ca.connect()]);
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const [always, ordinary, sometimes] = await Promise.all([
        ask(fronts[0], LISTED_SID),
        ask(fronts[1], SID),
        ask(fronts[2], others[i % 2] ?? ''),
      ]);
      expect(always).toMatchObject({ tag: 0xa4 });
      expect(always?.text).toContain('stands on the list of refused SIDs');
      expect(ordinary).toMatchObject({ tag: 0xa0 });
      if (sometimes?.tag === 0xa4) expect(sometimes.text).toContain('stands on the list of refused SIDs');
      seen.add(String(sometimes?.tag));
    }
    stop.abort();
    await writing;
    expect(seen.size, 'both lists were met').toBe(2);
    expect(ca.failed).toEqual([]);
  });
});

describe('no list', () => {
  it('a lab CA does without, another one issues nothing', async () => {
    const lab = await servedCa(await madeCa({ lab: true }), 'none');
    expect(await ask(await lab.connect(), SID)).toMatchObject({ tag: 0xa0 });
    const real = await servedCa(await madeCa(), 'none');
    const reply = await ask(await real.connect(), SID);
    expect(reply).toMatchObject({ tag: 0xa4 });
    expect(reply?.text).toContain('no list of refused SIDs is configured');
  });
  it('a lab CA that has one obeys it', async () => {
    const list = listedSids([LISTED_SID], clock(), 600);
    const lab = await servedCa(await madeCa({ lab: true }), list);
    const front = await lab.connect();
    expect(await ask(front, LISTED_SID)).toMatchObject({ tag: 0xa4 });
    expect(await ask(front, SID)).toMatchObject({ tag: 0xa0 });
    rmSync(list.path);
    expect(await ask(front, SID)).toMatchObject({ tag: 0xa4 });
  });
});
