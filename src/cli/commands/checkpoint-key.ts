import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFile, makeFolder, replaceFile } from '../../ca/atomic-file.ts';
import type { Config } from '../../config/config.ts';
import { readSecret } from '../../config/secret.ts';
import { type Ed25519Signer, type Ed25519Verifier, ed25519Signer, ed25519Verifier } from '../../crypto/ed25519.ts';
import { Checkpoints } from '../../store/checkpoints.ts';
import type { Store } from '../../store/store.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';

/** Where the public half is kept, for whoever verifies. */
export const publicKeyFile = (keyFile: string): string => `${keyFile.replace(/\.key$/, '')}.pub`;

/** The key that signs checkpoints; made where there is none yet. @throws MayflyError `ed25519-key`, `secret-…`, `file-write` */
async function checkpointKey(file: string): Promise<{ readonly signer: Ed25519Signer; readonly verifier: Ed25519Verifier }> {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    await makeFolder(dirname(file));
    await makeFile(file, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  }
  const secret = await readSecret({ file });
  const signer = ed25519Signer(secret.toString('utf8'));
  secret.fill(0);
  const pem = publicPem(signer.publicKey);
  // Never replaced: one that does not fit says that the key was.
  if (!existsSync(publicKeyFile(file))) await replaceFile(publicKeyFile(file), pem, 0o644);
  const verifier = await readPublicKey(publicKeyFile(file));
  if (Buffer.compare(verifier.publicKey, signer.publicKey) === 0) return { signer, verifier };
  throw new MayflyError('checkpoint-key', `${file} is not the key that ${publicKeyFile(file)} belongs to`, {
    next: 'put the key back; a new one is only taken when both files are moved away, and verifies none of the old checkpoints',
  });
}
const publicPem = (der: Uint8Array) =>
  `-----BEGIN PUBLIC KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PUBLIC KEY-----\n`;

/** @throws MayflyError `ed25519-key` */
export async function readPublicKey(file: string): Promise<Ed25519Verifier> {
  const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new MayflyError('ed25519-key', `cannot read the public key ${file}`, { cause, next: 'name it with --key' });
  });
  return ed25519Verifier(pem);
}

/** Checkpoints of a service's journal, as the configuration says. @throws MayflyError `journal-behind`, … */
export async function startCheckpoints(
  { service }: Pick<Config, 'service'>,
  store: Store,
  told: (fault: MayflyError | undefined) => void,
): Promise<Checkpoints> {
  const { signer, verifier } = await checkpointKey(service.checkpointKey);
  return Checkpoints.start({ store, signer, verifier, file: service.checkpoints, clock, told });
}
