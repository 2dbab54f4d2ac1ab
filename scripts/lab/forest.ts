import { assert } from './clients/expected.ts';
import { DOMAIN, REALM } from './domain.ts';
import { createEnterpriseCa, type EnterpriseCa } from './enterprise-ca.ts';
import type { LabRun } from './lab-run.ts';
import { LdapClient } from './ldap-client.ts';
import { Mayfly } from './mayfly.ts';
import { type SambaDc, startSambaDc } from './samba-dc.ts';

export const STAFF = 'staff.example';
const ADMINISTRATOR = 'Passw0rd-Lab1'; // of a domain that nothing outside this run can reach
const SERVICE = { name: 'svc-mayfly', password: 'Passw0rd-Service1' };
const CONFIGURATION = 'CN=Configuration,DC=lab,DC=mayfly,DC=test';
export const PUBLIC_KEY_SERVICES = `CN=Public Key Services,CN=Services,${CONFIGURATION}`;

/** A Mayfly CA that is no lab CA, a forest that does not know it yet, and who may do what there. */
export interface Forest {
  readonly enterprise: EnterpriseCa;
  readonly mayfly: Mayfly;
  readonly samba: SambaDc;
  readonly admin: LdapClient;
  readonly service: LdapClient;
  /** Options that make a command run as the administrator. */
  readonly asAdmin: readonly string[];
  readonly refusedSidList: string;
  /** SIDs of the accounts of the template. */
  readonly sid: (account: string) => Promise<string>;
}

/**
 * Each part is a step.
 * @param more of the configuration file, with the CA of the domain's own certificates
 * @param init options of `mayfly ca init`
 */
export async function startForest(
  lab: LabRun,
  more: (anchor: string) => object = () => ({}),
  init: readonly string[] = [],
): Promise<Forest> {
  const { steps } = lab;
  const enterprise = await steps.run('enterprise CA', () => createEnterpriseCa(lab));
  const passphrase = lab.write('corp.passphrase', 'correct horse battery staple\n');
  const password = lab.write('service.password', `${SERVICE.password}\n`);
  const refusedSidList = lab.path('mayfly', 'refused-sids');
  const configuration = {
    domains: [{ name: DOMAIN, upnSuffixes: [DOMAIN, STAFF] }],
    directories: [
      {
        domain: DOMAIN,
        servers: [`dc1.${DOMAIN}`],
        anchors: [enterprise.certificate],
        account: `${SERVICE.name}@${DOMAIN}`,
        password: { file: password },
        hostLabels: { site: 'location', access: 'description' },
      },
    ],
    cas: [{ name: 'corp', passphrase: { file: passphrase }, refusedSidList }],
    service: { ca: 'corp', listen: '127.0.0.1:8443' },
    ...more(enterprise.certificate),
  };
  const mayfly = new Mayfly(lab, 'corp', lab.write('mayfly.json', JSON.stringify(configuration)));
  await steps.run('mayfly ca init', () =>
    mayfly.run('ca', 'init', '--ca', 'corp', '--domain', DOMAIN, '--key', 'rsa-2048', '--json', ...init),
  );
  const samba = await steps.run(
    'Samba AD DC',
    () =>
      startSambaDc(lab, enterprise, mayfly.certificate, {
        address: '127.0.1.10',
        realm: REALM,
        domain: 'LAB',
        host: `dc1.${DOMAIN}`,
        administratorPassword: ADMINISTRATOR,
        accounts: ['alice', 'bob'],
      }),
    (dc) => dc.origin,
  );
  await steps.run('service account', async () => {
    await samba.tool('user', 'create', SERVICE.name, SERVICE.password);
    const said = await mayfly.run('config', 'check');
    assert(said.includes('no fault'), said);
  });
  const server = { host: samba.host, anchor: enterprise.certificate };
  return {
    enterprise,
    mayfly,
    samba,
    admin: new LdapClient(lab, server, `Administrator@${DOMAIN}`, ADMINISTRATOR),
    service: new LdapClient(lab, server, `${SERVICE.name}@${DOMAIN}`, SERVICE.password),
    asAdmin: ['--account', `Administrator@${DOMAIN}`, '--password-file', lab.write('admin.password', `${ADMINISTRATOR}\n`)],
    refusedSidList,
    sid: (account) => samba.sid(account),
  };
}
