import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { toPem } from '../../src/ca/pem.ts';
import type { MadeCertificate } from '../x509/made-certificate.ts';

export interface Relay {
  readonly port: number;
  /** What the client said, as it was decrypted in the middle. */
  readonly heard: readonly Uint8Array[];
  end(): Promise<void>;
}
/** A man in the middle who passes on the negotiation and ends TLS on both sides with a key of his own. */
export async function relay(hostPort: number, own: MadeCertificate): Promise<Relay> {
  const heard: Uint8Array[] = [];
  const sockets = new Set<Socket>();
  const key = own.key.privateKey.export({ format: 'pem', type: 'pkcs8' });
  const server = createServer((client) => {
    const host = connectTcp({ host: '127.0.0.1', port: hostPort });
    for (const socket of [client, host]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.once('data', (request) => host.write(request));
    host.once('data', (confirm) => {
      host.pause();
      client.write(confirm);
      const front = new TLSSocket(client, { isServer: true, key, cert: toPem('CERTIFICATE', own.der) });
      const behind = connectTls({ socket: host, rejectUnauthorized: false });
      for (const socket of [front, behind]) socket.on('error', () => undefined);
      front.on('data', (octets: Buffer) => {
        heard.push(new Uint8Array(octets));
        behind.write(octets);
      });
      front.on('close', () => behind.destroy());
      behind.on('data', (octets: Buffer) => void front.write(octets));
      behind.on('close', () => front.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    heard,
    end: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
