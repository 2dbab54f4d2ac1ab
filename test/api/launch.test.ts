import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/client/api-client.ts';
import { hosts, person, type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let alice: ApiClient;
let aliceToken: string;
const launched: string[] = [];
beforeAll(async () => {
  service = await serviceUnderTest({
    launch: ({ id: caller }, { id, channels }) => {
      launched.push(id);
      const said = { host: 'gateway', port: 3389, handle: 'h', token: `t for ${caller}`, seconds: 120, fingerprint: 'f0' };
      return { ...said, file: `channels:${channels.join()}\r\n` };
    },
    reauthenticate: async ({ id: caller }, session, network) => ({
      card: `${caller} ${session} ${network}`,
      pin: '01234567',
      seconds: 120,
    }),
  });
  aliceToken = service.token(['sessions'], person('alice'));
  alice = service.client(aliceToken);
});
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'nothing',
    (e: unknown) => (e as { code?: string }).code,
  );
const launchOf = (client: ApiClient, id: string) => client.call('launchSession', { params: { id } });

describe('POST /v1/sessions/:id/launch', () => {
  it('gives its owner what opens a granted session, and nobody else', async () => {
    const { id } = await alice.call('requestSession', { body: { target: hosts.own, mode: 'gateway' } });
    await expect(launchOf(alice, id)).resolves.toMatchObject({
      host: 'gateway',
      port: 3389,
      handle: 'h',
      seconds: 120,
      fingerprint: 'f0',
    });
    const others = [service.token(['sessions'], person('bob')), service.token(['admin'])];
    for (const token of others) await expect(refusal(launchOf(service.client(token), id))).resolves.toBe('session-unknown');
    expect(launched).toEqual([id]);
    await alice.call('endSession', { params: { id } });
    await expect(refusal(launchOf(alice, id))).resolves.toBe('session-over');
  });
  it('gives a file to whoever asks for one', async () => {
    const { id } = await alice.call('requestSession', { body: { target: hosts.own, mode: 'gateway' } });
    const got = await service.app.inject({
      method: 'POST',
      url: `/v1/sessions/${id}/launch`,
      headers: { authorization: `Bearer ${aliceToken}`, accept: 'application/x-rdp', host: 'localhost' },
    });
    expect([got.statusCode, got.headers['content-type'], got.body]).toEqual([200, 'application/x-rdp', 'channels:\r\n']);
    expect(got.headers['content-disposition']).toBe(`attachment; filename="${hosts.own}.rdp"`);
  });
  it('refuses sessions of another mode, and those that wait for their approval', async () => {
    const card = await alice.call('requestSession', { body: { target: hosts.own } });
    await expect(refusal(launchOf(alice, card.id))).resolves.toBe('session-other-mode');
    const waiting = await alice.call('requestSession', { body: { target: hosts.approved, mode: 'gateway' } });
    await expect(refusal(launchOf(alice, waiting.id))).resolves.toBe('session-not-granted');
  });
});

describe('POST /v1/sessions/:id/reauthenticate', () => {
  it("is its owner's alone", async () => {
    const { id } = await alice.call('requestSession', { body: { target: hosts.own, mode: 'gateway' } });
    const given = await alice.call('reauthenticate', { params: { id } });
    expect(given).toMatchObject({ pin: '01234567', seconds: 120, card: expect.stringMatching(`${id} 127.0.0.1$`) as string });
    for (const token of [service.token(['sessions'], person('bob')), service.token(['admin'])])
      await expect(refusal(service.client(token).call('reauthenticate', { params: { id } }))).resolves.toBe('session-unknown');
  });
});
