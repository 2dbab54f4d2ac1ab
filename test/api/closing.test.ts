import { expect, it } from 'vitest';
import { CardChannel } from '../../src/client/card-channel.ts';
import { inTime } from '../in-time.ts';
import { RawHttp } from './raw-http.ts';
import { hosts, person, serviceUnderTest } from './service-under-test.ts';

it('ends in time, whoever holds on: cards say why, streams end, no request is begun', async () => {
  const service = await serviceUnderTest();
  const token = service.token(['sessions', 'journal'], person('alice'));
  const alice = service.client(token);
  const { id } = await alice.call('requestSession', { body: { target: hosts.own } });
  const channel = await CardChannel.attach(alice, id);
  const stream = alice.watch(id);
  await stream.next();
  const head = `host: x\r\nauthorization: Bearer ${token}\r\n`;
  // Who reads nothing, who never finishes, who has a connection to spare.
  const open = async (text: string) => {
    const raw = await RawHttp.open(service.port, service.identity.certificate);
    raw.write(text);
    return raw;
  };
  const stalled = await open(`GET /v1/sessions/${id}/events HTTP/1.1\r\n${head}\r\n`);
  stalled.socket.pause();
  const slow = await open(`POST /v1/sessions HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{`);
  const spare = await open('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  await expect.poll(() => spare.answers.length).toBe(1);
  const deaf = await open(
    `GET /v1/sessions/${id}/card HTTP/1.1\r\n${head}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );

  await service.sessions.close();
  expect(service.custody.live).toBe(0);
  expect(await inTime(channel.ended, 'the end of the card')).toBe('shutdown');
  await inTime(service.app.close(), 'the close');
  // The session is as it was: whoever starts the service again finds it.
  expect(service.store.session(id)?.state).toBe('granted');
  for (const raw of [slow, spare, deaf]) await inTime(raw.closed, 'the end of a connection');
  stalled.socket.resume();
  await inTime(stalled.closed, 'the end of a stalled stream');
  await expect(RawHttp.open(service.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(service.journal().at(-1)).toMatchObject({ event: 'key-destroyed', cause: 'shutdown' });
});
