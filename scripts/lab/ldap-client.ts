import type { LabRun, Outcome } from './lab-run.ts';

/** OpenLDAP's ldapsearch and ldapmodify over LDAPS, as one account: another opinion on what the directory holds. */
export class LdapClient {
  readonly #lab: LabRun;
  readonly #options: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;

  constructor(lab: LabRun, server: { readonly host: string; readonly anchor: string }, account: string, password: string) {
    this.#lab = lab;
    this.#options = ['-x', '-H', `ldaps://${server.host}`, '-D', account, '-w', password, '-o', 'ldif-wrap=no'];
    this.#environment = { LDAPTLS_CACERT: server.anchor, LDAPTLS_REQCERT: 'demand' };
  }
  /** The values of one attribute of one object; undefined where there is no such object. */
  async values(name: string, attribute: string): Promise<readonly Buffer[] | undefined> {
    const asked = [...this.#options, '-LLL', '-s', 'base', '-b', name, '(objectClass=*)', attribute];
    const { code, stdout, stderr } = await this.#lab.attempt('ldapsearch', asked, { environment: this.#environment });
    if (code === 32) return undefined;
    if (code !== 0) throw new Error(`ldapsearch ended with code ${code}: ${stderr.trim()}`);
    return [...stdout.matchAll(new RegExp(`^${attribute}(::?) (.*)$`, 'gim'))].map(([, colons, value = '']) =>
      Buffer.from(value, colons === '::' ? 'base64' : 'utf8'),
    );
  }
  /** LDIF; code 50 is what a directory says to who has no right to it. */
  modify(ldif: string): Promise<Outcome> {
    return this.#lab.attempt('ldapmodify', this.#options, { environment: this.#environment, input: ldif });
  }
}
