import { MayflyError } from '../wire/mayfly-error.ts';
import { type Bind, LdapConnection } from './ldap-connection.ts';
import { LdapError } from './ldap-result.ts';
import { type LdapSecurity, type LdapServer, serverText } from './ldap-socket.ts';

export interface DomainControllerSettings {
  /** DNS name of the domain, lower case. */
  readonly domain: string;
  /** Domain controllers in the order they are asked, from the configuration or DNS. */
  readonly locate: () => Promise<readonly LdapServer[]>;
  readonly security: LdapSecurity;
  readonly bind: Bind;
  /** Milliseconds, of a clock that nobody sets. */
  readonly elapsed: () => number;
}
/** What is the server's fault, not the question's: another server may do better. */
const ofTheServer = new Set([
  'directory-unreachable',
  'directory-certificate',
  'directory-late',
  'directory-lost',
  'directory-reply',
  'directory-busy',
]);
/** Milliseconds for which a server that failed is asked last. */
const PAUSE = 30_000;
const MOST_REFERRALS = 2;
/** Milliseconds after which a connection is not used any more: Active Directory closes idle ones, and load is spread anew. */
const LONGEST_USE = 600_000;

/** The domain controllers of one domain. One connection is kept; when it fails, or its server, another server takes its place. */
export class DomainControllers {
  readonly domain: string;
  readonly #settings: DomainControllerSettings;
  readonly #failedAt = new Map<string, number>();
  #current: { readonly opening: Promise<LdapConnection>; readonly since: number } | undefined;
  #isClosed = false;

  constructor(settings: DomainControllerSettings) {
    this.#settings = settings;
    this.domain = settings.domain;
  }
  /**
   * Runs work on a connection; where the server fails, again on the next one. Work must bear being begun twice.
   * @throws MayflyError of the last server, or the work's own
   */
  async run<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T> {
    const tried = new Set<string>();
    for (let first: unknown; ; ) {
      const connection = await this.#connection(tried).catch((e: unknown) => {
        // What the first server said is the better story than that there is no other.
        throw first ?? e;
      });
      try {
        return await work(connection);
      } catch (e) {
        if (e instanceof LdapError && e.result === 10) return this.#referred(e, work);
        if (!isOfTheServer(e)) throw e;
        this.#failed(connection);
        // A connection that had lain idle says nothing of its server: that one is asked once more.
        if (first !== undefined || e.code !== 'directory-lost') tried.add(connection.peer);
        first ??= e;
      }
    }
  }
  /** Those that there are, in the order in which they are asked. @throws MayflyError `directory-not-found` */
  servers(): Promise<readonly LdapServer[]> {
    return this.#settings.locate();
  }
  /** On that one and no other, by a connection of its own. @throws MayflyError */
  async at<T>(server: LdapServer, work: (connection: LdapConnection) => Promise<T>): Promise<T> {
    const connection = await this.#open(server);
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  }
  /** On each domain controller by itself; what failed there is the answer for it. */
  async onEach<T>(
    work: (connection: LdapConnection) => Promise<T>,
  ): Promise<readonly { readonly server: LdapServer; readonly outcome: T | MayflyError }[]> {
    return Promise.all(
      (await this.servers()).map(async (server) => {
        try {
          return { server, outcome: await this.at(server, work) };
        } catch (e) {
          if (e instanceof MayflyError) return { server, outcome: e };
          throw e;
        }
      }),
    );
  }
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }
  #drop(): void {
    this.#current?.opening.then(
      (connection) => connection.close(),
      () => undefined,
    );
    this.#current = undefined;
  }
  #failed(connection: LdapConnection): void {
    this.#failedAt.set(connection.peer, this.#settings.elapsed());
    this.#drop();
  }
  async #connection(tried: ReadonlySet<string>): Promise<LdapConnection> {
    if (this.#isClosed) throw new MayflyError('directory-lost', `the connection to domain ${this.domain} was closed`);
    const current = this.#current;
    if (current && this.#settings.elapsed() - current.since < LONGEST_USE) {
      const connection = await current.opening.catch(() => undefined);
      if (connection?.isOpen && !tried.has(connection.peer)) return connection;
    }
    if (this.#current === current) {
      this.#drop();
      // Whoever asks meanwhile waits for the same connection.
      this.#current = { opening: this.#openAny(tried), since: this.#settings.elapsed() };
    }
    return this.#current?.opening ?? this.#openAny(tried);
  }
  async #openAny(tried: ReadonlySet<string>): Promise<LdapConnection> {
    const servers = (await this.#settings.locate()).filter((server) => !tried.has(serverText(server)));
    const now = this.#settings.elapsed();
    const waits = (server: LdapServer) => now < (this.#failedAt.get(serverText(server)) ?? Number.NEGATIVE_INFINITY) + PAUSE;
    let last: unknown = new MayflyError('directory-unreachable', `domain ${this.domain} has no domain controller left to ask`, {
      next: 'name its servers as directories[].servers, or register _ldap._tcp.dc._msdcs in DNS',
    });
    for (const server of [...servers.filter((each) => !waits(each)), ...servers.filter(waits)]) {
      try {
        const connection = await this.#open(server);
        this.#failedAt.delete(connection.peer);
        return connection;
      } catch (e) {
        if (!isOfTheServer(e)) throw e;
        this.#failedAt.set(serverText(server), this.#settings.elapsed());
        last = e;
      }
    }
    throw last;
  }
  #open(server: LdapServer): Promise<LdapConnection> {
    return LdapConnection.open(server, this.#settings.security, this.#settings.bind);
  }
  /** As a read-only domain controller does for a write. Only where the password goes by itself anyway: to the same domain. */
  async #referred<T>(first: LdapError, work: (connection: LdapConnection) => Promise<T>): Promise<T> {
    let told = first;
    for (let hop = 0; hop < MOST_REFERRALS; hop++) {
      const host = told.referrals.map(hostOf).find((name) => name?.endsWith(`.${this.domain}`));
      const [known] = await this.#settings.locate();
      if (host === undefined || !known) throw told;
      const connection = await this.#open({ host, port: known.port });
      try {
        return await work(connection);
      } catch (e) {
        if (!(e instanceof LdapError && e.result === 10)) throw e;
        told = e;
      } finally {
        connection.close();
      }
    }
    throw told;
  }
}
function isOfTheServer(e: unknown): e is MayflyError {
  return e instanceof MayflyError && ofTheServer.has(e.code);
}
const hostOf = (url: string): string | undefined =>
  /^ldaps?:\/\/([A-Za-z0-9.-]{1,253})(?::\d{1,5})?(?:\/|$)/i.exec(url)?.[1]?.toLowerCase();
