import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** Keys a CA may have. RSA-3072 unless told otherwise: Heimdal KDCs refuse EC. */
export const keyKinds = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'p-256', 'p-384'] as const;
export type KeyKind = (typeof keyKinds)[number];

export async function generateCaKey(kind: KeyKind): Promise<KeyObject> {
  const size = /^rsa-(\d+)$/.exec(kind)?.[1];
  const pair = size
    ? await generate('rsa', { modulusLength: Number(size), publicExponent: 65_537 })
    : await generate('ec', { namedCurve: kind === 'p-384' ? 'secp384r1' : 'prime256v1' });
  return pair.privateKey;
}
