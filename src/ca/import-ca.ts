import { createPrivateKey, type KeyObject } from 'node:crypto';
import { caFindings } from '../pki/ca-certificate-findings.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { CertificateFacts } from '../x509/certificate.ts';
import { replaceFile } from './atomic-file.ts';
import type { CaFolder } from './ca-folder.ts';
import type { Clock } from './certification-authority.ts';
import { type CaPlan, firstCrl, settingsOf } from './create-ca.ts';
import { fileSigner } from './file-signer.ts';
import { newFolder } from './new-folder.ts';
import { certificatesOf, pemBlocks, toPem } from './pem.ts';
import { openPkcs12 } from './pkcs12.ts';
import { sealPrivateKey } from './private-key-file.ts';
import { chainFaults, type Installed, readFound } from './subordinate-ca.ts';

/** A CA's key with its certificates, however they came. */
export interface KeyAndCertificates {
  readonly key: KeyObject;
  readonly certificates: readonly Uint8Array[];
}
const keyLabels = ['PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'];

/** Reads PKCS #12, or PEM with the key and its certificates; `passphrase` is the one the source is protected with. */
export async function readKeyAndCertificates(
  content: Uint8Array,
  passphrase: Uint8Array | undefined,
): Promise<KeyAndCertificates> {
  if (content[0] === 0x30) return openPkcs12(content, passphrase ?? new Uint8Array());
  const text = Buffer.from(content).toString('latin1');
  const keys = pemBlocks(text).filter((block) => keyLabels.includes(block.label));
  const [block] = keys;
  if (!block || keys.length > 1)
    throw new MayflyError('ca-import', 'the file is neither PKCS #12 nor PEM with one private key', {
      next: "give one file with the CA's private key and its certificate",
    });
  try {
    const begin = text.indexOf(`-----BEGIN ${block.label}-----`);
    const key = createPrivateKey({
      key: text.slice(begin),
      format: 'pem',
      ...(passphrase ? { passphrase: Buffer.from(passphrase) } : {}),
    });
    return { key, certificates: certificatesOf(content) };
  } catch (cause) {
    const next = 'give the right passphrase with --source-passphrase-file';
    throw new MayflyError('ca-import', 'the private key in the file cannot be opened', { cause, next });
  }
}
/** Takes a CA over that was made elsewhere: its key is encrypted anew, its certificate held to what an issuing CA must be. */
export async function importCa(
  folder: CaFolder,
  plan: CaPlan,
  source: KeyAndCertificates,
  passphrase: Uint8Array,
  clock: Clock,
): Promise<Installed> {
  const settings = settingsOf(plan);
  const { publicKey } = fileSigner(source.key);
  const read = source.certificates.map((der) => readFound(der, 'ca-import'));
  const certificate = read.find((c) => Buffer.compare(c.publicKey, publicKey) === 0);
  if (!certificate)
    throw new MayflyError('ca-import', 'none of the certificates in the file is for the key in it', {
      next: "put the CA's own certificate into the same file",
    });
  const chain = read.filter((c: CertificateFacts) => c !== certificate).map((c) => c.der);
  const findings = caFindings(certificate, { now: clock(), publicKey, ekuConstraint: plan.ekuConstraint });
  const faults = [...findings.faults, ...(chain.length > 0 ? await chainFaults(certificate, chain, clock()) : [])];
  if (faults.length > 0)
    throw new MayflyError('ca-import', `the certificate cannot be used: ${faults.join('; ')}`, {
      next: 'take over a CA that is fit for it, or make a new one; nothing was made',
    });
  await newFolder(folder, async (fresh) => {
    await replaceFile(fresh.keyFile, await sealPrivateKey(source.key, passphrase));
    await fresh.writeCertificate(certificate.der);
    if (chain.length > 0) await replaceFile(fresh.chainFile, chain.map((der) => toPem('CERTIFICATE', der)).join(''), 0o644);
    await fresh.writeSettings(settings);
    await firstCrl(fresh, passphrase, clock);
  });
  return { certificate, findings };
}
