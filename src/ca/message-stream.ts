import type { Socket } from 'node:net';
import { MayflyError } from '../wire/mayfly-error.ts';

/** A message on the CA's socket: its length in 4 octets, big-endian, before it. */
const HEADER = 4;

export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER + message.length);
  framed.writeUInt32BE(message.length);
  framed.set(message, HEADER);
  return framed;
}
/**
 * The messages of a socket, one by one. A length over `longest` is refused before anything is kept; a message that has
 * begun must be whole within `patience` milliseconds. The socket is read only as fast as messages are taken.
 * @throws MayflyError `message-too-long`, `message-late`, `message-cut-short`
 */
export async function* messages(socket: Socket, longest: number, patience: number): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  const late = () => socket.destroy(new MayflyError('message-late', 'a message was begun and not finished in time'));
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      held = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      while (held.length >= HEADER) {
        const length = held.readUInt32BE();
        if (longest < length) throw new MayflyError('message-too-long', `a message of ${length} octets is over ${longest}`);
        if (held.length < HEADER + length) break;
        const message = new Uint8Array(held.subarray(HEADER, HEADER + length));
        held = held.subarray(HEADER + length);
        clearTimeout(timer);
        timer = undefined;
        yield message;
      }
      if (held.length > 0) timer ??= setTimeout(late, patience);
    }
    if (held.length > 0) throw new MayflyError('message-cut-short', 'the connection ended within a message');
  } finally {
    clearTimeout(timer);
  }
}
