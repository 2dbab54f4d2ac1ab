import { randomBytes } from 'node:crypto';
import { fileSigner } from '../../src/ca/file-signer.ts';
import { generateCaKey } from '../../src/ca/key-kind.ts';
import { toPem } from '../../src/ca/pem.ts';
import { makeServerCertificate } from '../../src/x509/server-certificate.ts';

/** PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}
const HOUR = 3600;
/** A self-signed certificate, good for an hour from `from` (Unix seconds; now unless set). */
export async function tlsIdentity(name: string, from: number = Math.floor(Date.now() / 1000) - 60): Promise<TlsIdentity> {
  const key = await generateCaKey('p-256');
  const serialNumber = new Uint8Array(randomBytes(16));
  serialNumber[0] = 0x40;
  const profile = { dNSNames: [name], iPAddresses: [], serialNumber, notBefore: from, notAfter: from + HOUR };
  const certificate = await makeServerCertificate(profile, fileSigner(key));
  return { cert: toPem('CERTIFICATE', certificate), key: key.export({ format: 'pem', type: 'pkcs8' }).toString() };
}
