import type { LogonRequest } from '../pki/issue.ts';
import type { CardIssuer } from '../session/ports.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { CaClient, type IssuedCertificate } from './ca-client.ts';
import { type CaDescription, REPLY_PATIENCE } from './ca-protocol.ts';

/** Requests that wait for the CA process; whoever comes later is told at once. */
const MOST_WAITING = 256;
/** Certificates that are asked for side by side, half of what a CA serves: it writes the entries of all that come together in one flush. */
const CONNECTIONS = 32;

/**
 * The CA process as the service sees it: it may end and come back at any time. Certificates are asked for on a few connections, all
 * else on another, so that a long CRL keeps nobody waiting. A request is never sent twice: what became of the first is unknown, and the CA
 * certifies no key a second time.
 */
export class CaProcessIssuer implements CardIssuer {
  readonly #socket: SocketOf;
  #name: string;
  readonly #issuing: readonly Connection[];
  readonly #asking: Connection;
  #waiting = 0;

  /** @param socket of the CA that issues, asked for anew before every use: another CA may have taken its place */
  constructor(name: string, socket: string | SocketOf) {
    this.#name = name;
    this.#socket = typeof socket === 'string' ? async () => ({ name, path: socket }) : socket;
    const current = async () => {
      const found = await this.#socket();
      this.#name = found.name;
      return found.path;
    };
    this.#issuing = Array.from({ length: CONNECTIONS }, () => new Connection(current));
    this.#asking = new Connection(current);
  }
  /** Of the CA that was asked last. */
  get name(): string {
    return this.#name;
  }
  /** @throws MayflyError `ca-unreachable`, `ca-gone`, `ca-reply`, and what the CA process failed with */
  async issue(request: LogonRequest): ReturnType<CardIssuer['issue']> {
    if (MOST_WAITING <= this.#waiting) throw new MayflyError('ca-gone', 'too many requests wait for the CA process');
    this.#waiting++;
    try {
      const asked = await this.#idlest().use((client) => client.issue(request));
      return asked.ok ? { ok: true, ...(asked.reply satisfies IssuedCertificate) } : asked;
    } finally {
      this.#waiting--;
    }
  }
  #idlest(): Connection {
    return this.#issuing.reduce((best, each) => (each.users < best.users ? each : best));
  }
  describe(): Promise<CaDescription> {
    return this.#asking.use((client) => client.describe());
  }
  /** The CRL in force, DER. */
  crl(): Promise<Uint8Array> {
    return this.#asking.use((client) => client.crl(false));
  }
  close(): void {
    for (const connection of this.#issuing) connection.close();
    this.#asking.close();
  }
}

/** Where the CA process that issues now listens, and what its CA is called. */
export type SocketOf = () => Promise<{ readonly name: string; readonly path: string }>;

/** A connection that is made when it is needed, and again when it has gone or the path is another. */
class Connection {
  /** Requests that are on it. */
  users = 0;
  readonly #pathNow: () => Promise<string>;
  #path: string | undefined;
  #client: Promise<CaClient> | undefined;
  constructor(pathNow: () => Promise<string>) {
    this.#pathNow = pathNow;
  }
  async use<T>(work: (client: CaClient) => Promise<T>): Promise<T> {
    this.users++;
    try {
      return await this.#use(await this.#open(), work);
    } finally {
      this.users--;
    }
  }
  async #use<T>(client: CaClient, work: (client: CaClient) => Promise<T>): Promise<T> {
    try {
      return await work(client);
    } catch (e) {
      // After half an answer nobody knows whose the next one is.
      if (e instanceof MayflyError && (e.code === 'ca-gone' || e.code === 'ca-reply')) client.close();
      throw e;
    }
  }
  async #open(): Promise<CaClient> {
    const path = await this.#pathNow();
    const known = this.#client;
    const client = await known?.catch(() => undefined);
    if (client?.isOpen && this.#path === path) return client;
    // Of several who find it gone the first connects. What still waits on the connection before gets its answer there.
    if (this.#client === known) {
      if (client?.isOpen) setTimeout(() => client.close(), REPLY_PATIENCE).unref();
      this.#path = path;
      this.#client = CaClient.connect(path);
    }
    return this.#client ?? this.#open();
  }
  close(): void {
    void this.#client?.then(
      (client) => client.close(),
      () => undefined,
    );
  }
}
