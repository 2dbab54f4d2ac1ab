import { mkdirSync } from 'node:fs';
import type { EnterpriseCa, Identity } from './enterprise-ca.ts';
import { type Kdc, type Neighbour, writeClientConfiguration } from './kdc.ts';
import type { LabRun } from './lab-run.ts';
import type { ProcessGroup } from './process-group.ts';

export interface MitKdcSettings {
  /** Of its folder. */
  readonly name: string;
  readonly address: string;
  readonly realm: string;
  readonly host: string;
  readonly principals: readonly string[];
  /** Mayfly's CA certificate and CRL, PEM. */
  readonly anchor: string;
  readonly crl: string;
  /** Realms whose hosts it refers a client to, and whose KDC the client then asks. */
  readonly neighbours?: readonly Neighbour[];
}

/** What a step changes of a KDC for a while. */
export interface MitKdcVariant {
  readonly minimumDhBits?: number;
  readonly crl?: string;
  readonly anchor?: string;
  /** False: without PKINIT at all. */
  readonly pkinit?: boolean;
  /** The KDC's own certificate. */
  readonly identity?: Identity;
}

/**
 * The strict KDC: it checks what Windows checks of the certificate (Smart Card Logon EKU, revocation). Its realm is named in
 * lower case like the UPN suffix: MIT compares both byte by byte, so one certificate serves it and Active Directory.
 */
export class MitKdc implements Kdc {
  readonly name: string;
  readonly granted = /AS_REQ .* ISSUE: /;
  readonly refused = /AS_REQ .* (?!NEEDED_PREAUTH|ISSUE)[A-Z_]+: |verify failure/;
  readonly realm: string;
  readonly log: string;
  readonly host: string;
  readonly address: string;
  readonly clientConfiguration: string;
  readonly #lab: LabRun;
  readonly #settings: MitKdcSettings;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #identity: Identity;
  #process: ProcessGroup | undefined;

  private constructor(
    lab: LabRun,
    settings: MitKdcSettings,
    clientConfiguration: string,
    environment: Readonly<Record<string, string>>,
    identity: Identity,
  ) {
    this.#lab = lab;
    this.#settings = settings;
    this.#environment = environment;
    this.#identity = identity;
    this.name = settings.name;
    this.host = settings.host;
    this.address = settings.address;
    this.realm = settings.realm;
    this.log = lab.path(settings.name, 'kdc.log');
    this.clientConfiguration = clientConfiguration;
  }

  static async start(lab: LabRun, enterprise: EnterpriseCa, settings: MitKdcSettings): Promise<MitKdc> {
    const { name, address, realm, neighbours } = settings;
    const anchors = [enterprise.certificate, settings.anchor];
    const clientConfiguration = writeClientConfiguration(lab, { name, realm, address, anchors, neighbours });
    mkdirSync(lab.path(name), { recursive: true });
    const identity = await enterprise.kdc(settings.host, realm);
    const profile = lab.write(`${name}/kdc.conf`, profileText(lab.path(name), settings, identity));
    const environment = { KRB5_CONFIG: clientConfiguration, KRB5_KDC_PROFILE: profile };
    await lab.run('kdb5_util', ['create', '-s', '-r', realm, '-P', 'lab-master'], { environment });
    const kdc = new MitKdc(lab, settings, clientConfiguration, environment, identity);
    for (const principal of settings.principals) {
      await kdc.administer('addprinc', '-randkey', '+requires_preauth', principal);
    }
    await kdc.#launch();
    return kdc;
  }

  /** One kadmin.local query; the running KDC sees what it changes. */
  administer(...query: readonly string[]): Promise<string> {
    return this.#lab.run('kadmin.local', ['-r', this.realm, ...query], { environment: this.#environment });
  }

  /** A service with random keys, of one encryption type where one is named; gives its keytab. */
  async service(principal: string, encryptionType?: string): Promise<string> {
    const keytab = this.#lab.path(this.name, `${principal.replaceAll('/', '-')}.keytab`);
    const keys = encryptionType === undefined ? [] : ['-e', `${encryptionType}:normal`];
    await this.administer('addprinc', '-randkey', ...keys, principal);
    await this.administer('ktadd', '-k', keytab, '-norandkey', principal);
    return keytab;
  }

  /** Restarts it with something changed; with nothing given, as it was at first. */
  async vary(variant: MitKdcVariant = {}): Promise<void> {
    const text = profileText(this.#lab.path(this.name), this.#settings, this.#identity, variant);
    this.#lab.write(`${this.name}/kdc.conf`, text);
    await this.restart();
  }

  /** MIT reads its CRL at start only: neither SIGHUP nor a new file makes it look again. */
  async restart(): Promise<void> {
    if (this.#process !== undefined) {
      await this.#lab.stop(this.#process);
    }
    await this.#launch();
  }

  async #launch(): Promise<void> {
    this.#process = this.#lab.start(
      `krb5kdc-${this.name}`,
      'krb5kdc',
      ['-n', '-r', this.realm, '-P', this.#lab.path(this.name, 'pid')],
      this.#environment,
    );
    await this.#process.listening(this.#settings.address, 88);
  }
}

function profileText(folder: string, settings: MitKdcSettings, own: Identity, variant: MitKdcVariant = {}): string {
  const { identity = own, anchor = settings.anchor, crl = settings.crl, minimumDhBits, pkinit = true } = variant;
  const lines = [
    ...[`database_name = ${folder}/principal`, `key_stash_file = ${folder}/stash`, `acl_file = ${folder}/kadm5.acl`],
    ...['max_life = 10h', 'default_principal_flags = +preauth'],
    ...(pkinit ? [`pkinit_identity = FILE:${identity.certificate},${identity.key}`] : []),
    ...[`pkinit_anchors = FILE:${anchor}`, 'pkinit_eku_checking = scLogin', 'pkinit_allow_upn = true'],
    ...[`pkinit_revoke = FILE:${crl}`, 'pkinit_require_crl_checking = true'],
    ...(minimumDhBits === undefined ? [] : [`pkinit_dh_min_bits = ${minimumDhBits}`]),
  ];
  return `[kdcdefaults]
  kdc_listen = ${settings.address}:88
  kdc_tcp_listen = ${settings.address}:88
[realms]
  ${settings.realm} = {
${lines.map((line) => `    ${line}`).join('\n')}
  }
[logging]
  kdc = FILE:${folder}/kdc.log
`;
}
