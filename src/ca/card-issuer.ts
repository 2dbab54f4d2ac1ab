import type { LogonRequest } from '../pki/issue.ts';
import type { CardIssuer } from '../session/ports.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { CaClient, type IssuedCertificate } from './ca-client.ts';
import type { CaDescription } from './ca-protocol.ts';

/** Requests that wait for the CA process; whoever comes later is told at once. */
const MOST_WAITING = 256;

/**
 * The CA process as the service sees it: it may end and come back at any time. Certificates are asked for on one connection, all else
 * on another, so that a long CRL keeps nobody waiting. A request is never sent twice: what became of the first is unknown, and the CA
 * certifies no key a second time.
 */
export class CaProcessIssuer implements CardIssuer {
  readonly name: string;
  readonly #path: string;
  readonly #issuing: Connection;
  readonly #asking: Connection;
  #waiting = 0;

  /** @param path of its socket */
  constructor(name: string, path: string) {
    this.name = name;
    this.#path = path;
    this.#issuing = new Connection(path);
    this.#asking = new Connection(path);
  }
  /** @throws MayflyError `ca-unreachable`, `ca-gone`, `ca-reply`, and what the CA process failed with */
  async issue(request: LogonRequest): ReturnType<CardIssuer['issue']> {
    if (MOST_WAITING <= this.#waiting) throw new MayflyError('ca-gone', 'too many requests wait for the CA process');
    this.#waiting++;
    try {
      const asked = await this.#issuing.use((client) => client.issue(request));
      return asked.ok ? { ok: true, ...(asked.reply satisfies IssuedCertificate) } : asked;
    } finally {
      this.#waiting--;
    }
  }
  describe(): Promise<CaDescription> {
    return this.#asking.use((client) => client.describe());
  }
  /** The CRL in force, DER. */
  crl(): Promise<Uint8Array> {
    return this.#asking.use((client) => client.crl(false));
  }
  get socket(): string {
    return this.#path;
  }
  close(): void {
    this.#issuing.close();
    this.#asking.close();
  }
}

/** A connection that is made when it is needed, and again when it has gone. */
class Connection {
  readonly #path: string;
  #client: Promise<CaClient> | undefined;
  constructor(path: string) {
    this.#path = path;
  }
  async use<T>(work: (client: CaClient) => Promise<T>): Promise<T> {
    const client = await this.#open();
    try {
      return await work(client);
    } catch (e) {
      // After half an answer nobody knows whose the next one is.
      if (e instanceof MayflyError && (e.code === 'ca-gone' || e.code === 'ca-reply')) client.close();
      throw e;
    }
  }
  async #open(): Promise<CaClient> {
    const known = this.#client;
    const client = await known?.catch(() => undefined);
    if (client?.isOpen) return client;
    // Of several who find it gone the first connects.
    if (this.#client === known) this.#client = CaClient.connect(this.#path);
    return this.#client ?? this.#open();
  }
  close(): void {
    void this.#client?.then(
      (client) => client.close(),
      () => undefined,
    );
  }
}
