import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { CaFolder } from '../../src/ca/ca-folder.ts';
import { CertificationAuthority } from '../../src/ca/certification-authority.ts';
import { type CaPlan, createCa } from '../../src/ca/create-ca.ts';
import { RefusedSidFile } from '../../src/ca/refused-sid-file.ts';
import { refusedSidListText } from '../../src/ca/refused-sid-list.ts';
import type { Bounds } from '../../src/pki/bounds.ts';
import type { LogonRequest } from '../../src/pki/issue.ts';

/** Known, so that a test can look for it where it must not be. */
export const passphrase: Uint8Array = new TextEncoder().encode('planted horse battery staple');
export const SID = 'S-1-5-21-1004336348-1177238915-682003330-1105';
export const REFUSED_SID = 'S-1-5-21-1004336348-1177238915-682003330-1666';
export const bounds: Bounds = {
  maxLifetime: 1800,
  upnSuffixes: ['corp.example'],
  refusedSids: new Set([REFUSED_SID]),
  exceptedSids: new Set(),
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
/** A folder of the test file's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-ca-'));
  folders.push(folder);
  return folder;
}

export const clock = (): number => Math.floor(Date.now() / 1000);
export const plan: CaPlan = {
  keyKind: 'p-256',
  years: 5,
  domains: ['corp.example'],
  sidPlacement: 'extension',
  ekuConstraint: true,
  lab: false,
  withRoot: false,
};
/** A CA of P-256, which is quick to make; what is given differs from `plan`. */
export async function madeCa(given: Partial<CaPlan> = {}, name = 'corp'): Promise<CaFolder> {
  const folder = new CaFolder(join(temporaryFolder(), name));
  await createCa(folder, { ...plan, ...given }, passphrase, clock);
  return folder;
}
/** The same CA in another folder, to be damaged. */
export function copyOf(folder: CaFolder): CaFolder {
  const path = join(temporaryFolder(), 'corp');
  cpSync(folder.path, path, { recursive: true });
  for (const entry of ['', 'root']) if (existsSync(join(path, entry))) chmodSync(join(path, entry), 0o700);
  return new CaFolder(path);
}
/** On the list that the directory's reader has written. */
export const LISTED_SID = 'S-1-5-21-1004336348-1177238915-682003330-1777';
/** A list as it was just written, good for a hundred years unless said otherwise. */
export function listedSids(
  sids: readonly string[] = [LISTED_SID],
  writtenAt = clock(),
  maxAge = 100 * 365 * 86_400,
): RefusedSidFile {
  const path = join(temporaryFolder(), 'refused-sids');
  writeFileSync(path, refusedSidListText(sids, writtenAt), { mode: 0o644 });
  return new RefusedSidFile(path, maxAge);
}
export const openCa = (
  folder: CaFolder,
  at: () => number = clock,
  list: RefusedSidFile | undefined = listedSids([LISTED_SID], at()),
): Promise<CertificationAuthority> => CertificationAuthority.open(folder, passphrase, bounds, at, list);

let cards = 0;
export const publicKey = (): Uint8Array =>
  new Uint8Array(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ format: 'der', type: 'spki' }));
/** A request that every rule allows. */
export const logonRequest = (given: Partial<LogonRequest> = {}): LogonRequest => ({
  cardId: `card-${process.pid}-${String(cards++).padStart(6, '0')}`,
  account: 'alice',
  userPrincipalName: 'alice@corp.example',
  sid: SID,
  subjectPublicKeyInfo: publicKey(),
  lifetime: 300,
  ...given,
});

/** Every file and folder below, with mode and content: what a refused command must leave as it was. */
export function tree(path: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    const whole = join(entry.parentPath, entry.name);
    const mode = (statSync(whole).mode & 0o777).toString(8);
    found[whole.slice(path.length)] = `${mode} ${entry.isFile() ? readFileSync(whole).toString('base64') : 'no file'}`;
  }
  return found;
}
