import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { replaceFile } from '../../ca/atomic-file.ts';
import { CaClient, type IssuedCertificate } from '../../ca/ca-client.ts';
import { createCa } from '../../ca/create-ca.ts';
import { toPem } from '../../ca/pem.ts';
import { DEFAULT_LIFETIME } from '../../pki/bounds.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import type { CertificateFacts } from '../../x509/certificate.ts';
import { verifyChain } from '../../x509/verify-chain.ts';
import { startCaProcess } from '../ca-process.ts';
import { clock } from '../clock.ts';
import { describeFailure } from '../failure.ts';
import { formatStep, Steps } from '../steps.ts';
import { refusal } from './ca-issue.ts';
import { type ChosenCa, chooseCa, planOf, withNewPassphrase } from './chosen-ca.ts';
import { complain } from './complain.ts';

const run = promisify(execFile);
const DOMAIN = 'demo.mayfly.test';
/** A made-up account of a made-up domain. */
const SID = 'S-1-5-21-1004336348-1177238915-682003330-1105';
const options = { ca: 'demo', args: [], sid: 'extension', ekuConstraint: true, lab: true, domain: [DOMAIN] } as const;

interface DemoOptions {
  readonly json?: boolean;
  readonly config?: string;
  readonly args: readonly string[];
}
const accountOf = (person: string) => person.trim().toLowerCase().replaceAll(/\s+/g, '.');

async function labCa(chosen: ChosenCa): Promise<string> {
  if (await chosen.folder.exists()) return 'there already';
  await withNewPassphrase(chosen, options, (passphrase) => createCa(chosen.folder, planOf(options), passphrase, clock));
  return 'made';
}
/** The process that serves the CA already, or one of our own for as long as this takes. */
async function caClient({ socket, config }: ChosenCa): Promise<{ client: CaClient; stop: () => Promise<void>; told: string }> {
  try {
    return { client: await CaClient.connect(socket), stop: () => Promise.resolve(), told: 'running already' };
  } catch {
    const { pid, stop } = await startCaProcess(options.ca, { ...process.env, MAYFLY_HOME: config.home });
    return { client: await CaClient.connect(socket), stop, told: `process ${pid}` };
  }
}
async function issued(client: CaClient, person: string, subjectPublicKeyInfo: Uint8Array): Promise<IssuedCertificate> {
  const account = accountOf(person);
  const userPrincipalName = `${account}@${DOMAIN}`;
  const asked = await client.issue({
    cardId: randomUUID(),
    account,
    userPrincipalName,
    sid: SID,
    subjectPublicKeyInfo,
    lifetime: DEFAULT_LIFETIME,
  });
  if (!asked.ok) throw refusal(asked.refused);
  return asked.reply;
}
async function verifyOurselves(leaf: Uint8Array, ca: CertificateFacts, crl: Uint8Array): Promise<string> {
  const verdict = await verifyChain({
    certificates: [leaf],
    anchors: [ca.der],
    crls: [crl],
    time: clock(),
    purpose: 'logon-certificate',
    revocation: 'require',
  });
  if (!verdict.ok) throw new MayflyError('demo-verify', verdict.reason);
  return 'signature, validity, purpose and CRL hold';
}
async function verifyByOpenssl(leafFile: string, caFile: string, crlFile: string): Promise<string> {
  const { stdout } = await run('openssl', ['verify', '-crl_check', '-CAfile', caFile, '-CRLfile', crlFile, leafFile]).catch(
    (e: unknown) => {
      if (e instanceof Error && 'code' in e && e.code === 'ENOENT') return { stdout: 'skipped: openssl is not installed' };
      throw e;
    },
  );
  return stdout.trim().replace(/^.*: /, '');
}

/** `mayfly demo`: a certificate for one person, from nothing, every step in sight. */
export async function demo({ json, config, args }: DemoOptions): Promise<number> {
  const person = args[0] ?? 'Alice Example';
  const steps = new Steps((step) => {
    if (!json) process.stdout.write(`${formatStep(step)}\n`);
  });
  const chosen = await chooseCa({ ...options, ...(config === undefined ? {} : { config }) });
  const { folder } = chosen;
  const leafFile = join(chosen.config.home, 'demo', `${accountOf(person)}.crt`);
  const here = (path: string) => relative(process.cwd(), path) || path;
  let stop = () => Promise.resolve();
  try {
    await steps.run(
      'lab CA',
      () => labCa(chosen),
      (told) => `${told}, ${here(folder.path)}`,
    );
    const ca = await folder.readCertificate();
    const connection = await steps.run(
      'CA process',
      () => caClient(chosen),
      ({ told }) => told,
    );
    ({ stop } = connection);
    const { client } = connection;
    const { publicKey } = await steps.run(
      'key pair',
      () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
      () => 'RSA-2048, dropped at the end',
    );
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    const { certificate } = await steps.run(
      'certificate',
      () => issued(client, person, spki),
      (reply) => `for ${accountOf(person)}@${DOMAIN}, until ${isoTime(reply.notAfter)}`,
    );
    const crl = await client.crl(false);
    client.close();
    await steps.run(
      'own validation',
      () => verifyOurselves(certificate, ca, crl),
      (told) => told,
    );
    await mkdir(join(chosen.config.home, 'demo'), { recursive: true, mode: 0o700 });
    await replaceFile(leafFile, toPem('CERTIFICATE', certificate), 0o644);
    await replaceFile(`${leafFile}.crl`, toPem('X509 CRL', crl), 0o644);
    await steps.run(
      'openssl',
      () => verifyByOpenssl(leafFile, folder.certificateFile, `${leafFile}.crl`),
      (told) => told,
    );
    if (json) process.stdout.write(`${JSON.stringify({ ok: steps.ok, steps: steps.steps, certificateFile: leafFile })}\n`);
  } catch (e) {
    if (!json) throw e;
    // One object, with what went before the failure in it.
    process.stdout.write(`${JSON.stringify({ ok: false, steps: steps.steps, error: describeFailure(e) })}\n`);
    complain(e);
    return 1;
  } finally {
    await stop();
  }
  if (!json) {
    process.stdout.write(
      `\nThe certificate is ${here(leafFile)}: look at it with\n  openssl x509 -noout -text -in ${here(leafFile)}\n`,
    );
    process.stdout.write(
      'Next: make a CA for your domain (README, "The issuing CA"), or see real KDCs take such a certificate: npm run lab -- kdc\n',
    );
  }
  return 0;
}
