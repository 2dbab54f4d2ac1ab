import { expect, it } from 'vitest';
import { inTime } from '../in-time.ts';
import { echoCard, insert, message, ScriptedReader } from '../net/scripted-reader.ts';

function slowCard() {
  const echo = echoCard();
  let finish: () => void = () => undefined;
  const transmit = (apdu: Uint8Array) => {
    echo.sent.push(apdu);
    return new Promise<Uint8Array>((resolve) => {
      finish = () => resolve(Uint8Array.of(0x90, 0x00));
    });
  };
  return { card: { ...echo, transmit }, finish: () => finish() };
}

// The answer was written to a socket that had closed already, and its "drain" or "close" waited for: neither came any more, so
// the card stayed out of the reader for ever, and leaving (SIGTERM) did not end.
it('leaves although the answer of a running operation has nowhere to go', async () => {
  const peer = await ScriptedReader.listen();
  const { card, finish } = slowCard();
  const { reader, left } = insert(card, peer.port);
  const { socket, closed } = await peer.accept();
  socket.write(message(0, 0x87, 0, 0, 0));
  await expect.poll(() => card.sent.length).toBe(1);
  reader.leave();
  await closed;
  finish();
  await inTime(left, 'the end of the reader');
  await peer.close();
});
it('comes back although the reader closed while an operation ran', async () => {
  const peer = await ScriptedReader.listen();
  const { card, finish } = slowCard();
  const { reader, left } = insert(card, peer.port);
  const { socket } = await peer.accept();
  socket.write(message(0, 0x87, 0, 0, 0));
  await expect.poll(() => card.sent.length).toBe(1);
  socket.resetAndDestroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  finish();
  const again = peer.accept();
  await inTime(again, 'the card in the reader again');
  reader.leave();
  await left;
  await peer.close();
});
// What had arrived before was still worked off, private operations too.
it('does nothing more for a reader that it has left', async () => {
  const peer = await ScriptedReader.listen();
  const { card, finish } = slowCard();
  const { reader, left } = insert(card, peer.port);
  const { socket } = await peer.accept();
  socket.write(Buffer.concat([message(0, 0x87, 0, 0, 0), message(0, 0x87, 0, 0, 1), message(0, 0x87, 0, 0, 2)]));
  await expect.poll(() => card.sent.length).toBe(1);
  reader.leave();
  finish();
  await inTime(left, 'the end of the reader');
  expect(card.sent.length).toBe(1);
  await peer.close();
});
