import { forestName } from '../pki/publication.ts';
import type { Account, Host } from '../policy/account.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { DomainControllers } from './domain-controllers.ts';
import { listAccounts } from './ldap-account-list.ts';
import { findAccount } from './ldap-accounts.ts';
import { findHost, type HostLabels, listHosts } from './ldap-hosts.ts';
import { netBiosNameOf } from './netbios-name.ts';

/** One domain as Mayfly looks at it. */
export interface DirectoryDomain {
  readonly controllers: DomainControllers;
  /** Below which accounts and hosts are looked for; the domain's root unless set. */
  readonly searchBase?: string | undefined;
  readonly labels: HostLabels;
}
export interface LdapDirectorySettings {
  readonly domains: readonly DirectoryDomain[];
  /** Unix seconds. */
  readonly clock: () => number;
  /** Seconds for which the list of all hosts is kept. */
  readonly keepHosts?: number;
  /** Told as the list of hosts is read: of which domain, how many so far. */
  readonly progress?: (domain: string, found: number) => void;
}
const KEEP_HOSTS = 600;

/** The directory port over LDAP. Accounts and single hosts are read anew for every question; only the list of all hosts is kept. */
export class LdapDirectory {
  readonly #settings: LdapDirectorySettings;
  #hosts: { readonly readAt: number; readonly listed: Promise<readonly Host[]> } | undefined;
  #reading: Promise<readonly Host[]> | undefined;
  readonly #netBiosNames = new Map<string, string>();

  constructor(settings: LdapDirectorySettings) {
    this.#settings = settings;
  }
  /** In all domains: who is called alike in two of them is nobody. */
  async account(reference: string): Promise<Account | undefined> {
    const { domains, clock } = this.#settings;
    const found = await Promise.all(
      domains.map(({ controllers, searchBase }) => {
        const { domain } = controllers;
        const base = searchBase ?? forestName(domain);
        return controllers.run((connection) =>
          findAccount(connection, { domain, base, root: forestName(domain) }, reference, clock()),
        );
      }),
    );
    return only(found, 'account');
  }
  async host(name: string): Promise<Host | undefined> {
    const found = await Promise.all(
      this.#settings.domains.map(({ controllers, searchBase, labels }) => {
        const root = forestName(controllers.domain);
        return controllers.run((connection) => findHost(connection, { base: searchBase ?? root, root, labels }, name));
      }),
    );
    return only(found, 'host');
  }
  /**
   * As they were at most ten minutes ago, unless set otherwise. A list that is older, up to twice that, is still the answer while the
   * next one is read, so that nobody waits for a hundred thousand hosts but the first.
   */
  hosts(): Promise<readonly Host[]> {
    const age = this.#settings.clock() - (this.#hosts?.readAt ?? Number.NEGATIVE_INFINITY);
    const keep = this.#settings.keepHosts ?? KEEP_HOSTS;
    if (this.#hosts && age < keep) return this.#hosts.listed;
    const next = this.refreshHosts();
    if (!this.#hosts || 2 * keep <= age) return next;
    // Whoever asks next learns what has become of it.
    next.catch(() => undefined);
    return this.#hosts.listed;
  }
  /** Reads the list anew, whatever its age; whoever asks meanwhile waits for the same. */
  refreshHosts(): Promise<readonly Host[]> {
    const readAt = this.#settings.clock();
    this.#reading ??= this.#list()
      .then((hosts) => {
        this.#hosts = { readAt, listed: Promise.resolve(hosts) };
        return hosts;
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }
  async #list(): Promise<readonly Host[]> {
    const { domains, progress } = this.#settings;
    const lists = await Promise.all(
      domains.map(({ controllers, searchBase, labels }) =>
        controllers.run((connection) =>
          listHosts(connection, searchBase ?? forestName(controllers.domain), labels, (found) =>
            progress?.(controllers.domain, found),
          ),
        ),
      ),
    );
    return lists.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  /** What Windows calls a domain beside its DNS name; undefined where the directory does not show it. Kept: it never changes. */
  async netBiosName(domain: string): Promise<string | undefined> {
    const known = this.#netBiosNames.get(domain);
    if (known !== undefined) return known;
    const found = this.#settings.domains.find(({ controllers }) => controllers.domain === domain);
    const name = await found?.controllers.run((connection) => netBiosNameOf(connection, domain));
    if (name !== undefined) this.#netBiosNames.set(domain, name);
    return name;
  }
  /** Every account of every domain, for lists that are made of all of them. @throws MayflyError where one domain cannot tell */
  async *accounts(): AsyncGenerator<Account> {
    const { domains, clock } = this.#settings;
    for (const { controllers } of domains)
      yield* await controllers.run((connection) => listAccounts(connection, forestName(controllers.domain), clock()));
  }
  close(): void {
    for (const { controllers } of this.#settings.domains) controllers.close();
  }
}
function only<T>(found: readonly (T | undefined)[], what: string): T | undefined {
  const there = found.filter((each) => each !== undefined);
  if (1 < there.length)
    throw new MayflyError('directory-ambiguous', `several domains have an ${what} of that name`, {
      next: 'name an account by its SID or its user principal name, and a host by a DNS name that only one computer has',
    });
  return there[0];
}
