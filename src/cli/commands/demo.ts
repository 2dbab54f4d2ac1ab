import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { replaceFile } from '../../ca/atomic-file.ts';
import { CaClient } from '../../ca/ca-client.ts';
import { createCa } from '../../ca/create-ca.ts';
import { toPem } from '../../ca/pem.ts';
import { Custody } from '../../custody/custody.ts';
import { restartHardened } from '../../custody/hardening.ts';
import { LiveCard } from '../../custody/live-card.ts';
import { DEFAULT_LIFETIME } from '../../pki/bounds.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import type { CertificateFacts } from '../../x509/certificate.ts';
import { verifyChain } from '../../x509/verify-chain.ts';
import { startCaProcess } from '../ca-process.ts';
import { clock } from '../clock.ts';
import { describeFailure } from '../failure.ts';
import { formatStep, Steps } from '../steps.ts';
import { type ChosenCa, chooseCa, planOf, withNewPassphrase } from './chosen-ca.ts';
import { complain } from './complain.ts';
import { decryptAndCheck, MinidriverDialogue, signAndCheck } from './minidriver-dialogue.ts';
import { mint } from './mint-card.ts';

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

const told = (text: string) => text;

/** What a Windows host does with the card, from the first SELECT to the last signature, each answer checked. */
async function logonDialogue(steps: Steps, card: LiveCard): Promise<Uint8Array> {
  const host = new MinidriverDialogue((apdu) => card.transmit(apdu));
  await steps.run('SELECT', () => host.select());
  await steps.run(
    'card id',
    () => host.getData(0x5fc102),
    (chuid) => `CHUID of ${chuid.length} octets`,
  );
  const certificate = await steps.run(
    'read certificate',
    () => host.certificate(),
    (der) => `${der.length} octets`,
  );
  await steps.run(
    'VERIFY',
    () => host.verifyPin(card.pin),
    () => 'the PIN, once',
  );
  await steps.run(
    'sign',
    () => signAndCheck(host, certificate, 'SHA-1'),
    () => 'SHA-1, verifies with the certificate',
  );
  await steps.run(
    'decrypt',
    () => decryptAndCheck(host, certificate),
    () => 'the raw operation, the secret is right',
  );
  await steps.run(
    'sign',
    () => signAndCheck(host, certificate, 'SHA-256'),
    () => 'SHA-256, verifies with the certificate',
  );
  return certificate;
}
/** The key goes; the certificate stays readable and nothing is signed any more. */
async function afterwards(steps: Steps, card: LiveCard): Promise<void> {
  await steps.run(
    'destroy the key',
    () => card.destroy('released'),
    () => `after ${card.operations} operations`,
  );
  const host = new MinidriverDialogue((apdu) => card.transmit(apdu));
  await steps.run(
    'one more signature',
    () => host.refusal(),
    (status) => {
      if (status === 0x9000) throw new MayflyError('demo-refusal', 'the card signed after its key was destroyed');
      return `refused, ${status.toString(16)}`;
    },
  );
  await steps.run(
    'read certificate',
    () => host.certificate(),
    () => 'still there',
  );
}
interface Demo {
  readonly steps: Steps;
  readonly chosen: ChosenCa;
  readonly person: string;
  readonly leafFile: string;
}
async function walk({ steps, chosen, person, leafFile }: Demo): Promise<void> {
  const { folder } = chosen;
  const account = accountOf(person);
  const holder = { account, userPrincipalName: `${account}@${DOMAIN}`, sid: SID };
  await steps.run('lab CA', () => labCa(chosen), told);
  const { client, stop } = await steps.run(
    'CA process',
    () => caClient(chosen),
    (connection) => connection.told,
  );
  const custody = new Custody({ poolSize: 0, log: (line) => process.stderr.write(`${line}\n`) });
  try {
    const minted = await steps.run(
      'mint the card',
      () => mint(custody, client, 'rsa-2048', holder, DEFAULT_LIFETIME),
      ({ notAfter }) => {
        return `RSA-2048, for ${holder.userPrincipalName}, until ${isoTime(notAfter)}`;
      },
    );
    const card = new LiveCard({ ...minted, destroyed: () => undefined });
    const certificate = await logonDialogue(steps, card);
    const crl = await client.crl(false);
    await steps.run('own validation', async () => verifyOurselves(certificate, await folder.readCertificate(), crl), told);
    await mkdir(dirname(leafFile), { recursive: true, mode: 0o700 });
    await replaceFile(leafFile, toPem('CERTIFICATE', certificate), 0o644);
    await replaceFile(`${leafFile}.crl`, toPem('X509 CRL', crl), 0o644);
    await steps.run('openssl', () => verifyByOpenssl(leafFile, folder.certificateFile, `${leafFile}.crl`), told);
    await afterwards(steps, card);
  } finally {
    client.close();
    await custody.close();
    await stop();
  }
}

/** `mayfly demo`: a card for one person, from nothing, and what a Windows host does with it; every step in sight. */
export async function demo({ json, config, args }: DemoOptions): Promise<number> {
  restartHardened();
  const person = args[0] ?? 'Alice Example';
  const steps = new Steps((step) => {
    if (!json) process.stdout.write(`${formatStep(step)}\n`);
  });
  const chosen = await chooseCa({ ...options, ...(config === undefined ? {} : { config }) });
  const leafFile = join(chosen.config.home, 'demo', `${accountOf(person)}.crt`);
  try {
    await walk({ steps, chosen, person, leafFile });
  } catch (e) {
    if (!json) throw e;
    // One object, with what went before the failure in it.
    process.stdout.write(`${JSON.stringify({ ok: false, steps: steps.steps, error: describeFailure(e) })}\n`);
    complain(e);
    return 1;
  }
  const here = relative(process.cwd(), leafFile) || leafFile;
  process.stdout.write(
    json
      ? `${JSON.stringify({ ok: steps.ok, steps: steps.steps, certificateFile: leafFile })}\n`
      : `\nThe certificate is ${here}: look at it with\n  openssl x509 -noout -text -in ${here}\n` +
          'Next: make a CA for your domain (README, "The issuing CA"), or see real KDCs take such a card: npm run lab -- kinit\n',
  );
  return 0;
}
