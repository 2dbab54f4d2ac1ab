import { connect, createServer, type Server } from 'node:net';
import { toPem } from '../../src/ca/pem.ts';
import type { RdpGuest } from '../../src/net/rdp-guest.ts';
import { RdpListener } from '../../src/net/rdp-listener.ts';
import { acceptNegotiation } from '../../src/rdp/negotiate.ts';
import { responseFlag, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { receiveSettings } from '../../src/rdp/settings.ts';
import type { Conversation } from '../../src/wire/conversation.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import { GATEWAY } from './gateway-service.ts';

/** How far a client came with somebody between it and the gateway. */
export type Fooled = 'nothing' | 'tls' | 'settings';
const stranger = {
  certificate: toPem('CERTIFICATE', hostCertificate.der),
  key: hostCertificate.key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
};

/** What lies between clients and the gateway: it passes on what it gets, or is somebody with a certificate of their own. */
export class GatewayWire {
  readonly #server: Server;
  readonly #between: RdpListener;
  #port = 0;
  /** Of the clients that somebody between has met, in order. */
  readonly fooled: Fooled[] = [];
  isTapped = false;
  /** Clients that somebody between has not done with. */
  open = 0;

  private constructor() {
    this.#between = new RdpListener({ tls: stranger, admit: () => () => undefined, serve: (guest) => this.#meet(guest) });
    this.#server = createServer((socket) => {
      const onward = connect(
        this.isTapped ? { host: '127.0.0.1', port: this.#port } : { host: GATEWAY.address, port: GATEWAY.port },
      );
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        from.on('error', () => undefined).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
  }
  static async lay({ address, port }: { readonly address: string; readonly port: number }): Promise<GatewayWire> {
    const wire = new GatewayWire();
    wire.#port = await wire.#between.listen('127.0.0.1', 0);
    await new Promise<void>((resolve, reject) => {
      wire.#server.once('error', reject);
      wire.#server.listen({ host: address, port }, resolve);
    });
    return wire;
  }
  async #meet(guest: RdpGuest): Promise<void> {
    let got: Fooled = 'nothing';
    this.open++;
    const talk = function* (): Conversation<void> {
      const flags = responseFlag.extendedClientDataSupported;
      yield* acceptNegotiation(() => ({ kind: 'response', flags, protocol: securityProtocol.ssl }));
      got = 'tls';
      // The token follows two steps later, unasked for.
      yield* receiveSettings();
      got = 'settings';
    };
    await guest.converse(talk()).catch(() => undefined);
    guest.close();
    this.fooled.push(got);
    this.open--;
  }
  async close(): Promise<void> {
    this.#server.close();
    await this.#between.close();
  }
}
