import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './made-ca.ts';

/** What a subordinate CA's certificate should say, as an openssl extension section. */
export const fit: readonly string[] = [
  'basicConstraints = critical,CA:true,pathlen:0',
  'keyUsage = critical,keyCertSign,cRLSign',
  'extendedKeyUsage = clientAuth,1.3.6.1.4.1.311.20.2.2',
  'subjectKeyIdentifier = hash',
  'authorityKeyIdentifier = keyid',
  'crlDistributionPoints = URI:http://pki.corp.example/root.crl',
];
/** The same with some lines left out or put in another's place, by the name before the `=`. */
export const but = (changes: Readonly<Record<string, string | undefined>>): string[] =>
  fit.flatMap((line) => {
    const name = line.split(' ', 1)[0] ?? '';
    if (!Object.hasOwn(changes, name)) return [line];
    const value = changes[name];
    return value === undefined ? [] : [`${name} = ${value}`];
  });

/** An enterprise's own CA by openssl, which certifies requests of ours. */
export class EnterpriseCa {
  readonly certificate: string;
  readonly #folder: string;
  readonly #name: string;
  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.certificate = readFileSync(join(folder, `${name}.crt`), 'latin1');
  }
  static root(name = 'root', pathLength = ''): EnterpriseCa {
    const folder = temporaryFolder();
    newKey(folder, name);
    const extensions = [`basicConstraints=critical,CA:true${pathLength}`, 'keyUsage=critical,keyCertSign,cRLSign'];
    run(folder, [
      'req',
      '-x509',
      '-new',
      '-key',
      `${name}.key`,
      '-subj',
      '/CN=Enterprise Root',
      '-days',
      '3650',
      '-out',
      `${name}.crt`,
      ...extensions.flatMap((e) => ['-addext', e]),
    ]);
    return new EnterpriseCa(folder, name);
  }
  /** A CA between the root and ours. */
  below(name: string): EnterpriseCa {
    newKey(this.#folder, name);
    run(this.#folder, ['req', '-new', '-key', `${name}.key`, '-subj', `/CN=Enterprise ${name}`, '-out', `${name}.csr`]);
    const csr = readFileSync(join(this.#folder, `${name}.csr`), 'latin1');
    writeFileSync(
      join(this.#folder, `${name}.crt`),
      this.certify(csr, but({ basicConstraints: 'critical,CA:true,pathlen:1', extendedKeyUsage: undefined })),
    );
    return new EnterpriseCa(this.#folder, name);
  }
  /** The certificate of a request, PEM. */
  certify(request: string, extensions: readonly string[] = fit, more: readonly string[] = ['-days', '730']): string {
    writeFileSync(join(this.#folder, 'request.csr'), request);
    writeFileSync(join(this.#folder, 'extensions'), `[e]\n${extensions.join('\n')}\n`);
    const signing = [
      '-CA',
      `${this.#name}.crt`,
      '-CAkey',
      `${this.#name}.key`,
      '-CAcreateserial',
      '-extfile',
      'extensions',
      '-extensions',
      'e',
    ];
    return run(this.#folder, ['x509', '-req', '-in', 'request.csr', '-sha256', ...signing, ...more]);
  }
}
function run(cwd: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd, encoding: 'latin1' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
}
function newKey(folder: string, name: string): void {
  run(folder, ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`]);
}
