import type { Identity } from './enterprise-ca.ts';
import type { LabRun } from './lab-run.ts';

/** Who signs, PEM files; the passphrase of its key lies in a file. */
export interface Signer extends Identity {
  readonly passphrase?: string;
}

/** A logon certificate that is wrong in one way: Mayfly's CA would not sign it, so it is made around it. */
export interface CertificatePlan {
  /** File name without ending. */
  readonly name: string;
  readonly upn?: string | undefined;
  /** `openssl` names or object identifiers; none: no such extension. */
  readonly purposes?: readonly string[];
  readonly keyUsage?: string;
  /** Lines for the extensions' section. */
  readonly more?: readonly string[];
  /** Seconds from now. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

const LOGON = ['clientAuth', '1.3.6.1.4.1.311.20.2.2'];
const HOUR = 3600;

/** YYYYMMDDHHMMSSZ */
const openSslTime = (fromNow: number) => new Date(Date.now() + fromNow * 1000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');

const signedBy = ({ certificate, key, passphrase }: Signer) => [
  ...['-cert', certificate, '-keyfile', key],
  ...(passphrase === undefined ? [] : ['-passin', `file:${passphrase}`]),
];

function configurationOf(lab: LabRun, name: string, extensions: readonly string[]): string {
  const database = lab.write(`client/${name}.index`, '');
  return lab.write(
    `client/${name}.cnf`,
    [
      ...['[req]', 'distinguished_name = subject', '[subject]', '[ca]', 'default_ca = signer', '[signer]'],
      ...[`database = ${database}`, `new_certs_dir = ${lab.path('client')}`, 'rand_serial = yes', 'default_md = sha256'],
      ...['policy = any', 'unique_subject = no', 'x509_extensions = extensions', '[any]', 'commonName = supplied'],
      ...['[extensions]', ...extensions, ''],
    ].join('\n'),
  );
}

/** A CA of its own, which nobody trusts. */
export async function opensslCa(lab: LabRun, name: string): Promise<Signer> {
  const made = { certificate: lab.path('client', `${name}.pem`), key: lab.path('client', `${name}.key`) };
  const authority = [
    'basicConstraints = critical,CA:true',
    'keyUsage = critical,keyCertSign,cRLSign',
    'subjectKeyIdentifier = hash',
  ];
  await lab.run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '2', '-subj', `/CN=${name}`],
    ...['-config', configurationOf(lab, name, authority), '-extensions', 'extensions'],
    ...['-keyout', made.key, '-out', made.certificate],
  ]);
  return made;
}

/** An empty CRL, version 2, PEM; times are seconds from now. */
export async function opensslCrl(lab: LabRun, signer: Signer, name: string, from: number, until: number): Promise<string> {
  const out = lab.path('client', `${name}.crl`);
  const times = ['-crl_lastupdate', openSslTime(from), '-crl_nextupdate', openSslTime(until)];
  const configuration = configurationOf(lab, name, ['authorityKeyIdentifier = keyid']);
  const made = ['ca', '-gencrl', '-config', configuration, '-crlexts', 'extensions', ...times, ...signedBy(signer), '-out', out];
  await lab.run('openssl', made);
  return out;
}

/** Signed by openssl over the public key of `key`; plans say only what is unlike a right one. */
export async function opensslCertificate(lab: LabRun, signer: Signer, key: string, plan: CertificatePlan): Promise<Identity> {
  const { name, upn, purposes = LOGON, keyUsage = 'critical,digitalSignature', more = [] } = plan;
  const { notBefore = -HOUR, notAfter = HOUR } = plan;
  const file = (ending: string) => lab.path('client', `${name}.${ending}`);
  const extensions = [
    'basicConstraints = critical,CA:false',
    ...(keyUsage === '' ? [] : [`keyUsage = ${keyUsage}`]),
    ...(purposes.length === 0 ? [] : [`extendedKeyUsage = ${purposes.join(',')}`]),
    ...['subjectKeyIdentifier = hash', 'authorityKeyIdentifier = keyid'],
    ...(upn === undefined ? [] : [`subjectAltName = otherName:1.3.6.1.4.1.311.20.2.3;UTF8:${upn}`]),
    ...more,
  ];
  const configuration = configurationOf(lab, name, extensions);
  await lab.run('openssl', [
    ...['req', '-new', '-key', key, '-subj', `/CN=${name}`, '-config', configuration, '-out', file('csr')],
  ]);
  await lab.run('openssl', [
    ...['ca', '-batch', '-notext', '-config', configuration, '-in', file('csr'), '-out', file('pem')],
    ...['-startdate', openSslTime(notBefore), '-enddate', openSslTime(notAfter)],
    ...signedBy(signer),
  ]);
  return { certificate: file('pem'), key };
}
