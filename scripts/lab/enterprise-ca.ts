import { readFileSync } from 'node:fs';
import type { LabRun } from './lab-run.ts';

export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/**
 * The customer's own CA (what AD CS is in a real domain), by openssl: it vouches for the domain controllers and their LDAPS,
 * and has nothing to do with Mayfly's CA.
 */
export interface EnterpriseCa {
  readonly certificate: string;
  /** A KDC certificate, RFC 4556 3.2.4: id-pkinit-KPKdc, and the name krbtgt/REALM@REALM. */
  kdc(host: string, realm: string): Promise<Identity>;
  tlsServer(host: string, address: string): Promise<Identity>;
}

const LEAF = [
  'basicConstraints = critical,CA:false',
  'keyUsage = critical,digitalSignature,keyEncipherment',
  'subjectKeyIdentifier = hash',
  'authorityKeyIdentifier = keyid',
];

export async function createEnterpriseCa(lab: LabRun): Promise<EnterpriseCa> {
  const authority = await request(lab, 'enterprise-ca', 'Enterprise CA', [
    'basicConstraints = critical,CA:true',
    'keyUsage = critical,keyCertSign,cRLSign',
    'subjectKeyIdentifier = hash',
  ]);
  return {
    certificate: authority.certificate,
    kdc: (host, realm) =>
      request(
        lab,
        `kdc-${host}-${realm}`,
        host,
        [
          ...LEAF,
          'extendedKeyUsage = 1.3.6.1.5.2.3.5,serverAuth',
          `subjectAltName = DNS:${host},otherName:1.3.6.1.5.2.2;SEQUENCE:kdc`,
        ],
        authority,
        kdcPrincipalName(realm),
      ),
    tlsServer: (host, address) =>
      request(
        lab,
        `tls-${host}`,
        host,
        [...LEAF, 'extendedKeyUsage = serverAuth', `subjectAltName = DNS:${host},DNS:${host.split('.')[0]},IP:${address}`],
        authority,
      ),
  };
}

/** Several PEM files in one, for programs that take a single anchors file. */
export function bundle(lab: LabRun, name: string, files: readonly string[]): string {
  return lab.write(
    name,
    files
      .map((file) => readFileSync(file, 'utf8').trimEnd())
      .join('\n')
      .concat('\n'),
  );
}

async function request(
  lab: LabRun,
  name: string,
  commonName: string,
  extensions: readonly string[],
  issuer?: Identity,
  sections: readonly string[] = [],
): Promise<Identity> {
  const configuration = lab.write(
    `enterprise/${name}.cnf`,
    `${['[req]', 'distinguished_name = subject', '[subject]', '[extensions]', ...extensions, ...sections].join('\n')}\n`,
  );
  const made = { certificate: lab.path('enterprise', `${name}.pem`), key: lab.path('enterprise', `${name}.key`) };
  const signer = issuer === undefined ? [] : ['-CA', issuer.certificate, '-CAkey', issuer.key];
  await lab.run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '2', '-subj', `/O=Enterprise Lab/CN=${commonName}`],
    ...['-config', configuration, '-extensions', 'extensions', '-keyout', made.key, '-out', made.certificate],
    ...signer,
  ]);
  return made;
}

/** KRB5PrincipalName, RFC 4556 3.2.2: realm [0], principalName [1] of type NT-SRV-INST. */
function kdcPrincipalName(realm: string): string[] {
  return [
    ...['[kdc]', `realm = EXP:0,GeneralString:${realm}`, 'principal = EXP:1,SEQUENCE:name'],
    ...['[name]', 'type = EXP:0,INTEGER:2', 'string = EXP:1,SEQUENCE:parts'],
    ...['[parts]', 'service = GeneralString:krbtgt', `instance = GeneralString:${realm}`],
  ];
}
