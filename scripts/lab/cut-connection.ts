import { connect, createServer, type Server, type Socket } from 'node:net';

/** Passes octets on between a client and a server, until it has passed on so many of the client's messages: then the line is cut. */
export class CutConnection {
  /** Of all connections together; undefined: never. */
  cutAfter: number | undefined;
  passed = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(host: string, port: number) {
    this.#server = createServer((client) => {
      const server = connect({ host, port });
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          client.destroy();
          server.destroy();
        });
      }
      client.on('data', (chunk) => {
        this.passed += 1;
        if (this.cutAfter !== undefined && this.cutAfter < this.passed) client.destroy();
        else server.write(chunk);
      });
      server.on('data', (chunk) => client.write(chunk));
    });
  }
  static async start(
    at: { readonly address: string; readonly port: number },
    host: string,
    port: number,
  ): Promise<CutConnection> {
    const cut = new CutConnection(host, port);
    await new Promise<void>((resolve) => cut.#server.listen(at.port, at.address, resolve));
    return cut;
  }
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
