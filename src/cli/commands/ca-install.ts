import { readFile } from 'node:fs/promises';
import { type Installed, installCa } from '../../ca/subordinate-ca.ts';
import { isoTime } from '../../wire/der-time.ts';
import { toHex } from '../../wire/hex.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { print, table } from '../print.ts';
import { type CaOptions, existingCa, passphraseOf } from './chosen-ca.ts';

/** A file that the command line names. @throws MayflyError `file-read` */
export async function readGiven(path: string | undefined): Promise<Uint8Array> {
  if (path === undefined) throw new MayflyError('file-read', 'no file was named');
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new MayflyError('file-read', `cannot read ${path}`, { cause, next: 'check the path and its rights' });
  }
}
export function printInstalled(json: boolean | undefined, name: string, { certificate, findings }: Installed): void {
  const { subjectText: subject, issuerText: issuer } = certificate;
  const keyId = toHex(certificate.keyId);
  const notAfter = isoTime(certificate.notAfter);
  print(json, { name, subject, issuer, keyId, notAfter, notes: findings.notes }, [
    ...table([
      ['CA', name],
      ['subject', subject],
      ['issuer', issuer],
      ['key id', keyId],
      ['valid until', notAfter],
    ]),
    ...findings.notes.map((note) => `note: ${note}`),
    '',
    `next: mayfly ca serve --ca ${name}`,
  ]);
}
/** `mayfly ca install` */
export async function caInstall(options: CaOptions): Promise<number> {
  const chosen = await existingCa(options);
  const installed = await installCa(chosen.folder, await readGiven(options.args[0]), await passphraseOf(chosen, options), clock);
  printInstalled(options.json, chosen.name, installed);
  return 0;
}
