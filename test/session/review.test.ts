import { beforeAll, describe, expect, it } from 'vitest';
import type { DirectoryFile } from '../../src/directory/directory-schema.ts';
import type { Directory } from '../../src/session/ports.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { inTime } from '../in-time.ts';
import {
  alice,
  caller,
  directoryFile,
  type Issuing,
  type Made,
  madeIssuing,
  madeSessions,
  person,
  requestOf,
  rulesOf,
} from './made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
const launcher = { ...caller('launcher'), person: undefined };
const mayNothing = rulesOf('@id("nothing") @says("the house is closed") forbid (principal, action, resource);');
const mayOthers = rulesOf('@id("others") permit (principal == Person::"x#y", action == Action::"open", resource);');
const unlabelled: DirectoryFile = { ...directoryFile, hosts: [{ name: 'ts1.corp.example' }] };
const [alices, ...others] = directoryFile.accounts ?? [];
const withAlice = (given: Partial<NonNullable<DirectoryFile['accounts']>[number]>): DirectoryFile => ({
  ...directoryFile,
  ...(alices ? { accounts: [{ ...alices, ...given }, ...others] } : {}),
});
/** Looks and waits of the review, until what is waited for is there. */
const passing = (made: Made, isThere: () => boolean, what: string): Promise<void> =>
  inTime(
    (async () => {
      while (!isThere()) {
        made.time.pass(1);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })(),
    what,
  );
/** One item for each time that the rules are asked from now on. */
function counted({ world }: Made): readonly unknown[] {
  const looks: unknown[] = [];
  const { rules } = world;
  world.rules = {
    ...rules,
    decide(question) {
      looks.push(question);
      return rules.decide(question);
    },
  };
  return looks;
}
const isOver = (made: Made, id: string) => () => made.sessions.get(alice, id).state !== 'granted';

async function inUse(made: Made, given: Parameters<typeof requestOf>[1] = {}) {
  const { id } = await made.sessions.request(requestOf(alice, given));
  const held = await made.sessions.openCard(alice, id, 'card');
  return { id, held };
}

describe('a session that goes on', () => {
  it.each<[string, Partial<Made['world']>, string, string]>([
    ['a rule forbids it', { rules: mayNothing }, 'rules-forbidden', 'the house is closed'],
    ['no rule permits it', { rules: mayOthers }, 'rules-no-permit', 'no rule gives'],
    ['its account is disabled', { directory: withAlice({ disabled: true }) }, 'account-unusable', 'disabled'],
    ['its account has expired', { directory: withAlice({ expires: '2020-01-01' }) }, 'account-unusable', 'expired'],
    ['its account becomes an administrator', { directory: withAlice({ adminCount: 1 }) }, 'admin-count', 'adminCount'],
    ['its account is gone', { directory: { ...directoryFile, accounts: others } }, 'account-unknown', 'no such account'],
    ['its host is gone', { directory: { ...directoryFile, hosts: [] } }, 'target-unknown', 'no such host'],
    ['its host is labelled otherwise', { directory: unlabelled }, 'rules-no-permit', 'no rule gives'],
  ])('ends when %s, with its card, and the journal says why', async (_, change, cause, sentence) => {
    const made = madeSessions(issuing);
    const { id, held } = await inUse(made);
    Object.assign(made.world, change);
    made.sessions.reviewAll();
    await passing(made, isOver(made, id), 'the end of the session');
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'ended', cause });
    expect(await held.ended).toBe('session-ended');
    const [entry] = made.entries('session-ended');
    expect(entry).toMatchObject({ session: id, state: 'ended', cause });
    expect(String(entry?.['sentence'])).toContain(sentence);
  });
  it('is looked at every five minutes by itself, also before anybody has used it', async () => {
    const made = madeSessions(issuing);
    const { id } = await made.sessions.request(requestOf(alice));
    made.time.pass(2);
    made.world.directory = withAlice({ disabled: true });
    made.time.pass(290);
    await new Promise((resolve) => setImmediate(resolve));
    expect(made.sessions.get(alice, id).state).toBe('granted');
    await passing(made, isOver(made, id), 'the end of the session');
    expect(made.sessions.get(alice, id).cause).toBe('account-unusable');
  });
  it('that was decided by the rules before and is granted after them is none the less decided by those of now', async () => {
    const made = madeSessions(issuing);
    const { rules } = made.world;
    made.world.rules = {
      ...rules,
      decide(question) {
        // As if others came into force while its entry is written.
        made.world.rules = mayNothing;
        made.sessions.reviewAll();
        return rules.decide(question);
      },
    };
    const { id, state } = await made.sessions.request(requestOf(alice));
    expect(state).toBe('granted');
    const since = made.time.clock();
    await passing(made, isOver(made, id), 'the end of the session');
    expect(made.time.clock() - since).toBeLessThan(100);
  });
  it('goes on as it was while rules and directory give it', async () => {
    const made = madeSessions(issuing);
    const { id } = await inUse(made);
    const before = made.sessions.get(alice, id);
    const looks = counted(made);
    await passing(made, () => 3 <= looks.length, 'three decisions');
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'granted', until: before.until, channels: before.channels });
    expect(made.entries('session-decided')).toHaveLength(1);
  });
  it('is not ended by whoever types wrong passwords until the account is locked', async () => {
    const made = madeSessions(issuing);
    const { id } = await inUse(made);
    made.world.directory = withAlice({ locked: true });
    const looks = counted(made);
    made.sessions.reviewAll();
    await passing(made, () => looks.length === 1, 'a decision');
    expect(made.sessions.get(alice, id).state).toBe('granted');
  });
  it('loses what the rules no longer give, and is decided once more in the journal', async () => {
    const made = madeSessions(issuing);
    const give = (terms: string) => rulesOf(`@id("own") ${terms} permit (principal, action == Action::"open", resource);`);
    made.world.rules = give('@minutes("480") @channels("drives clipboard-in")');
    const { id } = await inUse(made);
    const { until } = made.sessions.get(alice, id);
    made.world.rules = give('@minutes("30") @channels("clipboard-in audio-out")');
    made.sessions.reviewAll();
    await passing(made, () => made.sessions.get(alice, id).minutes === 30, 'the new terms');
    const now = made.sessions.get(alice, id);
    expect(now).toMatchObject({ state: 'granted', channels: ['clipboard-in'] });
    expect(now.until).toBeLessThan(until);
    expect(made.entries('session-decided').map(({ minutes }) => minutes)).toContain(30);
    expect(made.sessions.counters.granted).toBe(1);
  });
  it('ends with whoever it is for, where the directory knows them and the account is shared', async () => {
    const made = madeSessions(issuing);
    made.world.rules = rulesOf(
      '@id("shared") permit (principal, action, resource) when { context.account.name == "ops" };'.replace(
        'action,',
        'action == Action::"open",',
      ),
    );
    const { id } = await inUse(made, { account: 'ops' });
    made.world.directory = withAlice({ disabled: true });
    made.sessions.reviewAll();
    await passing(made, isOver(made, id), 'the end of the session');
    expect(made.sessions.get(alice, id).cause).toBe('person-unknown');
  });
  it('is judged by the groups of now where the directory vouches for its person', async () => {
    const made = madeSessions(issuing);
    made.world.directory = withAlice({ memberOf: ['Operators'] });
    made.world.rules = rulesOf('@id("ops") permit (principal in Group::"Operators", action == Action::"open", resource);');
    const whom = { ...person('alice', ['Operators']), issuer: 'mayfly', subject: alices?.sid ?? '' };
    const { id } = await made.sessions.request(requestOf(launcher, { person: whom, proof: 'token' }));
    made.world.directory = directoryFile;
    made.sessions.reviewAll();
    await passing(made, () => made.sessions.get(launcher, id).state !== 'granted', 'the end of the session');
    expect(made.sessions.get(launcher, id).cause).toBe('rules-no-permit');
  });
  it('is judged by where it was opened from', async () => {
    const made = madeSessions(issuing);
    const from = (range: string) =>
      rulesOf(
        `@id("near") permit (principal, action == Action::"open", resource) when { context.network.isInRange(ip("${range}")) };`,
      );
    made.world.rules = from('10.0.0.0/8');
    const { id } = await made.sessions.request(requestOf(alice, { network: '10.0.0.7' }));
    await made.sessions.openCard(alice, id, 'card', '10.9.9.9');
    made.world.rules = from('10.0.0.0/24');
    made.sessions.reviewAll();
    await passing(made, isOver(made, id), 'the end of the session');
    expect(made.sessions.get(alice, id).cause).toBe('rules-no-permit');
  });
});

const known: Directory = {
  async account(reference) {
    const found = (directoryFile.accounts ?? []).find(({ sid, userPrincipalName }) =>
      [sid, userPrincipalName].includes(reference),
    );
    const { name = '', userPrincipalName = '', sid = '' } = found ?? {};
    const usual = {
      domain: 'corp.example',
      kind: 'user',
      obstacles: [],
      groupSids: [],
      groups: [],
      adminCount: 0,
      sidHistory: [],
    } as const;
    return found && { ...usual, name, userPrincipalName, sid };
  },
  host: async (name) => ({ name, labels: { access: 'self' }, organizationalUnits: [] }),
  hosts: async () => [],
};
describe('a directory that does not answer', () => {
  function withDirectory() {
    const answers = { isSilent: false };
    const asked: string[] = [];
    const made: Made = madeSessions(issuing, {
      ports: {
        directory: {
          async account(reference) {
            if (!answers.isSilent) return known.account(reference);
            asked.push(reference);
            throw new MayflyError('directory-silent', 'no answer');
          },
          host: (name) => known.host(name),
          hosts: () => known.hosts(),
        },
      },
    });
    return { made, answers, asked };
  }
  it('is no denial at once, and one in the end', async () => {
    const { made, answers } = withDirectory();
    const { id, held } = await inUse(made);
    made.time.pass(1);
    const since = made.time.clock();
    answers.isSilent = true;
    await passing(made, isOver(made, id), 'the end of the session');
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'ended', cause: 'undecided' });
    expect(made.time.clock() - since).toBeGreaterThanOrEqual(899);
    expect(await held.ended).toMatch(/session-ended|expired/);
  });
  it('ends nothing where it answers again in time', async () => {
    const { made, answers, asked } = withDirectory();
    const { id } = await inUse(made);
    answers.isSilent = true;
    await passing(made, () => 3 <= asked.length, 'three questions');
    answers.isSilent = false;
    const until = made.sessions.get(alice, id).until - 100;
    await passing(made, () => until <= made.time.clock(), 'the time of the session');
    expect(made.sessions.get(alice, id).state).toBe('granted');
  });
  it('is not asked for every session while it is silent', async () => {
    const { made, answers, asked } = withDirectory();
    for (let i = 0; i < 20; i++) await made.sessions.request(requestOf(alice));
    made.time.pass(2);
    answers.isSilent = true;
    made.sessions.reviewAll();
    const begun = made.time.elapsed();
    await passing(made, () => begun + 25_000 <= made.time.elapsed(), 'half a minute');
    expect(asked).toHaveLength(3);
  });
});

describe('many sessions', () => {
  it('are decided again one at a time', async () => {
    let atOnce = 0;
    let most = 0;
    const made: Made = madeSessions(issuing, {
      ports: {
        directory: {
          async account(reference) {
            most = Math.max(most, ++atOnce);
            await new Promise((resolve) => setImmediate(resolve));
            atOnce--;
            return known.account(reference);
          },
          host: (name) => known.host(name),
          hosts: () => known.hosts(),
        },
      },
    });
    for (let i = 0; i < 30; i++) await made.sessions.request(requestOf(alice));
    made.time.pass(1);
    const looks = counted(made);
    made.sessions.reviewAll();
    await passing(made, () => looks.length === 30, 'thirty decisions');
    expect(most).toBe(1);
  });
});
