import { createPrivateKey, type KeyObject } from 'node:crypto';
import { AuthenticatedSafe, CertBag, Certificate, PFX, PKCS8ShroudedKeyBag, type SafeBag, type SafeContents } from 'pkijs';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { KeyAndCertificates } from './import-ca.ts';

const unreadable = (cause: unknown) =>
  new MayflyError('ca-import', 'the PKCS #12 file cannot be opened: wrong passphrase, or not encrypted with AES', {
    cause,
    next: 'export it again with AES-256 and SHA-256 (Windows: Export-PfxCertificate -CryptoAlgorithmOption AES256_SHA256), and check --source-passphrase-file',
  });

interface Parsed {
  readonly safeContents: readonly { readonly value: SafeContents }[];
}
async function safeBags(content: Uint8Array, password: ArrayBuffer): Promise<SafeBag[]> {
  const pfx = PFX.fromBER(new Uint8Array(content).buffer);
  await pfx.parseInternalValues({ password, checkIntegrity: true });
  const safe: unknown = pfx.parsedValue?.authenticatedSafe;
  if (!(safe instanceof AuthenticatedSafe)) throw new Error('no authenticated safe');
  await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) });
  const { safeContents } = safe.parsedValue as Parsed;
  return safeContents.flatMap(({ value }) => value.safeBags);
}
async function shroudedKey(bag: PKCS8ShroudedKeyBag, password: ArrayBuffer): Promise<KeyObject> {
  // The library's types keep to itself what its documentation calls for here.
  await (bag as unknown as { parseInternalValues(p: { password: ArrayBuffer }): Promise<void> }).parseInternalValues({
    password,
  });
  if (!bag.parsedValue) throw new Error('no private key');
  const der = Buffer.from(bag.parsedValue.toSchema().toBER());
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}
/** Opens a PKCS #12 file (RFC 7292) with one key and its certificates. @throws MayflyError `ca-import` */
export async function openPkcs12(content: Uint8Array, passphrase: Uint8Array): Promise<KeyAndCertificates> {
  const password = new Uint8Array(passphrase).buffer;
  const keys: KeyObject[] = [];
  const certificates: Uint8Array[] = [];
  try {
    for (const { bagValue } of await safeBags(content, password)) {
      if (bagValue instanceof PKCS8ShroudedKeyBag) keys.push(await shroudedKey(bagValue, password));
      else if (bagValue instanceof CertBag && bagValue.parsedValue instanceof Certificate) {
        certificates.push(new Uint8Array(bagValue.parsedValue.toSchema().toBER()));
      }
    }
  } catch (cause) {
    throw unreadable(cause);
  }
  const [key] = keys;
  if (!key || keys.length > 1)
    throw new MayflyError('ca-import', 'there is not exactly one private key in the PKCS #12 file', {
      next: "export the CA's own key and certificate alone",
    });
  return { key, certificates };
}
