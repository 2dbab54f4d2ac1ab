import { describe, expect, it } from 'vitest';
import { type AccountThere, accountFindings } from '../../src/doctor/account.ts';
import { hostFindings, permissionFinding } from '../../src/doctor/host.ts';
import type { Account, Host } from '../../src/policy/account.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { permit, question, rulesOf } from '../policy/question.ts';

const { account: alice, host: desk, time } = question();
const bounds = { exceptedSids: new Set<string>(), ownAccountSids: new Set<string>(), upnSuffixes: ['corp.example'] };
const OTHER_SID = 'S-1-5-21-1-2-3-1999';

interface Given {
  readonly account?: Account | MayflyError | undefined;
  readonly there?: readonly AccountThere[];
  readonly sid?: string;
}
/** What is not `ok`. */
async function faults({ account, there = [], sid }: Given): Promise<string[]> {
  const found = await accountFindings(
    { reference: 'alice', sid },
    {
      account: async () => {
        if (account instanceof MayflyError) throw account;
        return account;
      },
      onEach: async () => there,
      bounds,
    },
  );
  return found
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ check, verdict, code }) => `${check} ${verdict} ${code ?? ''}`.trim());
}

describe('accountFindings', () => {
  it('finds an ordinary account well, on every domain controller', async () => {
    expect(await faults({ account: alice, there: [{ server: 'dc1', account: alice }], sid: alice.sid })).toEqual([]);
  });
  it('says of an account that is not there no more than that', async () => {
    expect(await faults({ account: undefined })).toEqual([
      'account wrong account-unknown',
      ...['upn', 'sid', 'enabled', 'rules'].map((each) => `account-${each} cannot-tell`),
    ]);
  });
  it('a name that leads to another account as well', async () => {
    expect(await faults({ account: new MayflyError('directory-ambiguous', 'bob is called alice as well') })).toEqual([
      'account-upn wrong directory-ambiguous',
      ...['sid', 'enabled', 'rules'].map((each) => `account-${each} cannot-tell`),
    ]);
  });
  it('an explicit name that is the implicit one of another account', async () => {
    const bob = { ...alice, name: 'bob', userPrincipalName: 'erin@corp.example' };
    const found = await accountFindings(
      { reference: 'erin@corp.example', sid: undefined },
      {
        account: async (reference) => {
          if (reference === 'erin') throw new MayflyError('directory-ambiguous', 'erin is called as bob is');
          return bob;
        },
        onEach: async () => [],
        bounds,
      },
    );
    expect(found.find(({ check }) => check === 'account-upn')?.verdict).toBe('wrong');
  });
  it('that is disabled, refused or called like another on one domain controller alone', async () => {
    const on = (change: Partial<Account>) => [{ server: 'dc2', account: { ...alice, ...change } }];
    expect(await faults({ account: alice, there: on({ obstacles: ['disabled'] }) })).toEqual([
      'account-enabled wrong account-unusable',
    ]);
    expect(await faults({ account: alice, there: on({ kind: 'computer' }) })).toEqual([
      expect.stringMatching(/^account-rules wrong /) as string,
    ]);
    const found = await accountFindings(
      { reference: 'alice', sid: undefined },
      {
        account: async () => alice,
        onEach: () => Promise.reject(new MayflyError('directory-ambiguous', 'dc2 knows two of that name')),
        bounds,
      },
    );
    expect(found.find(({ check }) => check === 'account-upn')?.verdict).toBe('wrong');
  });
  it('an explicit name that is the implicit one of another, whatever the account is asked for by', async () => {
    const asked: string[] = [];
    await accountFindings(
      { reference: alice.sid, sid: undefined },
      {
        account: async (reference) => {
          asked.push(reference);
          return { ...alice, name: 'a.smith', domain: 'corp.example', userPrincipalName: 'bob@corp.example' };
        },
        onEach: async () => [],
        bounds,
      },
    );
    expect(asked).toEqual([alice.sid, 'bob']);
  });
  it('throws on what the directory cannot tell: that is the end of this look', async () => {
    await expect(faults({ account: new MayflyError('directory-late', 'no answer') })).rejects.toMatchObject({
      code: 'directory-late',
    });
  });
  it('the SID that somebody takes it to have', async () => {
    expect(await faults({ account: alice, sid: OTHER_SID })).toEqual(['account-sid wrong account-sid']);
    const [, , said] = await accountFindings(
      { reference: 'alice', sid: OTHER_SID },
      { account: async () => ({ ...alice, sidHistory: [OTHER_SID] }), onEach: async () => [], bounds },
    );
    expect(said?.says).toContain('before it was moved');
  });
  it('a domain controller that does not have it yet, or by another name', async () => {
    const there = (account: Account | undefined) => [{ server: 'dc2', account }];
    expect(await faults({ account: alice, there: there(undefined) })).toEqual(['account-sid wrong account-changed']);
    expect(await faults({ account: alice, there: there({ ...alice, userPrincipalName: 'a@corp.example' }) })).toEqual([
      'account-upn wrong account-changed',
    ]);
  });
  it('an account that is disabled is no fault of the built-in rules, and the other way round', async () => {
    expect(await faults({ account: { ...alice, obstacles: ['the account is disabled'] } })).toEqual([
      'account-enabled wrong account-unusable',
    ]);
    expect(await faults({ account: { ...alice, adminCount: 1 } })).toEqual(['account-rules wrong admin-count']);
  });
});

describe('hostFindings', () => {
  const verdicts = (host: Host | undefined) => hostFindings(desk.name, host).map(({ check, verdict }) => `${check} ${verdict}`);
  it('tells a host that is not there from one that nothing proves', () => {
    expect(verdicts(desk)).toEqual(['host-account ok', 'host-spn ok']);
    expect(verdicts(undefined)).toEqual(['host-account wrong', 'host-spn cannot-tell']);
    expect(verdicts({ ...desk, obstacles: ['TERMSRV is elsewhere'] })).toEqual(['host-account ok', 'host-spn wrong']);
  });
});

describe('permissionFinding', () => {
  const verdict = async (rules: string, groups: readonly string[] = [], given: { account?: Account; host?: Host } = {}) => {
    const { account = alice, host = desk } = given;
    const directory = { account: async () => account, host: async () => host, hosts: async () => [host] };
    const ports = { directory, rules: () => rulesOf(rules), clock: () => time };
    const finding = await permissionFinding({ host: host.name, account: 'alice', groups }, ports, bounds);
    return `${finding.verdict} ${finding.code ?? ''}`.trim();
  };
  it('asks what a session is asked', async () => {
    expect(await verdict(permit('all'))).toBe('ok');
    expect(await verdict(permit('all'), [], { account: { ...alice, adminCount: 1 } })).toBe('wrong admin-count');
    expect(await verdict(permit('all'), [], { account: { ...alice, workstations: ['OTHER'] } })).toBe('wrong workstation');
    expect(await verdict(permit('all'), [], { host: { ...desk, obstacles: ['twice'] } })).toBe('wrong target-unproven');
  });
  it('cannot tell of rules that ask for groups while none is named', async () => {
    const elsewhere = '@id("elsewhere") permit (principal, action == Action::"open", resource in Label::"access=other");';
    expect(await verdict(elsewhere)).toBe('cannot-tell rules-no-permit');
    expect(await verdict(elsewhere, ['staff'])).toBe('wrong rules-no-permit');
    expect(await verdict(`${permit('all')} @id("no") forbid (principal, action, resource);`)).toBe('wrong rules-forbidden');
  });
});
