import { createServer, type Socket } from 'node:net';

/** A stand-in on a socket. */
export interface ServedKdc {
  readonly port: number;
  close(): Promise<void>;
}
const MOST_OCTETS = 0x1_0000;

/** Requests and replies over TCP, RFC 4120 7.2.2: a length of four octets, and a high bit that is refused by hanging up. */
function serve(socket: Socket, answer: (request: Uint8Array) => Uint8Array | undefined): void {
  let have = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    have = Buffer.concat([have, chunk]);
    while (have.length >= 4) {
      const length = have.readUInt32BE(0);
      if (length > MOST_OCTETS) {
        socket.destroy();
        return;
      }
      if (have.length < 4 + length) return;
      const reply = answer(Uint8Array.from(have.subarray(4, 4 + length)));
      have = have.subarray(4 + length);
      if (!reply) continue;
      const prefix = Buffer.alloc(4);
      prefix.writeUInt32BE(reply.length);
      socket.write(Buffer.concat([prefix, reply]));
    }
  });
  socket.on('error', () => socket.destroy());
}
/** Listens on the loopback, says nothing where `answer` has nothing to say, on a port of the system's choice. */
export async function serveKdc(answer: (request: Uint8Array) => Uint8Array | undefined): Promise<ServedKdc> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
