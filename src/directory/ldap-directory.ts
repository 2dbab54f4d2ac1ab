import { forestName } from '../pki/publication.ts';
import type { Account, Host } from '../policy/account.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { DomainControllers } from './domain-controllers.ts';
import { listAccounts } from './ldap-account-list.ts';
import { findAccount } from './ldap-accounts.ts';
import { findHost, type HostLabels, listHosts } from './ldap-hosts.ts';

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
  #hosts: { readonly until: number; readonly listed: Promise<readonly Host[]> } | undefined;

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
  /** At most ten minutes old unless set otherwise. */
  hosts(): Promise<readonly Host[]> {
    const { clock, keepHosts = KEEP_HOSTS } = this.#settings;
    if (this.#hosts && clock() < this.#hosts.until) return this.#hosts.listed;
    return this.refreshHosts(clock() + keepHosts);
  }
  /** Reads the list anew, whatever its age; who asks meanwhile waits for it. */
  refreshHosts(until: number = this.#settings.clock() + (this.#settings.keepHosts ?? KEEP_HOSTS)): Promise<readonly Host[]> {
    const listed = this.#list();
    const kept = { until, listed };
    this.#hosts = kept;
    // What could not be read is not kept.
    listed.catch(() => {
      if (this.#hosts === kept) this.#hosts = undefined;
    });
    return listed;
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
