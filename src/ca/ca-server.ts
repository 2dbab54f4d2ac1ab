import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { MayflyError } from '../wire/mayfly-error.ts';
import { toHex } from '../x509/certificate.ts';
import { checkPrivate } from './ca-folder.ts';
import { type CaRequest, type Envelope, LONGEST_REQUEST, MESSAGE_PATIENCE, readRequest } from './ca-protocol.ts';
import type { CertificationAuthority } from './certification-authority.ts';
import { frame, messages } from './message-stream.ts';

const MOST_CONNECTIONS = 64;
/** Longest path of a unix socket, sun_path of unix(7) less its end. */
const LONGEST_PATH = 107;

type Answer = { ok: true; reply: unknown } | { ok: false; refused: Extract<Envelope, { refused: unknown }>['refused'] };

const refusedRequest = (reason: string): Answer => ({ ok: false, refused: [{ lint: 'request', reason, source: 'protocol of the CA process' }] });

async function answer(authority: CertificationAuthority, request: CaRequest): Promise<Answer> {
  switch (request.do) {
    case 'issue': {
      const subjectPublicKeyInfo = new Uint8Array(Buffer.from(request.subjectPublicKeyInfo, 'base64'));
      const issued = await authority.issue({ ...request, subjectPublicKeyInfo });
      if (!issued.ok) return { ok: false, refused: [...issued.faults] };
      const { certificate, serialNumber, notAfter } = issued;
      return { ok: true, reply: { certificate: Buffer.from(certificate).toString('base64'), serialNumber, notAfter } };
    }
    case 'revoke': {
      const outcome = await authority.revoke(request.serialNumber, request.reason);
      return outcome.ok ? { ok: true, reply: { crlNumber: outcome.crlNumber } } : refusedRequest(outcome.reason);
    }
    case 'crl': {
      if (request.fresh) await authority.makeCrl();
      return { ok: true, reply: { crl: Buffer.from(await authority.crl()).toString('base64') } };
    }
    case 'describe':
      return { ok: true, reply: describe(authority) };
  }
}
function describe({ certificate, issuer, bounds }: CertificationAuthority): object {
  return {
    subject: certificate.subjectText,
    keyId: toHex(certificate.keyId),
    notAfter: certificate.notAfter,
    lab: issuer.lab,
    maxLifetime: bounds.maxLifetime,
    upnSuffixes: bounds.upnSuffixes,
    refusedSids: bounds.refusedSids.size,
    crlUrls: issuer.crlUrls,
  };
}

export interface CaServerEvents {
  /** Something went wrong with one request or one connection; the others go on. */
  readonly failed: (error: unknown) => void;
  /** A request was refused by the CA's own rules. */
  readonly refused: (reasons: readonly string[]) => void;
}

/** The CA process's door: a unix socket in a folder that only the service's user can enter. */
export class CaServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #authority: CertificationAuthority;
  readonly #events: CaServerEvents;

  private constructor(authority: CertificationAuthority, events: CaServerEvents) {
    this.#authority = authority;
    this.#events = events;
    this.#server = createServer((socket) => void this.#serve(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
  }
  /** The authority's lock is held by now: a socket file that is there was left by a process that is gone. */
  static async listen(authority: CertificationAuthority, path: string, events: CaServerEvents): Promise<CaServer> {
    if (LONGEST_PATH < Buffer.byteLength(path)) {
      throw new MayflyError('ca-socket-path', `the socket's path is over ${LONGEST_PATH} octets: ${path}`, { next: 'choose a shorter MAYFLY_HOME, or name a socket in the configuration' });
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await checkPrivate(dirname(path));
    await removeSocket(path);
    const server = new CaServer(authority, events);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', (cause) => reject(new MayflyError('ca-socket', `cannot listen on ${path}`, { cause })));
      server.#server.listen({ path, exclusive: true }, resolve);
    });
    await chmod(path, 0o600);
    return server;
  }
  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    try {
      // One request at a time and connection: a flood waits in the kernel, not in memory.
      for await (const message of messages(socket, LONGEST_REQUEST, MESSAGE_PATIENCE)) {
        const reply = await this.#reply(message);
        if (!socket.write(frame(reply))) await drained(socket);
      }
    } catch (e) {
      if (!(e instanceof Error && 'code' in e && e.code === 'ECONNRESET')) this.#events.failed(e);
    } finally {
      socket.destroy();
      this.#sockets.delete(socket);
    }
  }
  async #reply(message: unknown): Promise<Envelope> {
    const read = readRequest(message);
    const id = read.ok ? read.request.id : read.id;
    try {
      const answered = read.ok ? await answer(this.#authority, read.request) : refusedRequest(read.reason);
      if (!answered.ok) this.#events.refused(answered.refused.map(({ reason }) => reason));
      return { id, ...answered };
    } catch (e) {
      this.#events.failed(e);
      if (!(e instanceof MayflyError)) return { id, ok: false, failed: { code: 'internal', message: 'the CA process failed; its log says why' } };
      return { id, ok: false, failed: { code: e.code, message: e.message, ...(e.next === undefined ? {} : { next: e.next }) } };
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
  if (!found.isSocket()) throw new MayflyError('ca-socket', `${path} is there and is not a socket`, { next: 'move it away' });
  await unlink(path);
}
/** Waits until the peer has read; a peer that does not is given as long as for a message. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new MayflyError('message-late', 'the peer does not read its answers')), MESSAGE_PATIENCE);
    const settle = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.once('drain', settle);
    socket.once('close', settle);
  });
}
