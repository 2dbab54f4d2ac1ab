import { createServer, type Server, type Socket } from 'node:net';
import { framed } from '../../src/kerberos/tcp-framing.ts';

/** What a KDC does with a connection and the octets that came on it. */
export type Script = (socket: Socket, received: Uint8Array) => void;
export interface ScriptedKdc {
  readonly host: string;
  readonly port: number;
  /** Requests seen, without their length. */
  readonly requests: Uint8Array[];
  end(): Promise<void>;
}
export const replying =
  (reply: Uint8Array): Script =>
  (socket) =>
    void socket.end(framed(reply));

/** On loopback, on a port that nobody holds; it reads one whole request before it follows its script. */
export async function scriptedKdc(script: Script): Promise<ScriptedKdc> {
  const requests: Uint8Array[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let held: Buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      if (held.length < 4 || held.length < 4 + held.readUInt32BE()) return;
      const request = new Uint8Array(held.subarray(4));
      held = Buffer.alloc(0);
      requests.push(request);
      script(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: '127.0.0.1',
    port: address.port,
    requests,
    end: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
