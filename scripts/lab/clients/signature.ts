import { createHash } from 'node:crypto';
import type { LabRun } from '../lab-run.ts';

/** DigestInfo of SHA-256 without the digest, RFC 8017 9.2 note 1. */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

export const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** T of EMSA-PKCS1-v1_5, RFC 8017 9.2. */
export const digestInfo = (data: Uint8Array): Buffer => Buffer.concat([SHA256_DIGEST_INFO, sha256(data)]);

/** EM of EMSA-PKCS1-v1_5, RFC 8017 9.2, for a modulus of so many octets. */
export function encodedMessage(data: Uint8Array, octets: number): Buffer {
  const info = digestInfo(data);
  return Buffer.concat([Buffer.of(0, 1), Buffer.alloc(octets - 3 - info.length, 0xff), Buffer.of(0), info]);
}

export const PKCS1: readonly string[] = [];
export const PSS: readonly string[] = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'];

/** openssl's verdict; throws when it says no. */
export async function verifySignature(
  lab: LabRun,
  publicKey: string,
  data: string,
  signature: string,
  padding: readonly string[] = PKCS1,
  digest = 'sha256',
): Promise<void> {
  await lab.run('openssl', ['dgst', `-${digest}`, '-verify', publicKey, '-signature', signature, ...padding, data]);
}
