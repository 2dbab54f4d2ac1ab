import type { JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { CardChannel } from '../../src/client/card-channel.ts';
import { RESOURCE, ServedProvider } from './identity/served-provider.ts';
import { signingKey } from './identity/signing-key.ts';
import { hosts, type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

let provider: ServedProvider;
let service: ServiceUnderTest;
let first: JWK;
const claims = (name: string, ...groups: readonly string[]) => ({ upn: `${name}@corp.example`, groups, amr: ['pwd', 'otp'] });
beforeAll(async () => {
  first = await signingKey('RS256', 'first');
  provider = await ServedProvider.start([first]);
  service = await serviceUnderTest({ providers: [{ issuer: provider.issuer, audiences: [RESOURCE] }] });
  return () => provider.stop();
});
const logOn = async (name: string, ...groups: readonly string[]) =>
  (await provider.logOn(name, claims(name, ...groups))).accessToken;
const body = { target: hosts.own };

describe('people and launchers of a real OpenID provider', () => {
  it('a person gets a session, a card, and nobody else sees it', async () => {
    const alice = service.client(await logOn('alice'));
    const session = await alice.call('requestSession', { body });
    expect(session).toMatchObject({ state: 'granted', person: 'alice@corp.example', account: 'alice@corp.example' });
    const channel = await CardChannel.attach(alice, session.id);
    await channel.release();
    const bob = service.client(await logOn('bob'));
    await expect(bob.call('getSession', { params: { id: session.id } })).rejects.toMatchObject({ code: 'session-unknown' });
    // Another token of the same person is the same person.
    const again = service.client(await logOn('alice'));
    expect(await again.call('endSession', { params: { id: session.id } })).toMatchObject({ state: 'ended' });
  });
  it('a person approves for another, and not for themselves', async () => {
    const alice = service.client(await logOn('alice', 'approvers'));
    const { id } = await alice.call('requestSession', { body: { target: hosts.approved } });
    await expect(alice.call('approveSession', { params: { id }, body: {} })).rejects.toMatchObject({
      code: 'approval-not-yours',
    });
    const carol = service.client(await logOn('carol', 'approvers'));
    expect(await carol.call('approveSession', { params: { id }, body: {} })).toMatchObject({ state: 'granted' });
  });
  it("a launcher acts for a person with that person's own token; the journal shows both", async () => {
    const launcher = service.client(await provider.clientToken());
    await expect(launcher.call('requestSession', { body })).rejects.toMatchObject({ code: 'person-missing' });
    const shown = { 'on-behalf-of': `Bearer ${await logOn('alice')}` };
    const { id } = await launcher.call('requestSession', { body, headers: shown });
    const entry = service.journal().find((each) => each['session'] === id);
    expect(entry).toMatchObject({ caller: `client:${provider.issuer}#portal`, person: `${provider.issuer}#alice` });
    // The person whose session it is sees it too.
    const alice = service.client(await logOn('alice'));
    expect(await alice.call('getSession', { params: { id } })).toMatchObject({ id });
  });
  it.each([
    ["the launcher's own token", async () => `Bearer ${await provider.clientToken()}`, 401, 'token-malformed'],
    ['a token of the service', async () => `Bearer ${service.token(['sessions'])}`, 401, 'token-malformed'],
    [
      'a token without a signature',
      async () => {
        const [, payload] = (await logOn('alice')).split('.');
        return `Bearer ${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
      },
      401,
      'token-algorithm',
    ],
    [
      "a token with another's signature",
      async () => {
        const [head, , signature] = (await logOn('alice')).split('.');
        const [, payload] = (await logOn('bob')).split('.');
        return `Bearer ${head}.${payload}.${signature}`;
      },
      401,
      'token-signature',
    ],
    ['no scheme', () => logOn('alice'), 401, 'token-malformed'],
    ['two tokens', async () => `Bearer ${await logOn('alice')}, Bearer ${await logOn('bob')}`, 401, 'token-malformed'],
    ['nothing', async () => '', 401, 'token-malformed'],
  ])('a launcher that shows %s acts for nobody', async (_, shown, status, code) => {
    const launcher = service.client(await provider.clientToken());
    const refused = launcher.call('requestSession', { body, headers: { 'on-behalf-of': await shown() } });
    await expect(refused).rejects.toMatchObject({ status, code });
  });
  it('a person shows no token of another, and names nobody else beside one', async () => {
    const alice = service.client(await logOn('alice'));
    const shown = { 'on-behalf-of': `Bearer ${await logOn('bob')}` };
    await expect(alice.call('requestSession', { body, headers: shown })).rejects.toMatchObject({ code: 'request-invalid' });
    const launcher = service.client(await provider.clientToken());
    const both = { headers: shown, body: { ...body, person: 'alice@corp.example' } };
    await expect(launcher.call('requestSession', both)).rejects.toMatchObject({ code: 'request-invalid' });
  });
  it('a launcher approves nothing, even with the scope', async () => {
    const { id } = await service.client(await logOn('bob')).call('requestSession', { body: { target: hosts.approved } });
    const launcher = service.client(await provider.clientToken());
    await expect(launcher.call('approveSession', { params: { id }, body: {} })).rejects.toMatchObject({ code: 'scope-missing' });
    const robot = service.client(service.token(['approve', 'sessions', 'admin']));
    await expect(robot.call('approveSession', { params: { id }, body: {} })).rejects.toMatchObject({
      code: 'approval-not-yours',
    });
  });
  it('keys change at the provider, and the service follows; a withdrawn key lets nobody in', async () => {
    const before = await logOn('alice');
    const second = await signingKey('RS256', 'second');
    provider.restart([second]);
    const after = service.client(await logOn('alice'));
    await expect(after.call('requestSession', { body })).rejects.toMatchObject({ status: 401, code: 'token-signature' });
    // An unknown key is looked for twice a minute at most.
    service.later.seconds += 30;
    expect(await after.call('requestSession', { body })).toMatchObject({ state: 'granted' });
    await expect(service.client(before).call('listSessions', {})).rejects.toMatchObject({ status: 401, code: 'token-signature' });
  });
  it('a token ends', async () => {
    const alice = service.client(await logOn('alice'));
    expect(await alice.call('listSessions', {})).toHaveProperty('sessions');
    service.later.seconds += 3700;
    await expect(alice.call('listSessions', {})).rejects.toMatchObject({ status: 401, code: 'token-expired' });
  });
});
