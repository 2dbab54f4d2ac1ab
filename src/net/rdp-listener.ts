import { createServer, type Server } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { NO_RENEGOTIATION } from '../crypto/tls-option.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { RdpGuest } from './rdp-guest.ts';

export interface RdpListenerPorts {
  /** PEM. */
  readonly tls: { readonly certificate: string; readonly key: string };
  /** Whether one more from that address may connect; `undefined`: it is closed without a word. */
  readonly admit: (address: string) => (() => void) | undefined;
  readonly serve: (guest: RdpGuest, place: () => void) => Promise<unknown>;
  /** Milliseconds for one PDU of a stranger, and for all that one may take. */
  readonly patience?: number;
  readonly deadline?: number;
}
const PATIENCE = 10_000;
const DEADLINE = 30_000;
/** Milliseconds of silence after which TCP asks whether the client is still there. */
const SILENCE = 30_000;

/** Takes RDP clients. */
export class RdpListener {
  readonly #server: Server;
  #context: SecureContext;

  constructor({ tls, admit, serve, patience = PATIENCE, deadline = DEADLINE }: RdpListenerPorts) {
    this.#context = contextOf(tls);
    this.#server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: SILENCE }, (socket) => {
      const place = admit(socket.remoteAddress ?? '');
      if (!place) {
        socket.destroy();
        return;
      }
      const guest = new RdpGuest(socket, { secureContext: this.#context, patience, deadline });
      void serve(guest, place);
    });
  }
  /** @returns the port that it listens on @throws MayflyError `gateway-listen` */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(
          new MayflyError('gateway-listen', `the gateway cannot listen on ${host}:${port}`, {
            cause,
            next: 'choose another address with service.gateway.listen',
          }),
        ),
      );
      this.#server.listen({ host, port }, () => {
        // A connection that cannot be taken (no file descriptors) is no end of the process.
        this.#server.on('error', () => undefined);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }
  /** New connections get this certificate. */
  setTls(tls: RdpListenerPorts['tls']): void {
    this.#context = contextOf(tls);
  }
  /** Takes nobody any more; connections that are there are their own affair. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
/** One handshake for each connection: Node counts those that follow only where a `tls.Server` made the socket. */
const contextOf = ({ certificate, key }: RdpListenerPorts['tls']): SecureContext =>
  createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2', secureOptions: NO_RENEGOTIATION });
