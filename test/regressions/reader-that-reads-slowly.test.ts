import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { echoCard, insert, message, ScriptedReader } from '../net/scripted-reader.ts';

// Each wait for a slow reader left a listener behind on the socket: memory grew with what it sent, and Node warned of a leak.
it('leaves nothing on the socket for each wait', async () => {
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on('warning', warned);
  const peer = await ScriptedReader.listen();
  const card = { ...echoCard(), transmit: async () => new Uint8Array(65_535) };
  const { reader, left } = insert(card, peer.port);
  const { socket, next } = await peer.accept();
  const commands = 120;
  for (let round = 0; round < 12; round++) {
    socket.pause();
    socket.write(Buffer.concat(Array.from({ length: commands }, () => message(0, 0xc0, 0, 0))));
    await sleep(20);
    socket.resume();
    for (let i = 0; i < commands; i++) expect((await next()).length).toBe(65_535);
  }
  reader.leave();
  await left;
  await peer.close();
  process.off('warning', warned);
  expect(warnings.map((warning) => warning.message)).toEqual([]);
});
