import { beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
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
  ruleText,
  written,
} from './made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
const granted = async (made: Made, by = alice) => (await made.sessions.request(requestOf(by))).id;
const approval = { target: 'db1.corp.example', account: 'ops' };
const [first, second] = [caller('approver1'), caller('approver2')];

describe('a request', () => {
  it('is granted, and both entries are there when it says so', async () => {
    const { sessions, entries, events, time } = madeSessions(issuing);
    const view = await sessions.request(requestOf(alice, { reason: 'patching' }));
    expect(view).toMatchObject({ state: 'granted', host: 'ts1.corp.example', rules: ['own'], minutes: 60, cards: [] });
    expect(view.until).toBe(time.clock() + 600);
    expect(events()).toEqual(['session-requested', 'session-decided']);
    expect(entries('session-requested')).toMatchObject([
      { session: view.id, caller: alice.id, reason: 'patching', network: '10.0.0.7' },
    ]);
    expect(entries('session-decided')).toMatchObject([{ effect: 'granted', userPrincipalName: 'alice@corp.example' }]);
  });
  it.each([
    ['a host that the directory does not know', { target: 'nowhere.corp.example' }, 'target-unknown'],
    ['an account that it does not know', { account: 'nobody' }, 'account-unknown'],
    ['a person without an account', { person: { ...person('x'), userPrincipalName: undefined } }, 'account-not-mapped'],
    ['what no rule permits', { target: 'closed.corp.example' }, 'rules-no-permit'],
  ])('is denied for %s, which is a session and an entry too', async (_, given, cause) => {
    const { sessions, entries } = madeSessions(issuing);
    const view = await sessions.request(requestOf(alice, given));
    expect(view).toMatchObject({ state: 'denied', minutes: 0 });
    expect(view.cause).toContain(cause.split('-')[0]);
    expect(entries('session-decided')).toMatchObject([{ effect: 'denied', session: view.id }]);
    expect(sessions.get(alice, view.id).state).toBe('denied');
    expect(sessions.openSessions).toBe(0);
    await expect(sessions.openCard(alice, view.id, 'card')).rejects.toMatchObject({ code: 'session-over' });
    expect([...sessions.counters.refusals.keys()]).toEqual([view.cause]);
  });
  it('is not there at all when the directory cannot tell', async () => {
    const gone = () => Promise.reject(new Error('no directory'));
    const { sessions, events } = madeSessions(issuing, { ports: { directory: { account: gone, host: gone, hosts: gone } } });
    await expect(sessions.request(requestOf(alice))).rejects.toThrow('no directory');
    expect(events()).toEqual([]);
  });
});

describe('an approval', () => {
  it('comes from as many as the rule asks for, and only then is the session granted', async () => {
    const { sessions, entries } = madeSessions(issuing);
    const { id, state, needed } = await sessions.request(requestOf(alice, approval));
    expect([state, needed]).toEqual(['awaiting-approval', [{ count: 2, group: 'approvers' }]]);
    await expect(sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-not-granted' });
    expect(sessions.awaiting(first).map((view) => view.id)).toEqual([id]);
    expect(await sessions.approve(first, id, 'approve')).toMatchObject({ state: 'awaiting-approval' });
    await expect(sessions.approve(first, id, 'approve')).rejects.toMatchObject({ code: 'approval-given' });
    expect(await sessions.approve(second, id, 'approve', 'ticket 12')).toMatchObject({ state: 'granted' });
    expect(entries('approval-given')).toMatchObject([{ verdict: 'approve' }, { verdict: 'approve', reason: 'ticket 12' }]);
    const { certificate } = await sessions.openCard(alice, id, 'card');
    expect(readCertificate(certificate).subjectText).toContain('ops');
  });
  it('is denied by one', async () => {
    const { sessions, entries } = madeSessions(issuing);
    const { id } = await sessions.request(requestOf(alice, approval));
    expect(await sessions.approve(first, id, 'deny', 'not today')).toMatchObject({ state: 'denied', cause: 'approval-denied' });
    await expect(sessions.approve(second, id, 'approve')).rejects.toMatchObject({ code: 'session-unknown' });
    expect(entries('session-decided').map(({ effect }) => effect)).toEqual(['awaiting-approval', 'denied']);
  });
  it('is nobody’s own, nor that of who has no such group or no token for it', async () => {
    const { sessions } = madeSessions(issuing);
    const own = caller('approver1');
    const { id } = await sessions.request(requestOf(own, approval));
    await expect(sessions.approve(own, id, 'approve')).rejects.toMatchObject({ code: 'approval-not-yours' });
    for (const other of [caller('bob'), caller('approver2', { scopes: ['sessions'] }), caller('launcher', { person: undefined })])
      await expect(sessions.approve(other, id, 'approve')).rejects.toMatchObject({ code: 'session-unknown' });
    const admin = caller('approver2', { scopes: ['sessions', 'admin'] });
    await expect(sessions.approve(admin, id, 'approve')).rejects.toMatchObject({ code: 'approval-not-yours' });
  });
  it('that is not given in time expires the session', async () => {
    const { sessions, time, entries } = madeSessions(issuing);
    const { id } = await sessions.request(requestOf(alice, approval));
    time.pass(600);
    await written();
    await written();
    expect(sessions.get(alice, id)).toMatchObject({ state: 'expired', cause: 'not-approved' });
    expect(entries('session-ended')).toMatchObject([{ state: 'expired', cause: 'not-approved' }]);
  });
  it('that comes too late, before anybody has looked, is not taken', async () => {
    const { sessions, time } = madeSessions(issuing);
    const { id } = await sessions.request(requestOf(alice, approval));
    time.set(600);
    await expect(sessions.approve(first, id, 'approve')).rejects.toMatchObject({ code: 'session-over' });
    expect(sessions.get(alice, id)).toMatchObject({ state: 'expired', given: [] });
  });
});

describe('the first use', () => {
  it('decides anew: by the rules of that moment', async () => {
    const made = madeSessions(issuing);
    const id = await granted(made);
    made.world.rules = rulesOf(`${ruleText}\n@id("off") forbid (principal, action, resource);`);
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-refused' });
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'failed', cards: [] });
    expect(made.entries('session-ended')).toMatchObject([{ state: 'failed' }]);
    expect(made.events()).not.toContain('card-requested');
  });
  it.each([
    ['is disabled', { disabled: true }, 'account-unusable'],
    ['has another name', { userPrincipalName: 'alice2@corp.example' }, 'account-changed'],
    ['has become an administrator', { adminCount: 1 }, 'admin-count'],
    ['is gone', { sid: 'S-1-5-21-1004336348-1177238915-682003330-9999' }, 'account-unknown'],
  ])('decides anew: no card when the account %s', async (_, change, cause) => {
    const made = madeSessions(issuing);
    const id = await granted(made);
    made.world.rules = rulesOf('@id("all") permit (principal, action == Action::"open", resource);');
    const [account, ...others] = directoryFile.accounts ?? [];
    made.world.directory = { ...directoryFile, accounts: [{ ...account!, ...change }, ...others] };
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-refused' });
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'failed', cause });
  });
  it('decides anew: an approval that the rules ask for now was not given', async () => {
    const made = madeSessions(issuing);
    const id = await granted(made);
    made.world.rules = rulesOf(ruleText.replace('@minutes("60")', '@minutes("60") @approve("1 of approvers")'));
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-refused' });
    expect(made.sessions.get(alice, id)).toMatchObject({ cause: 'approval-missing' });
  });
  it('decides anew: by the groups that the person’s token names now', async () => {
    const made = madeSessions(issuing);
    made.world.rules = rulesOf('@id("members") permit (principal in Group::"staff", action == Action::"open", resource);');
    const staff = caller('alice', { person: person('alice', ['staff']) });
    const { id } = await made.sessions.request(requestOf(staff));
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-refused' });
  });
  it('gives the card, and the session as long as its rule says', async () => {
    const made = madeSessions(issuing);
    const id = await granted(made);
    made.time.pass(599);
    const held = await made.sessions.openCard(alice, id, 'card');
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'granted', until: made.time.clock() + 3600 });
    expect(made.events().slice(2)).toEqual(['card-requested', 'card-issued']);
    expect(made.entries('card-issued')).toMatchObject([
      { serialNumber: held.serialNumber, ca: 'lab', session: id, card: held.id },
    ]);
    expect(made.sessions.get(alice, id).cards).toMatchObject([{ id: held.id, state: 'live', operations: 0 }]);
  });
  it('that never comes expires the session', async () => {
    const made = madeSessions(issuing);
    const id = await granted(made);
    made.time.pass(601);
    await written();
    await written();
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'expired', cause: 'not-used' });
    expect(made.sessions.openSessions).toBe(0);
  });
  it('in another mode, or of a session that is not there, is refused', async () => {
    const made = madeSessions(issuing);
    const id = await granted(made);
    await expect(made.sessions.openCard(alice, id, 'ticket')).rejects.toMatchObject({ code: 'session-other-mode' });
    await expect(made.sessions.openCard(alice, 'no such', 'card')).rejects.toMatchObject({ code: 'session-unknown' });
  });
});

describe('one caller', () => {
  it('sees, opens and ends nothing of another; an administrator sees and ends, and opens nothing', async () => {
    const made = madeSessions(issuing);
    const { sessions } = made;
    const id = await granted(made);
    const [bob, admin] = [caller('bob'), caller('root', { scopes: ['admin'] })];
    const alike = caller('alice', { id: 'token:x', person: { ...person('alice'), issuer: 'https://other.example' } });
    for (const other of [bob, alike, caller('approver1')]) {
      expect(() => sessions.get(other, id)).toThrow('no such session');
      expect(() => sessions.watch(other, id, () => undefined)).toThrow('no such session');
      expect(sessions.list(other, { limit: 10 })).toEqual([]);
      await expect(sessions.openCard(other, id, 'card')).rejects.toMatchObject({ code: 'session-unknown' });
      await expect(sessions.end(other, id)).rejects.toMatchObject({ code: 'session-unknown' });
    }
    await expect(sessions.openCard(admin, id, 'card')).rejects.toMatchObject({ code: 'session-unknown' });
    expect(sessions.list(admin, { limit: 10 }).map((view) => view.id)).toEqual([id]);
    expect(await sessions.end(admin, id)).toMatchObject({ state: 'ended' });
    expect(() => sessions.get(bob, id)).toThrow('no such session');
  });
  it('who approves does not end', async () => {
    const { sessions } = madeSessions(issuing);
    const { id } = await sessions.request(requestOf(alice, approval));
    expect(sessions.get(first, id).id).toBe(id);
    await expect(sessions.end(first, id)).rejects.toMatchObject({ code: 'session-unknown' });
  });
  it('and the person it asked for both see the session; a launcher sees only its own', async () => {
    const { sessions } = madeSessions(issuing);
    const launcher = caller('launcher', { id: 'token:l', person: undefined });
    const { id } = await sessions.request(requestOf(launcher, { proof: 'token', person: person('alice') }));
    const { id: other } = await sessions.request(requestOf(caller('bob')));
    expect(sessions.list(launcher, { limit: 10 }).map((view) => view.id)).toEqual([id]);
    expect(sessions.list(alice, { limit: 10 }).map((view) => view.id)).toEqual([id]);
    expect(sessions.list(caller('root', { scopes: ['admin'] }), { limit: 10 }).map((view) => view.id)).toEqual([other, id]);
  });
});
