import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { FramedStream } from '../../src/net/framed-stream.ts';

// Every write that had to wait for its peer left a listener on the connection: a session in which that happened often grew without limit.
it('a peer that reads slowly leaves nothing behind on the stream', async () => {
  const stream = new Duplex({
    highWaterMark: 1,
    read: () => undefined,
    write: (_chunk, _encoding, done) => void setImmediate(done),
  });
  const framed = new FramedStream(stream, { protocol: 'test', peer: 'peer', patience: 60_000 });
  const before = stream.listenerCount('close');
  for (let i = 0; i < 20; i++) await framed.send(new Uint8Array(100));
  expect([stream.listenerCount('close'), stream.listenerCount('drain')]).toEqual([before, 0]);
  framed.close();
});
