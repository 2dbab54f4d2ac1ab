import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { EventStreams } from '../../src/api/event-streams.ts';

/** Whoever left while their token was looked at had a stream for ever, with its heartbeat: a thousand of them, and nobody could watch. */
it('a watcher who is gone before the stream begins has none', async () => {
  const streams = new EventStreams();
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer((_, response) => {
    response.on('close', () => {
      let ended = 0;
      for (let i = 0; i < 64; i++) streams.open('token:a', response, () => ended++).send('session', '{}');
      setImmediate(() => resolve(ended));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(server, 'request');
  socket.destroy();
  expect(await promise).toBe(64);
  expect(() => streams.admit('token:a')).not.toThrow();
  server.close();
});
