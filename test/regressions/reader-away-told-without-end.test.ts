import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { answerToReset, echoCard, insert, ScriptedReader } from '../net/scripted-reader.ts';

// While pcscd was away, every attempt was told: two lines a second, without end.
it('tells a reason once, until the card was in the reader again', async () => {
  const peer = await ScriptedReader.listen();
  const { reader, events, left } = insert(echoCard(), peer.port);
  for (let i = 0; i < 3; i++) (await peer.accept()).socket.end();
  await expect.poll(() => events).toEqual(['detached: the reader closed the connection']);
  const { socket, next } = await peer.accept();
  socket.write(answerToReset);
  await next();
  socket.end();
  (await peer.accept()).socket.end();
  (await peer.accept()).socket.end();
  await sleep(50);
  expect(events).toEqual([
    'detached: the reader closed the connection',
    'attached',
    'detached: the reader closed the connection',
  ]);
  reader.leave();
  await left;
  await peer.close();
});
