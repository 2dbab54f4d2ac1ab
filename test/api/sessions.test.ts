import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/client/api-client.ts';
import { CardChannel } from '../../src/client/card-channel.ts';
import { inTime } from '../in-time.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { hosts, person, type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let alice: ApiClient;
let approver: ApiClient;
let admin: ApiClient;
beforeAll(async () => {
  service = await serviceUnderTest();
  alice = service.client(service.token(['sessions', 'approve'], person('alice', ['approvers'])));
  approver = service.client(service.token(['approve', 'sessions'], person('carol', ['approvers'])));
  admin = service.client(service.token(['admin']));
});
const select = bytes('00 a4 04 00 09 a0 00 00 03 08 00 00 10 00');

describe('a session over HTTPS', () => {
  it('is asked for, granted, attached to, used, ended; the journal has all of it', async () => {
    const session = await alice.call('requestSession', { body: { target: hosts.own, reason: 'to see' } });
    expect(session).toMatchObject({
      state: 'granted',
      target: hosts.own,
      mode: 'card',
      account: 'alice@corp.example',
      cards: [],
    });
    const channel = await CardChannel.attach(alice, session.id);
    expect(channel.card.pin).toMatch(/^\d{8}$/);
    expect(hex((await channel.transmit(select)).slice(-2))).toBe('9000');
    const verify = new Uint8Array([0x00, 0x20, 0x00, 0x80, 0x08, ...Buffer.from(channel.card.pin, 'latin1')]);
    expect(hex(await channel.transmit(verify))).toBe('9000');
    channel.reset();
    expect(hex(await channel.transmit(bytes('00 20 00 80')))).toBe('6d00');
    const during = await alice.call('getSession', { params: { id: session.id } });
    expect(during.cards).toMatchObject([{ id: channel.card.card, state: 'live' }]);
    const over = await alice.call('endSession', { params: { id: session.id } });
    expect(over).toMatchObject({ state: 'ended', cards: [{ state: 'destroyed', cause: 'session-ended' }] });
    expect(await inTime(channel.ended, 'the end of the card')).toBe('session-ended');
    expect(service.custody.live).toBe(0);
    const events = service.journal().filter((entry) => entry['session'] === session.id);
    expect(events.map(({ event }) => event)).toEqual([
      'session-requested',
      'session-decided',
      'card-requested',
      'card-issued',
      'key-destroyed',
      'session-ended',
    ]);
    expect(JSON.stringify(events)).not.toContain(channel.card.pin);
  });

  it('waits for an approval that its own person cannot give, and is watched meanwhile', async () => {
    const session = await alice.call('requestSession', { body: { target: hosts.approved } });
    expect(session).toMatchObject({ state: 'awaiting-approval', approvals: [{ count: 1, group: 'approvers', given: 0 }] });
    const states: string[] = [];
    const watched = (async () => {
      for await (const { state } of alice.watch(session.id)) {
        states.push(state);
        if (state === 'granted') await alice.call('endSession', { params: { id: session.id } });
      }
    })();
    await expect(alice.call('approveSession', { params: { id: session.id }, body: {} })).rejects.toMatchObject({
      code: 'approval-not-yours',
      status: 403,
    });
    await expect(CardChannel.attach(alice, session.id)).rejects.toMatchObject({ code: 'session-not-granted', status: 409 });
    expect((await approver.call('listApprovals', {})).sessions.map(({ id }) => id)).toContain(session.id);
    await approver.call('approveSession', { params: { id: session.id }, body: { reason: 'agreed' } });
    await inTime(watched, 'the end of the stream');
    expect(states).toEqual(['awaiting-approval', 'granted', 'ended']);
  });
  it('is denied by whoever may approve', async () => {
    const session = await alice.call('requestSession', { body: { target: hosts.approved } });
    const denied = await approver.call('denySession', { params: { id: session.id }, body: {} });
    expect(denied).toMatchObject({ state: 'denied', cause: 'approval-denied' });
  });
  it('is denied by the rules, with the session that says so', async () => {
    const refusal = await alice.call('requestSession', { body: { target: hosts.closed } }).catch((e: unknown) => e);
    expect(refusal).toMatchObject({ code: 'session-denied', status: 403, why: 'rules-no-permit' });
    const { session = '' } = refusal as { readonly session?: string };
    expect(await alice.call('getSession', { params: { id: session } })).toMatchObject({ state: 'denied' });
  });
  it.each(['ticket', 'gateway'] as const)('in %s mode is refused by name', async (mode) => {
    await expect(alice.call('requestSession', { body: { target: hosts.own, mode } })).rejects.toMatchObject({
      code: 'mode-not-built',
    });
  });
  it('is not asked for with a member that is not known', async () => {
    const body = { target: hosts.own, acount: 'alice' };
    await expect(alice.call('requestSession', { body })).rejects.toMatchObject({
      code: 'request-invalid',
      message: 'body has a member "acount" that is not known here',
    });
  });
  it.each(['\u202e', 'a\nb', '\u2028', '\ud800', '\0', '\u001b[2J', ''])(
    'is not asked for with a reason such as %j',
    async (reason) => {
      const refused = alice.call('requestSession', { body: { target: hosts.own, reason } });
      await expect(refused).rejects.toMatchObject({ code: 'request-invalid', status: 400 });
    },
  );
  it("is nobody else's to see, list, watch, end, attach", async () => {
    const { id } = await alice.call('requestSession', { body: { target: hosts.own } });
    const bob = service.client(service.token(['sessions', 'approve'], person('bob')));
    const unknown = { code: 'session-unknown', status: 404 };
    await expect(bob.call('getSession', { params: { id } })).rejects.toMatchObject(unknown);
    await expect(bob.call('endSession', { params: { id } })).rejects.toMatchObject(unknown);
    await expect(bob.call('approveSession', { params: { id }, body: {} })).rejects.toMatchObject(unknown);
    await expect(bob.watch(id).next()).rejects.toMatchObject(unknown);
    await expect(CardChannel.attach(bob, id)).rejects.toMatchObject(unknown);
    expect((await bob.call('listSessions', {})).sessions).toEqual([]);
    // Who sees all may end it, and gets no card of it.
    expect(await admin.call('getSession', { params: { id } })).toMatchObject({ id });
    await expect(CardChannel.attach(admin, id)).rejects.toMatchObject(unknown);
    await admin.call('endSession', { params: { id } });
  });
  it('comes in pages', async () => {
    const carol = service.client(service.token(['sessions'], person('carol')));
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await carol.call('requestSession', { body: { target: hosts.own } })).id);
    const first = await carol.call('listSessions', { query: { limit: '3' } });
    const second = await carol.call('listSessions', { query: { limit: '3', before: first.next } });
    expect([...first.sessions, ...second.sessions].map(({ id }) => id)).toEqual(made);
    expect(second.next).toBeUndefined();
    expect((await carol.call('listSessions', { query: { state: 'ended' } })).sessions).toEqual([]);
  });
});

describe('a launcher', () => {
  it('is nobody by itself', async () => {
    const launcher = service.client(service.token(['sessions']));
    await expect(launcher.call('requestSession', { body: { target: hosts.own } })).rejects.toMatchObject({
      code: 'person-missing',
      status: 400,
    });
  });
  it('names a person only where the rules let it; the journal shows both', async () => {
    const token = service.token(['sessions']);
    const launcher = service.client(token);
    const session = await launcher.call('requestSession', { body: { target: hosts.named, person: 'bob@corp.example' } });
    expect(session).toMatchObject({ state: 'granted', caller: 'a launcher', person: 'bob@corp.example' });
    expect(service.journal().find((entry) => entry['session'] === session.id)).toMatchObject({
      caller: `token:${token.split('_')[1]}`,
      callerName: 'a launcher',
      person: 'directory#bob@corp.example',
    });
    for (const [target, named, code] of [
      [hosts.own, 'bob@corp.example', 'session-denied'],
      [hosts.named, 'nobody@corp.example', 'person-unknown'],
    ] as const) {
      await expect(launcher.call('requestSession', { body: { target, person: named } })).rejects.toMatchObject({ code });
    }
  });
  it('that is a person acts for nobody else', async () => {
    const body = { target: hosts.named, person: 'bob@corp.example' };
    await expect(alice.call('requestSession', { body })).rejects.toMatchObject({ code: 'request-invalid', status: 400 });
  });
  it('sees what may be asked for', async () => {
    expect((await alice.call('listTargets', {})).targets).toContainEqual({ name: hosts.own, labels: { access: 'self' } });
  });
});

describe('scopes', () => {
  it('are asked for at every door', async () => {
    const only = (scope: 'sessions' | 'journal' | 'metrics' | 'approve') => service.client(service.token([scope]));
    const lacking = { code: 'scope-missing', status: 403 };
    await expect(only('journal').call('listSessions', {})).rejects.toMatchObject(lacking);
    await expect(only('sessions').call('readJournal', {})).rejects.toMatchObject(lacking);
    await expect(only('sessions').call('listApprovals', {})).rejects.toMatchObject(lacking);
    await expect(only('sessions').stream('readMetrics', {}).next()).rejects.toMatchObject(lacking);
    await expect(only('metrics').stream('exportJournal', {}).next()).rejects.toMatchObject(lacking);
    await expect(CardChannel.attach(only('metrics'), '0'.repeat(32))).rejects.toMatchObject(lacking);
  });
  it('and tokens end', async () => {
    const token = service.token(['sessions'], person('alice'), 1);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await expect(service.client(token).call('listSessions', {})).rejects.toMatchObject({ code: 'token-expired', status: 401 });
  });
});
