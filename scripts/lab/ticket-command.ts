import { statSync } from 'node:fs';
import type { CardHolder } from './attached-card.ts';
import { assert } from './clients/expected.ts';
import type { LabRun } from './lab-run.ts';
import type { Mayfly } from './mayfly.ts';

/** Where KDCs are, whom they are trusted by, as the configuration file says it. */
export interface RealmSettings {
  readonly name: string;
  readonly anchor: string;
  /** None: found by DNS. */
  readonly kdcs?: readonly string[];
  /** CA of a KDC proxy, PEM. */
  readonly proxyCa?: string;
}

/** What `mayfly ticket --json` tells. */
export interface TicketReport {
  readonly client: string;
  readonly tickets: readonly { readonly server: string }[];
  readonly cache: string;
  readonly realms: readonly string[];
  readonly group: string;
  readonly digest: string;
  readonly kdf: string | null;
  readonly encryptionType: string;
  readonly secretRead: string;
  readonly exchanges: number;
  readonly signatures: number;
  readonly kdc: string | null;
  readonly ms: number;
  readonly keyDestroyedInMs: number;
}

let commands = 0;

/** `mayfly ticket` and `mayfly kdc probe` for one person, each in a process of its own with a new card. */
export class TicketCommand {
  readonly #lab: LabRun;
  readonly #mayfly: Mayfly;
  readonly #holder: CardHolder;
  readonly #configuration: string;
  readonly #realm: string;

  /** @param realms the person's own first */
  constructor(lab: LabRun, mayfly: Mayfly, holder: CardHolder, realms: readonly [RealmSettings, ...RealmSettings[]]) {
    commands += 1;
    this.#lab = lab;
    this.#mayfly = mayfly;
    this.#holder = holder;
    this.#realm = realms[0].name;
    const settings = realms.map(({ name, anchor, kdcs = [], proxyCa }) => {
      return { name, anchors: [anchor], kdcs, proxyCas: proxyCa === undefined ? [] : [proxyCa] };
    });
    this.#configuration = lab.write(`client/mayfly-${commands}.json`, JSON.stringify({ realms: settings }));
  }

  /** A ticket-granting ticket and one for the service, in a credential cache of their own. */
  async ticket(service: string, ...options: string[]): Promise<TicketReport> {
    commands += 1;
    const cache = this.#lab.path('client', `ticket-${commands}.ccache`);
    const own = ['--realm', this.#realm, '--service', service, '--cache', cache, '--json'];
    const report = JSON.parse(await this.#mayfly.run('ticket', ...own, ...this.#logon, ...options)) as TicketReport;
    const { client, tickets } = report;
    const servers = tickets.map(({ server }) => server);
    assert(client === `${this.#holder.account}@${this.#realm}`, `tickets for ${client}`);
    assert(servers[0] === `krbtgt/${this.#realm}@${this.#realm}`, `a first ticket for ${servers[0]}`);
    assert(servers.length === 2 && servers[1]?.startsWith(`${service}@`) === true, `a second ticket for ${servers[1]}`);
    const mode = (statSync(cache).mode & 0o777).toString(8);
    assert(mode === '600', `the credential cache has mode ${mode}`);
    return report;
  }

  /** What it prints for people, and whether it says that all KDCs let the person in. */
  async probe(...options: string[]): Promise<{ readonly ok: boolean; readonly said: string }> {
    const { code, stdout, stderr } = await this.#mayfly.attempt('kdc', 'probe', this.#realm, ...this.#logon, ...options);
    assert(code === 0 || code === 1, `mayfly kdc probe ended with code ${code}: ${stderr}`);
    assert(stdout !== '', stderr);
    return { ok: code === 0, said: stdout.trim().replaceAll(/\s*\n\s*/g, '; ') };
  }

  get #logon(): string[] {
    const { account, upn, sid } = this.#holder;
    return ['--ca', 'lab', '--config', this.#configuration, '--upn', upn, '--sid', sid, '--account', account];
  }
}

/** One line of it. */
export function summary({ client, group, digest, kdf, encryptionType, ...rest }: TicketReport): string {
  const { exchanges, signatures, secretRead, ms, keyDestroyedInMs } = rest;
  const by = `${group}, ${digest}, ${encryptionType}, key derivation ${kdf ?? 'of RFC 4556'}, secret read ${secretRead}`;
  return `${client} by ${by}; ${exchanges} exchanges, ${signatures} signature, ${ms} ms; key destroyed in ${keyDestroyedInMs} ms`;
}
