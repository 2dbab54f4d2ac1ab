import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { TlsIdentity } from './tls-identity.ts';

/** BER by hand, with lengths in four octets as Active Directory writes them. */
export function ber(tag: number, ...content: readonly (Uint8Array | string | number)[]): Buffer {
  const body = Buffer.concat(
    content.map((part) => (typeof part === 'number' ? Buffer.from([part]) : typeof part === 'string' ? Buffer.from(part) : part)),
  );
  const head = Buffer.alloc(6);
  head.writeUInt8(tag, 0);
  head.writeUInt8(0x84, 1);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}
export const message = (id: number, operation: Uint8Array, ...controls: Uint8Array[]): Buffer =>
  ber(0x30, ber(0x02, id), operation, ...controls);
/** LDAPResult. */
export const result = (tag: number, code = 0, diagnostic = '', ...more: Uint8Array[]): Buffer =>
  ber(tag, ber(0x0a, code), ber(0x04), ber(0x04, diagnostic), ...more);
export const entry = (name: string, attributes: Readonly<Record<string, readonly (string | Uint8Array)[]>>): Buffer =>
  ber(
    0x64,
    ber(0x04, name),
    ber(
      0x30,
      ...Object.entries(attributes).map(([type, values]) =>
        ber(0x30, ber(0x04, type), ber(0x31, ...values.map((value) => ber(0x04, value)))),
      ),
    ),
  );
export const cookie = (octets: Uint8Array): Buffer =>
  ber(0xa0, ber(0x30, ber(0x04, '1.2.840.113556.1.4.319'), ber(0x04, ber(0x30, ber(0x02, 0), ber(0x04, octets)))));

/** What the client asked: its number and the tag of its operation. */
export interface Asked {
  readonly id: number;
  readonly operation: number;
  readonly octets: Buffer;
}
type Script = (asked: Asked, socket: Socket) => void;

/** A directory that answers as its script says: what no real one does. */
export class ScriptedLdap {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(identity: TlsIdentity | undefined, script: Script) {
    this.#server = createServer((raw) => {
      const socket = identity ? new TLSSocket(raw, { isServer: true, ...identity }) : raw;
      for (const each of new Set([raw, socket])) {
        this.#sockets.add(each);
        each.on('error', () => undefined);
      }
      let held = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        held = Buffer.concat([held, chunk]);
        for (let request = take(held); request; request = take(held)) {
          held = held.subarray(request.octets.length);
          this.asked.push(request);
          script(request, socket);
        }
      });
    });
  }
  /** @param identity none: in clear */
  static async start(identity: TlsIdentity | undefined, script: Script): Promise<ScriptedLdap> {
    const server = new ScriptedLdap(identity, script);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
/** The first whole request; ldapts writes lengths in one to four octets. */
function take(held: Buffer): Asked | undefined {
  const head = lengthAt(held, 1);
  if (held[0] !== 0x30 || !head || held.length < head.end + head.length) return undefined;
  const octets = held.subarray(0, head.end + head.length);
  const idLength = octets[head.end + 1] ?? 0;
  const id = octets.readUIntBE(head.end + 2, idLength);
  return { id, operation: octets[head.end + 2 + idLength] ?? 0, octets };
}
function lengthAt(held: Buffer, at: number): { length: number; end: number } | undefined {
  const first = held[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { length: first, end: at + 1 };
  const octets = first & 0x7f;
  if (held.length < at + 1 + octets) return undefined;
  return { length: held.readUIntBE(at + 1, octets), end: at + 1 + octets };
}
