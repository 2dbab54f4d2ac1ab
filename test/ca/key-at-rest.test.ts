import { chmodSync, chownSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { fromBER, type ObjectIdentifier, type OctetString, type Sequence } from 'asn1js';
import { beforeAll, describe, expect, it } from 'vitest';
import { CaFolder } from '../../src/ca/ca-folder.ts';
import { generateCaKey } from '../../src/ca/key-kind.ts';
import { openPrivateKey, sealPrivateKey } from '../../src/ca/private-key-file.ts';
import { cpuTime } from '../cpu-time.ts';
import { openssl, pem } from '../x509/openssl.ts';
import { containing } from './expected.ts';
import { copyOf, madeCa, openCa, passphrase, tree } from './made-ca.ts';
import { integer, tlv } from './raw-connection.ts';

let folder: CaFolder;
beforeAll(async () => {
  folder = await madeCa({ withRoot: true });
});
const copy = (): CaFolder => copyOf(folder);

/** EncryptedPrivateKeyInfo by another parser than ours. */
function parse(text: string) {
  const der = new Uint8Array(Buffer.from(text.replaceAll(/-----[^-]+-----/g, ''), 'base64'));
  const { result, offset } = fromBER(der);
  expect(offset).toBe(der.length);
  const children = (node: unknown) => (node as Sequence).valueBlock.value;
  const oid = (node: unknown) => (node as ObjectIdentifier).valueBlock.toString();
  const octets = (node: unknown) => Buffer.from((node as OctetString).valueBlock.valueHexView).toString('hex');
  const [algorithm, data] = children(result);
  const [pbes2, parameters] = children(algorithm);
  const [kdf, scheme] = children(parameters);
  const [pbkdf2, kdfParameters] = children(kdf);
  const [salt, rounds, ...others] = children(kdfParameters);
  const [cipher, iv] = children(scheme);
  return {
    algorithms: [oid(pbes2), oid(pbkdf2), oid(children(others.at(-1))[0]), oid(cipher)],
    rounds: Number.parseInt(octets(rounds), 16),
    salt: octets(salt),
    iv: octets(iv),
    data: octets(data),
  };
}

describe('the key file', () => {
  it('is PBES2 with PBKDF2-HMAC-SHA256 of at least 600,000 rounds and AES-256-CBC, salted anew for every key', () => {
    const [issuing, root] = [folder, folder.root].map(({ keyFile }) => parse(readFileSync(keyFile, 'latin1')));
    for (const found of [issuing, root]) {
      expect(found?.algorithms).toEqual([
        '1.2.840.113549.1.5.13',
        '1.2.840.113549.1.5.12',
        '1.2.840.113549.2.9',
        '2.16.840.1.101.3.4.1.42',
      ]);
      expect(found?.rounds).toBeGreaterThanOrEqual(600_000);
      expect(found?.salt).toHaveLength(32);
      expect(found?.iv).toHaveLength(32);
    }
    expect(issuing?.salt).not.toBe(root?.salt);
    expect(issuing?.iv).not.toBe(root?.iv);
  });
  it('has another salt and vector each time the same key is sealed', async () => {
    const key = await generateCaKey('p-256');
    const [a, b] = (await Promise.all([sealPrivateKey(key, passphrase), sealPrivateKey(key, passphrase)])).map(parse);
    expect(a?.salt).not.toBe(b?.salt);
    expect(a?.iv).not.toBe(b?.iv);
    expect(a?.data).not.toBe(b?.data);
  });
  it('opens in openssl with the passphrase and with no other', () => {
    const sealed = readFileSync(folder.keyFile);
    const args = ['pkey', '-in', 'ca.key', '-noout', '-text', '-passin', 'file:passphrase'];
    expect(openssl(args, { 'ca.key': sealed, passphrase })).toMatchObject({ ok: true, text: containing('prime256v1') });
    expect(openssl(args, { 'ca.key': sealed, passphrase: 'planted' }).ok).toBe(false);
  });
  it('is closed to others, as is its folder', () => {
    for (const one of [folder, folder.root]) {
      expect(statSync(one.keyFile).mode & 0o777).toBe(0o600);
      expect(statSync(one.path).mode & 0o777).toBe(0o700);
      expect(statSync(one.logFile).mode & 0o777).toBe(0o600);
    }
  });
  it('holds nothing of the plain key or the passphrase', () => {
    for (const content of Object.values(tree(folder.path))) {
      const bytes = Buffer.from(content.slice(content.indexOf(' ') + 1), 'base64');
      expect(bytes.includes(Buffer.from(passphrase))).toBe(false);
      expect(bytes.includes('BEGIN PRIVATE KEY')).toBe(false);
    }
  });
});

describe('modes', () => {
  it.each([0o640, 0o604, 0o644, 0o660, 0o601])('refuses a key file of mode %o', async (mode) => {
    const loose = copy();
    chmodSync(loose.keyFile, mode);
    const before = tree(loose.path);
    await expect(openCa(loose)).rejects.toMatchObject({ code: 'ca-modes', next: `chmod 600 ${loose.keyFile}` });
    expect(tree(loose.path)).toEqual(before);
  });
  it.each([0o750, 0o701, 0o777])('refuses a folder of mode %o', async (mode) => {
    const loose = copy();
    chmodSync(loose.path, mode);
    await expect(openCa(loose)).rejects.toMatchObject({ code: 'ca-modes', next: `chmod 700 ${loose.path}` });
  });
  it('refuses a key file that is a symbolic link', async () => {
    const loose = copy();
    renameSync(loose.keyFile, `${loose.keyFile}.real`);
    symlinkSync(`${loose.keyFile}.real`, loose.keyFile);
    await expect(openCa(loose)).rejects.toMatchObject({ code: 'ca-modes', message: containing('symbolic link') });
  });
  it('refuses a folder that is a symbolic link', async () => {
    const loose = copy();
    const link = `${loose.path}-link`;
    symlinkSync(loose.path, link);
    await expect(openCa(new CaFolder(link))).rejects.toMatchObject({
      code: 'ca-modes',
      message: containing('symbolic link'),
    });
  });
  it.runIf(process.getuid?.() === 0)("refuses another user's key file and folder", async () => {
    const foreign = copy();
    chownSync(foreign.keyFile, 65_534, 65_534);
    await expect(openCa(foreign)).rejects.toMatchObject({
      code: 'ca-modes',
      message: containing('belongs to another user'),
    });
    chownSync(foreign.keyFile, 0, 0);
    chownSync(foreign.path, 65_534, 65_534);
    await expect(openCa(foreign)).rejects.toMatchObject({
      code: 'ca-modes',
      message: containing('belongs to another user'),
    });
  });
});

describe('weak protection from elsewhere', () => {
  it.each([
    ['fewer rounds', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA256', '-iter', '599999']],
    ['AES-128', ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA256', '-iter', '600000']],
    ['HMAC-SHA1', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA1', '-iter', '600000']],
  ])('refuses a key file with %s before deriving anything', async (_, args) => {
    const plain = openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], {}).stdout;
    const made = openssl(['pkcs8', '-topk8', '-in', 'key', ...args, '-passout', 'file:passphrase'], { key: plain, passphrase });
    expect(made.ok, made.text).toBe(true);
    const taken = await cpuTime(() => {
      expect(() => openPrivateKey(made.stdout.toString(), passphrase)).toThrow(expect.objectContaining({ code: 'ca-key-weak' }));
    });
    expect(taken).toBeLessThan(100);
  });
  it('refuses a key file with more rounds than a start may wait for', () => {
    const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'));
    const kdf = tlv(0x30, tlv(0x04, new Uint8Array(16)), integer(10_000_001), tlv(0x30, oid('2a864886f70d0209'), tlv(0x05)));
    const scheme = tlv(0x30, oid('60864801650304012a'), tlv(0x04, new Uint8Array(16)));
    const parameters = tlv(0x30, tlv(0x30, oid('2a864886f70d01050c'), kdf), scheme);
    const sealed = tlv(0x30, tlv(0x30, oid('2a864886f70d01050d'), parameters), tlv(0x04, new Uint8Array(64)));
    const planted = pem('ENCRYPTED PRIVATE KEY', [sealed]);
    expect(() => openPrivateKey(planted, passphrase)).toThrow(expect.objectContaining({ code: 'ca-key-weak' }));
  });
  it('refuses a plain key', () => {
    const plain = openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], {}).stdout;
    expect(() => openPrivateKey(plain.toString(), passphrase)).toThrow(expect.objectContaining({ code: 'ca-key-unreadable' }));
  });
});
