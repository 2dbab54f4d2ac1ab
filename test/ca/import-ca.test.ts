import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CaFolder } from '../../src/ca/ca-folder.ts';
import { importCa, readKeyAndCertificates } from '../../src/ca/import-ca.ts';
import { fit } from './enterprise-ca.ts';
import { containing, oneClause } from './expected.ts';
import { clock, logonRequest, openCa, passphrase, plan, temporaryFolder } from './made-ca.ts';

let at: string;
function run(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: at, encoding: 'latin1' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
}
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(at, name)));
/** `p` is written as the file's passphrase, UTF-8. */
function pkcs12(out: string, name: string, p: string, ...more: readonly string[]): void {
  writeFileSync(join(at, 'p'), p);
  run('pkcs12', '-export', '-inkey', `${name}.key`, '-in', `${name}.crt`, '-out', out, '-passout', 'file:p', ...more);
}
const aes = ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256'];
beforeAll(() => {
  at = temporaryFolder();
  const extensions = fit.filter((line) => !/authority|crlDist/.test(line));
  writeFileSync(
    join(at, 'ext'),
    `[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=e\n[dn]\nCN=Old CA\n[e]\n${extensions.join('\n')}\n`,
  );
  const kinds = {
    ec: ['EC', 'ec_paramgen_curve:P-256'],
    rsa: ['RSA', 'rsa_keygen_bits:2048'],
    small: ['RSA', 'rsa_keygen_bits:1024'],
    odd: ['EC', 'ec_paramgen_curve:secp256k1'],
  };
  for (const [name, [algorithm = '', option = '']] of Object.entries(kinds)) {
    run('genpkey', '-algorithm', algorithm, '-pkeyopt', option, '-out', `${name}.key`);
    run('req', '-x509', '-new', '-key', `${name}.key`, '-config', 'ext', '-days', '900', '-out', `${name}.crt`);
  }
  run(
    'req',
    '-x509',
    '-new',
    '-key',
    'ec.key',
    '-subj',
    '/CN=x',
    '-days',
    '9',
    '-addext',
    'keyUsage=digitalSignature',
    '-out',
    'leaf.crt',
  );
  pkcs12('aes.p12', 'ec', 'source pässwörd', ...aes);
  pkcs12('rsa.p12', 'rsa', 'source', ...aes);
  pkcs12('open-certificates.p12', 'ec', 'source', '-keypbe', 'AES-256-CBC', '-certpbe', 'NONE');
  pkcs12('3des.p12', 'ec', 'source', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES');
});
const utf8 = (text: string) => new TextEncoder().encode(text);
async function imported(content: Uint8Array, source?: string): Promise<{ folder: CaFolder; notes: readonly string[] }> {
  const folder = new CaFolder(join(temporaryFolder(), 'corp'));
  const found = await readKeyAndCertificates(content, source === undefined ? undefined : utf8(source));
  const { findings } = await importCa(folder, plan, found, passphrase, clock);
  return { folder, notes: findings.notes };
}
const pem = (...names: readonly string[]) => new Uint8Array(Buffer.concat(names.map(file)));

describe('a CA taken over', () => {
  const sources: readonly [string, () => Uint8Array, string | undefined][] = [
    ['PKCS #12 under AES, its passphrase not ASCII', () => file('aes.p12'), 'source pässwörd'],
    ['PKCS #12 with RSA', () => file('rsa.p12'), 'source'],
    ['PKCS #12 whose certificates are not encrypted', () => file('open-certificates.p12'), 'source'],
    ['PEM, plain PKCS #8', () => pem('ec.key', 'ec.crt'), undefined],
    ['PEM, certificate first', () => pem('ec.crt', 'ec.key'), undefined],
    [
      'PEM, traditional EC with its parameters',
      () => utf8(run('ecparam', '-name', 'prime256v1') + run('ec', '-in', 'ec.key') + run('x509', '-in', 'ec.crt')),
      undefined,
    ],
    ['PEM, traditional RSA', () => utf8(run('rsa', '-in', 'rsa.key', '-traditional') + run('x509', '-in', 'rsa.crt')), undefined],
    [
      'PEM, encrypted PKCS #8',
      () => utf8(run('pkcs8', '-topk8', '-in', 'ec.key', '-passout', 'pass:source') + run('x509', '-in', 'ec.crt')),
      'source',
    ],
    [
      'PEM, traditional and encrypted',
      () =>
        utf8(run('rsa', '-in', 'rsa.key', '-traditional', '-aes256', '-passout', 'pass:source') + run('x509', '-in', 'rsa.crt')),
      'source',
    ],
  ];
  it.each(sources)('from %s issues, its key encrypted anew', async (_, content, source) => {
    const { folder, notes } = await imported(content(), source);
    expect(notes).toEqual([]);
    expect(readFileSync(folder.keyFile, 'latin1')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY/);
    const authority = await openCa(folder);
    expect((await authority.issue(logonRequest())).ok).toBe(true);
    await authority.close();
  });
});

describe('is refused with one clause, and nothing is made:', () => {
  const refused: readonly [string, () => Uint8Array, string | undefined, string][] = [
    ['PKCS #12 with a wrong passphrase', () => file('aes.p12'), 'source', 'wrong passphrase, or not encrypted with AES'],
    ['PKCS #12 without a passphrase', () => file('aes.p12'), undefined, 'wrong passphrase, or not encrypted with AES'],
    ['PKCS #12 under 3DES', () => file('3des.p12'), 'source', 'wrong passphrase, or not encrypted with AES'],
    ['PKCS #12 cut short', () => file('aes.p12').subarray(0, 400), 'source pässwörd', 'cannot be opened'],
    [
      'PKCS #12 with an octet changed',
      () => file('aes.p12').map((octet, i) => (i === 300 ? octet ^ 1 : octet)),
      'source pässwörd',
      'cannot be opened',
    ],
    ['one octet', () => Uint8Array.of(0x30), 'source', 'cannot be opened'],
    ['nothing', () => new Uint8Array(), undefined, 'neither PKCS #12 nor PEM with one private key'],
    ['garbage', () => utf8('garbage'), undefined, 'neither PKCS #12 nor PEM with one private key'],
    ['PEM with a certificate only', () => file('ec.crt'), undefined, 'neither PKCS #12 nor PEM with one private key'],
    ['PEM with two keys', () => pem('ec.key', 'rsa.key', 'ec.crt'), undefined, 'neither PKCS #12 nor PEM with one private key'],
    ['PEM with a key only', () => file('ec.key'), undefined, 'none of the certificates in the file is for the key in it'],
    [
      'PEM with the key of another CA',
      () => pem('rsa.key', 'ec.crt'),
      undefined,
      'none of the certificates in the file is for the key in it',
    ],
    [
      'PEM, encrypted, with a wrong passphrase',
      () => utf8(run('pkcs8', '-topk8', '-in', 'ec.key', '-passout', 'pass:source') + run('x509', '-in', 'ec.crt')),
      'wrong',
      'cannot be opened',
    ],
    [
      'PEM, encrypted, without a passphrase',
      () => utf8(run('pkcs8', '-topk8', '-in', 'ec.key', '-passout', 'pass:source') + run('x509', '-in', 'ec.crt')),
      undefined,
      'cannot be opened',
    ],
    [
      'PEM, its key cut short',
      () => utf8(run('pkey', '-in', 'ec.key').replace(/\n.{20}/, '\n') + run('x509', '-in', 'ec.crt')),
      undefined,
      'cannot be opened',
    ],
    ['a certificate that signs no certificates', () => pem('ec.key', 'leaf.crt'), undefined, 'key usage lacks keyCertSign'],
    ['an RSA key of 1024 bits', () => pem('small.key', 'small.crt'), undefined, 'too small'],
    ['a key on another curve', () => pem('odd.key', 'odd.crt'), undefined, 'neither RSA nor ECDSA on P-256 or P-384'],
  ];
  it.each(refused)('%s', async (_, content, source, reason) => {
    const folder = new CaFolder(join(temporaryFolder(), 'corp'));
    const work = async () => {
      const found = await readKeyAndCertificates(content(), source === undefined ? undefined : utf8(source));
      await importCa(folder, plan, found, passphrase, clock);
    };
    await expect(work()).rejects.toMatchObject({ name: 'MayflyError', message: containing(reason), next: oneClause });
    await expect(work()).rejects.toMatchObject({ message: oneClause });
    expect(existsSync(folder.path)).toBe(false);
    expect(readdirSync(join(folder.path, '..'))).toEqual([]);
  });
});
