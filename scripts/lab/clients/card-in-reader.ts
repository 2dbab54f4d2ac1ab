import { readFileSync } from 'node:fs';
import { debianFile } from '../debian-file.ts';
import type { LabRun } from '../lab-run.ts';

/** A card as its clients meet it: what lies in the reader, and what its holder knows. */
export interface CardInReader {
  readonly pin: string;
  /** PEM files: its certificate and that one's public key. */
  readonly certificate: string;
  readonly publicKey: string;
}

export const openscModule = (): string => debianFile('/usr/lib/*/opensc-pkcs11.so');
export const ykcs11Module = (): string => debianFile('/usr/lib/*/libykcs11.so.2');

/** The certificate of the PIV authentication key, through OpenSC; needs no PIN. */
export async function readCard(lab: LabRun, name: string, pin: string): Promise<CardInReader> {
  const file = (ending: string) => lab.path('client', `${name}.${ending}`);
  lab.write(`client/${name}.der`, '');
  const object = ['--read-object', '--type', 'cert', '--id', '01'];
  await lab.run('pkcs11-tool', ['--module', openscModule(), ...object, '--output-file', file('der')]);
  await lab.run('openssl', ['x509', '-inform', 'DER', '-in', file('der'), '-out', file('pem')]);
  await lab.run('openssl', ['x509', '-in', file('pem'), '-noout', '-pubkey', '-out', file('pub.pem')]);
  return { pin, certificate: file('pem'), publicKey: file('pub.pem') };
}

export function isSameCertificate(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => readFileSync(file, 'utf8').replaceAll(/\s/g, ''));
  return a === b;
}
