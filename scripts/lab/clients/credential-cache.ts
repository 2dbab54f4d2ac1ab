import type { Kdc } from '../kdc.ts';
import type { LabRun } from '../lab-run.ts';
import { assert, said } from './expected.ts';

/** MIT's client programs with a credential cache that others wrote. */
export class CredentialCache {
  readonly #lab: LabRun;
  readonly #environment: Readonly<Record<string, string>>;

  /** @param kdc whose clients' configuration they have */
  constructor(lab: LabRun, kdc: Kdc, file: string) {
    this.#lab = lab;
    this.#environment = { KRB5_CONFIG: kdc.clientConfiguration, KRB5CCNAME: `FILE:${file}` };
  }

  /** klist: the tickets in it and their encryption types. */
  async list(principal: string, servers: readonly string[]): Promise<string> {
    const listed = await this.#lab.run('klist', ['-e'], { environment: this.#environment });
    const owner = said(listed, /^Default principal: (.+)$/m);
    const tickets = [...listed.matchAll(/^\d\S* \S+ {2}\S+ \S+ {2}(\S+)\n\s+Etype \(skey, tkt\): (.+?) *,? *$/gm)];
    const found = tickets.map(([, server]) => server).join();
    assert(owner === principal && found === servers.join(), `klist says: ${listed}`);
    return tickets.map(([, server, types]) => `${server} (${types})`).join(', ');
  }

  /** kvno: the ticket opens with the service's own key, as its host would open it. */
  async opensWith(keytab: string, service: string): Promise<string> {
    const told = await this.#lab.run('kvno', ['-k', keytab, service], { environment: this.#environment });
    return said(told, /.*: kvno = \d+, keytab entry valid/);
  }

  /** kvno: another ticket, by the ticket-granting ticket. */
  async fetch(...service: readonly string[]): Promise<string> {
    return said(await this.#lab.run('kvno', service, { environment: this.#environment }), /.*: kvno = \d+/);
  }
}
