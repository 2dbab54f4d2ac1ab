import { mkdirSync } from 'node:fs';
import type { EnterpriseCa } from './enterprise-ca.ts';
import { type Kdc, writeClientConfiguration } from './kdc.ts';
import type { LabRun } from './lab-run.ts';
import type { ProcessGroup } from './process-group.ts';

export interface MitKdcSettings {
  readonly address: string;
  readonly realm: string;
  readonly host: string;
  readonly principals: readonly string[];
  /** Mayfly's CA certificate and CRL, PEM. */
  readonly anchor: string;
  readonly crl: string;
}

/**
 * The strict KDC: it checks what Windows checks of the certificate (Smart Card Logon EKU, revocation). Its realm is named in
 * lower case like the UPN suffix: MIT compares both byte by byte, so one certificate serves it and Active Directory.
 */
export class MitKdc implements Kdc {
  readonly name = 'mit';
  readonly granted = /AS_REQ .* ISSUE: /;
  readonly refused = /AS_REQ .* (?!NEEDED_PREAUTH|ISSUE)[A-Z_]+: |verify failure/;
  readonly realm: string;
  readonly log: string;
  readonly clientConfiguration: string;
  readonly #lab: LabRun;
  readonly #settings: MitKdcSettings;
  readonly #environment: Readonly<Record<string, string>>;
  #process: ProcessGroup | undefined;

  private constructor(
    lab: LabRun,
    settings: MitKdcSettings,
    clientConfiguration: string,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#lab = lab;
    this.#settings = settings;
    this.#environment = environment;
    this.realm = settings.realm;
    this.log = lab.path('mit', 'kdc.log');
    this.clientConfiguration = clientConfiguration;
  }

  static async start(lab: LabRun, enterprise: EnterpriseCa, settings: MitKdcSettings): Promise<MitKdc> {
    const { address, realm } = settings;
    const anchors = [enterprise.certificate, settings.anchor];
    const clientConfiguration = writeClientConfiguration(lab, { name: 'mit', realm, address, anchors });
    mkdirSync(lab.path('mit'), { recursive: true });
    const identity = await enterprise.kdc(settings.host, realm);
    const profile = lab.write(
      'mit/kdc.conf',
      profileText(lab.path('mit'), settings, `FILE:${identity.certificate},${identity.key}`),
    );
    const environment = { KRB5_CONFIG: clientConfiguration, KRB5_KDC_PROFILE: profile };
    await lab.run('kdb5_util', ['create', '-s', '-r', realm, '-P', 'lab-master'], { environment });
    for (const principal of settings.principals) {
      await lab.run('kadmin.local', ['-r', realm, 'addprinc', '-randkey', '+requires_preauth', principal], { environment });
    }
    const kdc = new MitKdc(lab, settings, clientConfiguration, environment);
    await kdc.#launch();
    return kdc;
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
      'krb5kdc',
      'krb5kdc',
      ['-n', '-r', this.realm, '-P', this.#lab.path('mit', 'pid')],
      this.#environment,
    );
    await this.#process.listening(this.#settings.address, 88);
  }
}

function profileText(folder: string, settings: MitKdcSettings, identity: string): string {
  return `[kdcdefaults]
  kdc_listen = ${settings.address}:88
  kdc_tcp_listen = ${settings.address}:88
[realms]
  ${settings.realm} = {
    database_name = ${folder}/principal
    key_stash_file = ${folder}/stash
    acl_file = ${folder}/kadm5.acl
    max_life = 10h
    default_principal_flags = +preauth
    pkinit_identity = ${identity}
    pkinit_anchors = FILE:${settings.anchor}
    pkinit_eku_checking = scLogin
    pkinit_allow_upn = true
    pkinit_revoke = FILE:${settings.crl}
    pkinit_require_crl_checking = true
  }
[logging]
  kdc = FILE:${folder}/kdc.log
`;
}
