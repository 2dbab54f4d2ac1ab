import type { Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type CertificateFacts, readCertificate } from '../x509/certificate.ts';
import { readCrlTimes } from '../x509/crl.ts';
import type { SidPlacement } from '../x509/logon-certificate.ts';
import { makeFolder, replaceFile } from './atomic-file.ts';
import { digestOf } from './issued-certificates.ts';
import { fromPem, toPem } from './pem.ts';

/** What is settled when a CA is made and goes into every certificate; the rest is read from its certificate. */
export interface CaSettings {
  readonly version: 1;
  readonly domains: readonly string[];
  /** DNS name of the forest's root domain, in whose Configuration partition the CRL is published. */
  readonly forest?: string;
  /** Base of the HTTP URLs. */
  readonly crlUrl?: string;
  readonly sidPlacement: SidPlacement;
}
const isText = (value: unknown): value is string => typeof value === 'string';
function isSettings(value: unknown): value is CaSettings {
  const given: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const optional = [given['forest'], given['crlUrl']].every((text) => text === undefined || isText(text));
  const domains = given['domains'];
  const placed = ['extension', 'uri', 'both'].includes(String(given['sidPlacement']));
  return given['version'] === 1 && Array.isArray(domains) && domains.every(isText) && optional && placed;
}

/** One CA's folder: settings, certificate, encrypted key, CRL and issuance log, each a file of its own. */
export class CaFolder {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  get settingsFile(): string {
    return join(this.path, 'ca.json');
  }
  get certificateFile(): string {
    return join(this.path, 'ca.crt');
  }
  get chainFile(): string {
    return join(this.path, 'chain.pem');
  }
  get requestFile(): string {
    return join(this.path, 'ca.csr');
  }
  get keyFile(): string {
    return join(this.path, 'ca.key');
  }
  get crlFile(): string {
    return join(this.path, 'ca.crl');
  }
  get logFile(): string {
    return join(this.path, 'issuance.log');
  }
  get lockFile(): string {
    return join(this.path, 'lock');
  }
  /** The root above an issuing CA made with `--with-root`. */
  get root(): CaFolder {
    return new CaFolder(join(this.path, 'root'));
  }
  async exists(): Promise<boolean> {
    return (await statOf(this.settingsFile)) !== undefined;
  }
  async hasRoot(): Promise<boolean> {
    return this.root.exists();
  }
  async hasCertificate(): Promise<boolean> {
    return (await statOf(this.certificateFile)) !== undefined;
  }
  async create(): Promise<void> {
    await makeFolder(this.path);
    await checkPrivate(this.path);
  }
  async readSettings(): Promise<CaSettings> {
    let parsed: unknown;
    try {
      parsed = JSON.parse(await readFile(this.settingsFile, 'utf8'));
    } catch (cause) {
      throw new MayflyError('ca-settings', `cannot read ${this.settingsFile}`, { cause, next: 'restore it from a backup' });
    }
    if (!isSettings(parsed)) {
      throw new MayflyError('ca-settings', `${this.settingsFile} does not say what a CA's settings must`, {
        next: 'restore it from a backup',
      });
    }
    return parsed;
  }
  async writeSettings(value: CaSettings): Promise<void> {
    await replaceFile(this.settingsFile, `${JSON.stringify(value, undefined, 2)}\n`);
  }
  async readCertificate(): Promise<CertificateFacts> {
    const pem = await readFile(this.certificateFile, 'utf8').catch((cause: unknown) => {
      throw new MayflyError('ca-certificate', `cannot read ${this.certificateFile}`, {
        cause,
        next: 'install the certificate with `mayfly ca install`',
      });
    });
    try {
      return readCertificate(fromPem('CERTIFICATE', pem));
    } catch (cause) {
      throw new MayflyError('ca-certificate', `${this.certificateFile} is damaged or cut short`, {
        cause,
        next: 'restore it from a backup',
      });
    }
  }
  async writeCertificate(der: Uint8Array): Promise<void> {
    await replaceFile(this.certificateFile, toPem('CERTIFICATE', der), 0o644);
  }
  /** SHA-256 of the CRL as it was last written, hex; `undefined` when there is none that can be read. */
  async crlDigest(): Promise<string | undefined> {
    try {
      const crl = await readFile(this.crlFile);
      readCrlTimes(crl);
      return digestOf(crl);
    } catch {
      return undefined;
    }
  }
  /** The encrypted key. @throws MayflyError `ca-modes` when others could read it */
  async readKey(): Promise<string> {
    await checkPrivate(this.path);
    await checkPrivate(this.keyFile);
    return readFile(this.keyFile, 'latin1');
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (e) {
    const reason = e instanceof Error && 'code' in e ? String(e.code) : 'unknown cause';
    if (reason === 'ENOENT') return undefined;
    throw new MayflyError('ca-folder', `cannot look at ${path} (${reason})`, {
      cause: e,
      next: 'name a data folder (MAYFLY_HOME) that this user can enter',
    });
  }
}
/** Refuses a file or folder that anybody but its owner, who is us, could enter, read or replace. */
export async function checkPrivate(path: string): Promise<void> {
  const found = await statOf(path);
  if (!found) throw new MayflyError('ca-missing', `${path} does not exist`, { next: 'make a CA with `mayfly ca init`' });
  if (found.isSymbolicLink())
    throw new MayflyError('ca-modes', `${path} is a symbolic link`, { next: 'put the file itself there' });
  if (found.uid !== process.getuid?.())
    throw new MayflyError('ca-modes', `${path} belongs to another user`, { next: `chown it to the user who runs this` });
  const wanted = found.isDirectory() ? '700' : '600';
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    throw new MayflyError('ca-modes', `${path} is open to others (mode ${mode})`, { next: `chmod ${wanted} ${path}` });
  }
}

const caName = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** The folder that holds all CAs of a data folder. */
export const casFolder = (home: string): string => join(home, 'ca');
export function caFolder(home: string, name: string): CaFolder {
  if (!caName.test(name)) {
    throw new MayflyError('ca-name', `"${name}" is not a CA's name`, {
      next: 'use up to 32 lower-case letters, digits and hyphens',
    });
  }
  return new CaFolder(join(casFolder(home), name));
}
export async function caNames(home: string): Promise<string[]> {
  const entries = await readdir(casFolder(home), { withFileTypes: true }).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new MayflyError('ca-list', `cannot look into ${casFolder(home)}`, { cause, next: "run as the data folder's owner" });
  });
  const names: string[] = [];
  for (const entry of entries)
    if (entry.isDirectory() && caName.test(entry.name) && (await caFolder(home, entry.name).exists())) names.push(entry.name);
  return names.sort();
}
/** The CA of a data folder whose certificate is for this key, if there is one; SubjectPublicKeyInfo. */
export async function caOfKey(home: string, publicKey: Uint8Array): Promise<string | undefined> {
  for (const name of await caNames(home)) {
    const folder = caFolder(home, name);
    for (const below of [folder, folder.root]) {
      const certificate = await below.readCertificate().catch(() => undefined);
      if (certificate && Buffer.compare(certificate.publicKey, publicKey) === 0) return name;
    }
  }
  return undefined;
}
