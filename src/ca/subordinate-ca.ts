import { readFile } from 'node:fs/promises';
import { type CaFindings, caFindings } from '../pki/ca-certificate-findings.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { makeCaRequest, readCaRequest } from '../x509/ca-certificate.ts';
import { type CertificateFacts, readCertificate } from '../x509/certificate.ts';
import { keyIdentifier } from '../x509/public-key.ts';
import { verifyChain } from '../x509/verify-chain.ts';
import { replaceFile, replaceFiles } from './atomic-file.ts';
import type { CaFolder } from './ca-folder.ts';
import type { Clock } from './certification-authority.ts';
import { type CaPlan, constraintOf, firstCrl, settingsOf, subjectOf } from './create-ca.ts';
import { fileSigner } from './file-signer.ts';
import { generateCaKey } from './key-kind.ts';
import { newFolder } from './new-folder.ts';
import { certificatesOf, fromPem, toPem } from './pem.ts';
import { openPrivateKey, sealPrivateKey } from './private-key-file.ts';
import { ProcessLock } from './process-lock.ts';

/** Makes a key and a request for an enterprise CA; the CA issues nothing until its certificate is installed. */
export async function requestCa(folder: CaFolder, plan: CaPlan, passphrase: Uint8Array): Promise<string> {
  const settings = settingsOf(plan);
  let pem = '';
  await newFolder(folder, async (fresh) => {
    const key = await generateCaKey(plan.keyKind);
    const signer = fileSigner(key);
    const subject = subjectOf(plan, keyIdentifier(signer.publicKey), 'CA');
    const request = await makeCaRequest(
      { subject, pathLength: 0, extendedKeyUsage: constraintOf(plan), publicKey: signer.publicKey },
      signer,
    );
    pem = toPem('CERTIFICATE REQUEST', request);
    await replaceFile(fresh.keyFile, await sealPrivateKey(key, passphrase));
    await replaceFile(fresh.requestFile, pem, 0o644);
    await fresh.writeSettings(settings);
  });
  return pem;
}

export function readFound(der: Uint8Array, code: 'ca-install' | 'ca-import'): CertificateFacts {
  try {
    return readCertificate(der);
  } catch (cause) {
    const why = cause instanceof MayflyError ? cause.cause : undefined;
    if (why instanceof DecodeError && why.path[0] === 'version') {
      throw new MayflyError(code, 'a certificate in the file is of version 1, which has no extensions', {
        cause,
        next: "issue it with the request's extensions (openssl: -copy_extensions copyall) and a CRL distribution point",
      });
    }
    const next = 'give the certificate as PEM or DER, and its chain as PEM';
    throw new MayflyError(code, 'a certificate in the file cannot be read', { cause, next });
  }
}
/** The leaf-most certificate first, then the others in the order they were given. */
function ownAndChain(certificates: readonly Uint8Array[], publicKey: Uint8Array): [CertificateFacts, Uint8Array[]] {
  const read = certificates.map((der) => readFound(der, 'ca-install'));
  const own = read.find((c) => Buffer.compare(c.publicKey, publicKey) === 0) ?? read[0];
  if (!own) throw new MayflyError('ca-install', 'there is no certificate in the file', { next: 'give a PEM or DER certificate' });
  return [own, read.filter((c) => c !== own).map((c) => c.der)];
}
const isSelfIssued = ({ subject, issuer }: CertificateFacts) => Buffer.compare(subject, issuer) === 0;
/** Whether the chain that came along leads to a self-signed certificate and allows a CA of this kind at its end. */
export async function chainFaults(own: CertificateFacts, chain: readonly Uint8Array[], time: number): Promise<string[]> {
  const others = chain.map((der) => readCertificate(der));
  const roots = others.filter(isSelfIssued);
  if (roots.length === 0) return ['the chain that came along does not reach a root'];
  const between = others.filter((c) => !isSelfIssued(c));
  const depth = issuersOf(own, between).length;
  // RFC 5280 leaves a root's own bound to whoever installs the root; Windows and OpenSSL hold chains to it.
  const anchors = roots.filter(
    ({ basicConstraints }) => depth < (basicConstraints?.pathLenConstraint ?? Number.POSITIVE_INFINITY),
  );
  if (anchors.length === 0) return ['the chain that came along does not hold: its root allows no CA this far below it'];
  const verdict = await verifyChain({
    certificates: [own, ...between].map(({ der }) => der),
    anchors: anchors.map(({ der }) => der),
    crls: [],
    time,
    purpose: 'issuing-ca',
    revocation: 'off',
  });
  return verdict.ok ? [] : [`the chain that came along does not hold: ${verdict.reason}`];
}
/** The CAs above one, by their names, as far as they came along. */
function issuersOf(own: CertificateFacts, between: readonly CertificateFacts[]): CertificateFacts[] {
  const issuer = between.find(({ subject }) => Buffer.compare(subject, own.issuer) === 0);
  return issuer
    ? [
        issuer,
        ...issuersOf(
          issuer,
          between.filter((c) => c !== issuer),
        ),
      ]
    : [];
}
export interface Installed {
  readonly certificate: CertificateFacts;
  readonly findings: CaFindings;
}
/** Installs what the enterprise CA made of the request, once it is found fit. @throws MayflyError `ca-install` naming every fault */
export async function installCa(folder: CaFolder, file: Uint8Array, passphrase: Uint8Array, clock: Clock): Promise<Installed> {
  const request = await readFile(folder.requestFile, 'utf8').catch((cause: unknown) => {
    throw new MayflyError('ca-install', 'no request was made for this CA', { cause, next: 'make one with `mayfly ca csr`' });
  });
  const asked = readCaRequest(fromPem('CERTIFICATE REQUEST', request));
  const [certificate, chain] = ownAndChain(certificatesOf(file), asked.publicKey);
  const findings = caFindings(certificate, { now: clock(), publicKey: asked.publicKey, ekuConstraint: asked.ekuConstraint });
  const faults = [...findings.faults, ...(chain.length > 0 ? await chainFaults(certificate, chain, clock()) : [])];
  if (faults.length > 0) {
    throw new MayflyError('ca-install', `the certificate cannot be used: ${faults.join('; ')}`, {
      next: 'have the enterprise CA issue it anew; nothing was changed',
    });
  }
  const lock = new ProcessLock(folder.lockFile);
  try {
    const { publicKey } = fileSigner(openPrivateKey(await folder.readKey(), passphrase));
    if (Buffer.compare(publicKey, certificate.publicKey) !== 0)
      throw new MayflyError('ca-key-mismatch', "ca.key is not the request's key");
    const above = chain.map((der) => toPem('CERTIFICATE', der)).join('');
    const own = { path: folder.certificateFile, content: toPem('CERTIFICATE', certificate.der), mode: 0o644 };
    await replaceFiles([own, ...(above === '' ? [] : [{ path: folder.chainFile, content: above, mode: 0o644 }])]);
  } finally {
    lock.release();
  }
  await firstCrl(folder, passphrase, clock).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'unknown cause';
    throw new MayflyError('crl-write', `the certificate is installed, but its first CRL could not be made: ${reason}`, {
      cause,
      next: 'mend that; `mayfly ca serve` makes the CRL when it starts',
    });
  });
  const notes =
    chain.length > 0 ? findings.notes : [...findings.notes, 'the chain above it was not given, so its signature was not checked'];
  return { certificate, findings: { faults: [], notes } };
}
