import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Fault } from '../pki/lint.ts';
import { decode, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { fromHex, toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { reasonOf } from '../x509/crl.ts';
import { makeFolder } from './atomic-file.ts';
import { checkPrivate } from './ca-folder.ts';
import { type CaReply, type CaRequest, caReply, caRequest, LONGEST_REQUEST, MESSAGE_PATIENCE } from './ca-protocol.ts';
import type { CertificationAuthority } from './certification-authority.ts';
import { frame, messages } from './message-stream.ts';

const MOST_CONNECTIONS = 64;
/** Requests that no CA knows, on one connection. */
const MOST_UNKNOWN = 32;
/** Longest path of a unix socket: sun_path of unix(7) less its NUL. */
const LONGEST_PATH = 107;

const refused = (faults: readonly Fault[]): CaReply => ({ kind: 'refused', value: faults.map((fault) => ({ ...fault })) });
const refusedBecause = (reason: string): CaReply => refused([{ lint: 'request', reason, source: 'protocol of the CA process' }]);

async function answer(authority: CertificationAuthority, request: CaRequest): Promise<CaReply> {
  switch (request.kind) {
    case 'issue': {
      const issued = await authority.issue(request.value);
      if (!issued.ok) return refused(issued.faults);
      const { certificate, serialNumber, notAfter } = issued;
      return { kind: 'issued', value: { certificate, serialNumber: fromHex(serialNumber), notAfter } };
    }
    case 'revoke': {
      const reason = reasonOf(request.value.reason);
      if (reason === undefined) return refusedBecause('the reason is none that this CA gives');
      const outcome = await authority.revoke(toHex(request.value.serialNumber), reason);
      return outcome.ok ? { kind: 'revoked', value: { crlNumber: outcome.crlNumber } } : refusedBecause(outcome.reason);
    }
    case 'crl': {
      if (request.value) await authority.makeCrl();
      return { kind: 'crl', value: await authority.crl() };
    }
    case 'describe':
      return { kind: 'description', value: describe(authority) };
  }
}
function describe(authority: CertificationAuthority): Extract<CaReply, { kind: 'description' }>['value'] {
  const { certificate, issuer, bounds, refusedSidListFault } = authority;
  return {
    subject: certificate.subjectText,
    keyId: certificate.keyId,
    notAfter: certificate.notAfter,
    lab: issuer.lab,
    maxLifetime: bounds.maxLifetime,
    upnSuffixes: [...bounds.upnSuffixes],
    refusedSids: bounds.refusedSids.size,
    crlUrls: [...issuer.crlUrls],
    exceptedSids: [...bounds.exceptedSids],
    ...(refusedSidListFault === undefined ? {} : { refusedSidListFault }),
  };
}

export interface CaServerEvents {
  /** Something went wrong with one request or one connection; the others go on. */
  readonly failed: (error: unknown) => void;
  /** The CA's own rules refused a request. */
  readonly refused: (reasons: readonly string[]) => void;
}

/** The CA process's door: a unix socket in a folder that only the service's user can enter. */
export class CaServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those that have not asked anything yet, the oldest first. */
  readonly #silent = new Set<Socket>();
  readonly #authority: CertificationAuthority;
  readonly #events: CaServerEvents;

  private constructor(authority: CertificationAuthority, events: CaServerEvents) {
    this.#authority = authority;
    this.#events = events;
    this.#server = createServer((socket) => void this.#serve(socket));
  }
  /** The authority's lock is held by now: a socket file that nobody answers on was left by a process that is gone. */
  static async listen(authority: CertificationAuthority, path: string, events: CaServerEvents): Promise<CaServer> {
    if (LONGEST_PATH < Buffer.byteLength(path)) {
      const next = 'choose a shorter MAYFLY_HOME, or name a socket in the configuration';
      throw new MayflyError('ca-socket-path', `the socket's path is over ${LONGEST_PATH} octets: ${path}`, { next });
    }
    await makeFolder(dirname(path));
    await checkPrivate(dirname(path));
    await removeSocket(path);
    const server = new CaServer(authority, events);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', (cause) => reject(new MayflyError('ca-socket', `cannot listen on ${path}`, { cause })));
      server.#server.listen({ path, exclusive: true }, resolve);
    });
    // A connection that could not be accepted is its caller's loss.
    server.#server.on('error', (e) => events.failed(e));
    await chmod(path, 0o600);
    return server;
  }
  /** Room for one more, at the cost of the oldest connection that never asked: whoever has asked keeps its place. */
  #hasRoom(): boolean {
    if (this.#sockets.size < MOST_CONNECTIONS) return true;
    const [oldest] = this.#silent;
    if (oldest) this.#forget(oldest);
    return oldest !== undefined;
  }
  #forget(socket: Socket): void {
    socket.destroy();
    this.#sockets.delete(socket);
    this.#silent.delete(socket);
  }
  async #serve(socket: Socket): Promise<void> {
    if (!this.#hasRoom()) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    this.#silent.add(socket);
    // The loop below reports a socket's errors; one that comes after it has nobody left to tell.
    socket.on('error', () => undefined);
    let unknown = 0;
    try {
      // One request at a time and connection: a flood waits in the kernel, not in memory.
      for await (const message of messages(socket, LONGEST_REQUEST, MESSAGE_PATIENCE)) {
        const request = this.#understood(message);
        if (request) this.#silent.delete(socket);
        const answered = request ? await this.#reply(request) : refusedBecause('the request is not one that this CA knows');
        const reply = frame(encode(caReply, answered));
        if (!socket.write(reply)) await drained(socket);
        // What it asked before it left is asked for nobody; and who goes on in another language is not listened to for ever.
        if (socket.destroyed || (!request && ++unknown === MOST_UNKNOWN)) break;
      }
    } catch (e) {
      this.#events.failed(e);
    } finally {
      this.#forget(socket);
    }
  }
  #understood(message: Uint8Array): CaRequest | undefined {
    try {
      return decode(caRequest, message);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      this.#events.refused([`the request is not one that this CA knows (${e.message})`]);
      return undefined;
    }
  }
  async #reply(request: CaRequest): Promise<CaReply> {
    try {
      const reply = await answer(this.#authority, request);
      if (reply.kind === 'refused') this.#events.refused(reply.value.map(({ reason }) => reason));
      return reply;
    } catch (e) {
      this.#events.failed(e);
      if (!(e instanceof MayflyError)) {
        return { kind: 'failed', value: { code: 'internal', message: 'the CA process failed', next: 'its own output says why' } };
      }
      return { kind: 'failed', value: { code: e.code, message: e.message, next: e.next } };
    }
  }
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (await isAnswered(path)) {
    throw new MayflyError('ca-socket', `another process listens on ${path}`, { next: 'give every CA a socket of its own' });
  }
  if (!found.isSocket()) throw new MayflyError('ca-socket', `${path} is there and is not a socket`, { next: 'move it away' });
  await unlink(path);
}
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
/** Waits until the peer has read; a peer that does not is given as long as for a message. */
function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const late = () => reject(new MayflyError('message-late', 'the peer does not read its answers'));
    const timer = setTimeout(late, MESSAGE_PATIENCE);
    const settle = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.once('drain', settle);
    socket.once('close', settle);
  });
}
