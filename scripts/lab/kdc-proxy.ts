import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect } from 'node:net';
import { decode, encode } from '../../src/wire/codec.ts';
import { context, octetString, optional, sequence } from '../../src/wire/der.ts';
import { int32 } from '../../src/wire/der-primitives.ts';
import { generalString } from '../../src/wire/der-strings.ts';
import type { EnterpriseCa } from './enterprise-ca.ts';
import type { Kdc } from './kdc.ts';

/** KDC-PROXY-MESSAGE, [MS-KKDCP] 2.2.2. */
const kdcProxyMessage = sequence({
  kerbMessage: context(0, octetString),
  targetDomain: optional(context(1, generalString)),
  dclocatorHint: optional(context(2, int32)),
});
const MOST_BYTES = 0x1_0000;
const LIMIT_MS = 5_000;

/** What a KDC proxy has done for its clients. */
export interface Relayed {
  readonly realm: string;
  readonly request: number;
  readonly reply: number;
}

/** A KDC proxy, [MS-KKDCP] 3.2: HTTPS in front, the KDCs' TCP behind. */
export class KdcProxy {
  readonly url: string;
  readonly relayed: Relayed[] = [];
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(enterprise: EnterpriseCa, host: string, address: string, kdcs: readonly Kdc[]): Promise<KdcProxy> {
    const identity = await enterprise.tlsServer(host, address);
    const server = createServer({ cert: readFileSync(identity.certificate), key: readFileSync(identity.key) });
    const proxy = new KdcProxy(server, `https://${host}/KdcProxy`);
    server.on('request', (request, response) => {
      proxy.#answer(kdcs, request, response).catch(() => response.writeHead(500).end());
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(443, address, resolve));
    return proxy;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(kdcs: readonly Kdc[], request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== '/KdcProxy') {
      response.writeHead(404).end();
      return;
    }
    const { kerbMessage, targetDomain = '' } = decode(kdcProxyMessage, await bodyOf(request));
    // not case-sensitive ([MS-KKDCP] 2.2.2), except where two KDCs here differ by nothing else
    const kdc =
      kdcs.find(({ realm }) => realm === targetDomain) ??
      kdcs.find(({ realm }) => realm.toLowerCase() === targetDomain.toLowerCase());
    if (kdc === undefined) {
      response.writeHead(503).end();
      return;
    }
    const reply = await exchange(kdc.address, kerbMessage);
    this.relayed.push({ realm: kdc.realm, request: kerbMessage.length, reply: reply.length });
    response.writeHead(200, { 'content-type': 'application/kerberos' }).end(encode(kdcProxyMessage, { kerbMessage: reply }));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error('request is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The message goes to the KDC as it came, length prefix and all; so does the reply (RFC 4120 7.2.2). */
function exchange(address: string, message: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: 88, timeout: LIMIT_MS });
    let held = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      if (held.length < 4 || held.length < 4 + held.readUInt32BE()) return;
      socket.destroy();
      resolve(new Uint8Array(held.subarray(0, 4 + held.readUInt32BE())));
    });
    socket.once('timeout', () => socket.destroy(new Error('the KDC says nothing')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the KDC closed the connection')));
    socket.write(message);
  });
}
