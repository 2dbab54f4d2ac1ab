import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isIPv4, isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { readPathCertificate } from '../x509/path-certificate.ts';
import { makeServerCertificate } from '../x509/server-certificate.ts';
import { makeFolder, replaceFiles } from './atomic-file.ts';
import { caSerial } from './create-ca.ts';
import { fileSigner } from './file-signer.ts';
import { generateCaKey } from './key-kind.ts';
import { fromPem, toPem } from './pem.ts';

/** Both PEM. */
export interface ServerIdentity {
  readonly certificate: string;
  readonly key: string;
  /** Changes when one of the files does. */
  readonly version: string;
}
/** RSA, because clients of Windows want it of an RDP server; of 2048 bits, which takes a tenth of a second to make and outlives it by years. */
const KEY = 'rsa-2048';
const DAY = 24 * 3600;
/** What clients accept at most (CA/Browser Forum baseline requirements), and how long before its end a new one is made. */
const LIFE = 397 * DAY;
const RENEWAL = 30 * DAY;
/** Commands on the same machine reach the service so, whatever others call it. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const isAddress = (name: string) => isIPv4(name) || isIPv6(name);

/** An address in its octets; IPv6 in any of its spellings. */
export function addressOctets(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number);
  const [head = '', tail] = address.split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':'));
  const after = tail === undefined ? [] : words(tail);
  const before = words(head);
  const all = [
    ...before,
    ...Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => '0'),
    ...after,
  ];
  return Uint8Array.from(all.flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 0xff]));
}
async function make(folder: string, names: readonly string[], now: UnixSeconds): Promise<void> {
  const key = await generateCaKey(KEY);
  const certificate = await makeServerCertificate(
    {
      dNSNames: names.filter((name) => !isAddress(name)),
      iPAddresses: names.filter(isAddress).map(addressOctets),
      serialNumber: caSerial(),
      notBefore: now - 600,
      notAfter: now + LIFE,
    },
    fileSigner(key),
  );
  await makeFolder(folder);
  await replaceFiles([
    { path: join(folder, 'tls.key'), content: key.export({ format: 'pem', type: 'pkcs8' }) },
    { path: join(folder, 'tls.crt'), content: toPem('CERTIFICATE', certificate), mode: 0o644 },
  ]);
}
const namesAll = (certificate: string, names: readonly string[]) => {
  const read = new X509Certificate(certificate);
  return names.every((name) => (isAddress(name) ? read.checkIP(name) : read.checkHost(name)) !== undefined);
};
/** Whether it is what would be made now: an RSA certificate that names all, with its own key, and does not end soon. */
function isGood({ certificate, key }: ServerIdentity, names: readonly string[], now: UnixSeconds): boolean {
  if (readPathCertificate(fromPem('CERTIFICATE', certificate)).notAfter <= now + RENEWAL || !namesAll(certificate, names))
    return false;
  const read = new X509Certificate(certificate);
  // A crash between two renames leaves one certificate with another's key.
  return read.publicKey.asymmetricKeyType === 'rsa' && read.checkPrivateKey(createPrivateKey(key));
}
const underWay = new Map<string, Promise<ServerIdentity>>();
/**
 * The service's own certificate, for as long as nobody gives it another: made when it is missing, ends soon, lacks a name or is none of
 * RSA. It names the loopback addresses as well. API and gateway look at the same time: what one makes is the other's too.
 */
export function ownServerIdentity(folder: string, given: readonly string[], now: UnixSeconds): Promise<ServerIdentity> {
  const looking = underWay.get(folder) ?? own(folder, given, now).finally(() => underWay.delete(folder));
  underWay.set(folder, looking);
  return looking;
}
async function own(folder: string, given: readonly string[], now: UnixSeconds): Promise<ServerIdentity> {
  const names = [...new Set([...given, ...LOOPBACK])];
  const files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  const found = await readServerIdentity(files).catch(() => undefined);
  if (found && isGood(found, names, now)) return found;
  await make(folder, names, now);
  return readServerIdentity(files);
}
/** @throws MayflyError `service-certificate` */
export async function readServerIdentity(files: { readonly certificate: string; readonly key: string }): Promise<ServerIdentity> {
  try {
    // Before the files are read: one replaced in between is read again; the other way round the new would pass for read.
    const stats = await Promise.all([stat(files.certificate), stat(files.key)]);
    const [certificate, key] = await Promise.all([readFile(files.certificate, 'utf8'), readFile(files.key, 'utf8')]);
    return { certificate, key, version: stats.map(({ ino, mtimeMs, size }) => `${ino}.${mtimeMs}.${size}`).join(' ') };
  } catch (cause) {
    throw new MayflyError('service-certificate', 'the certificate of the service or its key cannot be read', {
      cause,
      next: 'see service.certificate and service.key in the configuration',
    });
  }
}
