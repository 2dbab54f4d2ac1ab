import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { FramedStream } from '../../src/net/framed-stream.ts';

// All that one host sent at once was read in one turn of the event loop: whoever poured PDUs of three octets stopped all other sessions.
it('leaves turns for others while it reads what is there already', async () => {
  const stream = new PassThrough();
  const framed = new FramedStream(stream, { protocol: 'test', peer: 'peer', patience: 60_000 });
  const units = 10_000;
  stream.write(new Uint8Array(units));
  let turns = 0;
  let isReading = true;
  const turn = () => {
    turns++;
    if (isReading) setImmediate(turn);
  };
  setImmediate(turn);
  for (let i = 0; i < units; i++) await framed.receive(() => 1);
  isReading = false;
  expect(turns).toBeGreaterThan(30);
});
