import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { hosts, person, serviceUnderTest } from '../api/service-under-test.ts';

it('a client that breaks off while its card is minted leaves no card behind', async () => {
  const service = await serviceUnderTest();
  const token = service.token(['sessions'], person('alice'));
  const alice = service.client(token);
  const { id } = await alice.call('requestSession', { body: { target: hosts.own } });
  const socket = new WebSocket(`wss://127.0.0.1:${service.port}/v1/sessions/${id}/card`, {
    headers: { authorization: `Bearer ${token}` },
    ca: service.identity.certificate,
  });
  socket.on('error', () => undefined);
  // The socket is paused until there is a card: that it has closed was told to nobody.
  socket.on('open', () => socket.terminate());
  const cards = async () => (await alice.call('getSession', { params: { id } })).cards;
  await expect.poll(cards).toMatchObject([{ state: 'destroyed', cause: 'client-left' }]);
  expect(service.custody.live).toBe(0);
});
