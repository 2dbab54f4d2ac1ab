import type { Socket } from 'node:net';
import { MayflyError } from '../wire/mayfly-error.ts';

/** One message on the CA's socket: its length in 4 octets, big-endian, then JSON in UTF-8. */
const HEADER = 4;

export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const framed = Buffer.allocUnsafe(HEADER + body.length);
  framed.writeUInt32BE(body.length);
  body.copy(framed, HEADER);
  return framed;
}
/**
 * The messages of a socket, one by one. A length over `longest` is refused before anything is kept; a message that has
 * begun must be whole within `patience` milliseconds. The socket is read only as fast as messages are taken.
 * @throws MayflyError `message-too-long`, `message-late`, `message-cut-short`, `message-not-json`
 */
export async function* messages(socket: Socket, longest: number, patience: number): AsyncGenerator<unknown, void, undefined> {
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
        const body = held.subarray(HEADER, HEADER + length);
        held = held.subarray(HEADER + length);
        clearTimeout(timer);
        timer = undefined;
        yield parse(body);
      }
      if (held.length > 0) timer ??= setTimeout(late, patience);
    }
    if (held.length > 0) throw new MayflyError('message-cut-short', 'the connection ended within a message');
  } finally {
    clearTimeout(timer);
  }
}
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new MayflyError('message-not-json', 'a message is not JSON');
  }
}
