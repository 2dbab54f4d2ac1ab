import { copyFileSync, mkdirSync } from 'node:fs';
import { CredSspHost, type CredSspHostSettings } from './credssp-host.ts';
import { DOMAIN, REALM } from './domain.ts';
import type { Identity } from './enterprise-ca.ts';
import { type Forest, startForest } from './forest.ts';
import type { LabRun } from './lab-run.ts';
import { MitKdc } from './mit-kdc.ts';
import { publishAsAdmin, shownCa } from './publication.ts';
import { ServiceProcess } from './service-process.ts';

export const HOST = `host1.${DOMAIN}`;
const HOST_ADDRESS = '127.0.1.60';
const GATEWAY = `gateway.${DOMAIN}`;
/** By it this machine reaches the service. */
const SERVICE_ADDRESS = '127.0.0.1';
/** A second KDC of the realm, the strict one: MIT's. */
const KDC = { name: 'kdc', address: '127.0.1.20', host: `kdc.${DOMAIN}`, realm: REALM, principals: ['alice', 'carol'] };
const PKI = { name: `pki.${DOMAIN}`, address: '127.0.1.41', port: 8080 };

const RULES = `@id("own") @minutes("30")
permit (principal, action == Action::"open", resource) when { context.account.own };

@id("doctor") @minutes("5")
permit (principal, action == Action::"openNamed", resource)
when { context.account.own && context.mode == Mode::"card" };
`;

/** Everything that a logon needs, in order. */
export interface DoctorStage {
  readonly lab: LabRun;
  readonly forest: Forest;
  readonly keyId: string;
  /** The CRL that the web server has. */
  readonly twin: string;
  /** The certificate that the service's configuration names. */
  readonly gateway: Identity;
  readonly kdc: MitKdc;
  readonly host: Host;
  readonly service: ServiceProcess;
}
/** The RDP host: a Windows host as far as NLA goes, in another hand. */
class Host {
  readonly #lab: LabRun;
  readonly #settings: Omit<CredSspHostSettings, 'name'>;
  #running: CredSspHost | undefined;
  #starts = 0;

  constructor(lab: LabRun, settings: Omit<CredSspHostSettings, 'name'>) {
    this.#lab = lab;
    this.#settings = settings;
  }
  async start(change: Partial<CredSspHostSettings> = {}): Promise<void> {
    await this.stop();
    this.#running = await CredSspHost.start(this.#lab, { ...this.#settings, name: `host-${this.#starts++}`, ...change });
  }
  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }
}

/** Each part is a step. */
export async function startDoctorStage(lab: LabRun): Promise<DoctorStage> {
  const { steps } = lab;
  const gateway = { certificate: lab.path('gateway', 'tls.crt'), key: lab.path('gateway', 'tls.key') };
  const configuration = (anchor: string) => ({
    realms: [{ name: REALM, kdcs: [`dc1.${DOMAIN}`, KDC.host], anchors: [anchor] }],
    targets: [{ name: HOST, address: HOST_ADDRESS, anchors: [anchor] }],
    service: {
      ...{ ca: 'corp', listen: `${SERVICE_ADDRESS}:8443`, names: [GATEWAY], ...gateway },
      ...{ gateway: '127.0.1.70:3389', gatewayAddress: `${GATEWAY}:3389`, policy: lab.path('policy') },
    },
  });
  lab.write('policy/own.cedar', RULES);
  const forest = await startForest(lab, configuration, ['--crl-url', `http://${PKI.name}:${PKI.port}`]);
  const { mayfly, enterprise } = forest;
  const { keyId, crlFile } = await shownCa(forest);
  const host = await steps.run('an RDP host with NLA, in the directory', () => startHost(lab, forest));
  await steps.run('mayfly ca refused-sids, mayfly ca serve', async () => {
    await mayfly.run('ca', 'refused-sids', '--ca', 'corp');
    await mayfly.serve();
  });
  await steps.run('the CA published by an enterprise admin', () => publishAsAdmin(forest), String);
  const twin = await steps.run('a web server with the CRL', () => startTwin(lab, keyId, crlFile), String);
  await steps.run('the certificate of the gateway', async () => {
    const { certificate, key } = await enterprise.tlsServer(GATEWAY, SERVICE_ADDRESS);
    mkdirSync(lab.path('gateway'), { recursive: true, mode: 0o700 });
    copyFileSync(certificate, gateway.certificate);
    copyFileSync(key, gateway.key);
  });
  const kdc = await steps.run('MIT KDC of the same realm', () => startKdc(lab, forest));
  const service = await steps.run('mayfly serve', () => ServiceProcess.start(lab, mayfly, 'service'));
  return { lab, forest, keyId, twin, gateway, kdc, host, service };
}
async function startHost(lab: LabRun, { samba, enterprise }: Forest): Promise<Host> {
  const service = `TERMSRV/${HOST}`;
  await samba.modify(
    `dn: CN=host1,CN=Computers,${samba.base}\nchangetype: add\nobjectClass: computer\nsAMAccountName: host1$\nuserAccountControl: 4096\ndNSHostName: ${HOST}\noperatingSystem: Windows Server 2025\nservicePrincipalName: ${service}\nmsDS-SupportedEncryptionTypes: 24\n`,
  );
  await samba.tool('user', 'setpassword', 'host1$', '--newpassword=Passw0rd-Host1');
  const keytab = lab.path('ad', 'host1.keytab');
  await samba.tool('domain', 'exportkeytab', keytab, `--principal=${service}`);
  const identity = await enterprise.tlsServer(HOST, HOST_ADDRESS);
  const host = new Host(lab, { address: HOST_ADDRESS, keytab, identity, configuration: samba.clientConfiguration });
  await host.start();
  return host;
}
/** It compares names octet by octet: alice is called so in upper case. */
async function startKdc(lab: LabRun, { mayfly, samba, enterprise }: Forest): Promise<MitKdc> {
  await samba.modify(
    `dn: CN=alice,CN=Users,${samba.base}\nchangetype: modify\nreplace: userPrincipalName\nuserPrincipalName: alice@${REALM}\n`,
  );
  const crl = lab.path('kdc-crl.pem');
  await mayfly.publishCrl(crl);
  return MitKdc.start(lab, enterprise, { ...KDC, anchor: mayfly.certificate, crl });
}
/** Python's, with a copy: what an administrator makes of `mayfly ca crl --out`. */
async function startTwin(lab: LabRun, keyId: string, crlFile: string): Promise<string> {
  const twin = lab.path('web', 'crl', `${keyId}.crl`);
  mkdirSync(lab.path('web', 'crl'), { recursive: true });
  copyFileSync(crlFile, twin);
  const { address, port } = PKI;
  const given = ['-m', 'http.server', String(port), '--bind', address, '--directory', lab.path('web')];
  await lab.start('web', '/usr/bin/python3', given).listening(address, port, 60_000);
  return twin;
}
