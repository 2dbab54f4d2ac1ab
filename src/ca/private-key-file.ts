import { createCipheriv, createPrivateKey, type KeyObject, pbkdf2 as pbkdf2Callback, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { decode, encode, type Value } from '../wire/codec.ts';
import { octetString, optional, sequence } from '../wire/der.ts';
import { int32, nothing, objectIdentifier } from '../wire/der-primitives.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { oid } from '../x509/oid.ts';
import { fromPem, toPem } from './pem.ts';

const pbkdf2 = promisify(pbkdf2Callback);

/** The OWASP floor for PBKDF2-HMAC-SHA256, and what we write. */
export const PBKDF2_ROUNDS = 600_000;
/** More would only let a planted file hold up the start. */
const MOST_ROUNDS = 10_000_000;
const LABEL = 'ENCRYPTED PRIVATE KEY';
/** OpenSSL takes no longer passphrase when it opens a key, PEM_BUFSIZE. Octets. */
const LONGEST_PASSPHRASE = 1024;

const algorithm = <T>(parameters: T) => ({ algorithm: objectIdentifier, parameters });
/** EncryptedPrivateKeyInfo, RFC 5958 3, in the one form we write: PBES2, PBKDF2 and AES-256-CBC of RFC 8018 appendix A. */
const encryptedPrivateKeyInfo = sequence({
  encryptionAlgorithm: sequence(
    algorithm(
      sequence({
        keyDerivationFunc: sequence(
          algorithm(
            sequence({
              salt: octetString,
              iterationCount: int32,
              keyLength: optional(int32),
              /** Absent for HMAC-SHA1, its default, which we do not take. */
              prf: optional(sequence(algorithm(nothing))),
            }),
          ),
        ),
        encryptionScheme: sequence(algorithm(octetString)),
      }),
    ),
  ),
  encryptedData: octetString,
});

/** Encrypts a private key for its file: PKCS #8, PEM. */
export async function sealPrivateKey(key: KeyObject, passphrase: Uint8Array): Promise<string> {
  if (LONGEST_PASSPHRASE < passphrase.length) {
    throw new MayflyError('ca-passphrase-size', `the passphrase is over ${LONGEST_PASSPHRASE} octets`, {
      next: 'write a shorter one into its file: 32 random characters are plenty',
    });
  }
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const wrapping = await pbkdf2(passphrase, salt, PBKDF2_ROUNDS, 32, 'sha256');
  const plain = key.export({ format: 'der', type: 'pkcs8' });
  const cipher = createCipheriv('aes-256-cbc', wrapping, iv);
  const encryptedData = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  wrapping.fill(0);
  const kdf = { salt, iterationCount: PBKDF2_ROUNDS, prf: { algorithm: oid.hmacWithSHA256, parameters: null } };
  const parameters = {
    keyDerivationFunc: { algorithm: oid.pbkdf2, parameters: kdf },
    encryptionScheme: { algorithm: oid.aes256Cbc, parameters: iv },
  };
  return toPem(
    LABEL,
    encode(encryptedPrivateKeyInfo, { encryptionAlgorithm: { algorithm: oid.pbes2, parameters }, encryptedData }),
  );
}

function checkStrength({ encryptionAlgorithm }: Value<typeof encryptedPrivateKeyInfo>): void {
  const { keyDerivationFunc, encryptionScheme } = encryptionAlgorithm.parameters;
  const { iterationCount, prf } = keyDerivationFunc.parameters;
  const algorithms = [encryptionAlgorithm.algorithm, keyDerivationFunc.algorithm, prf?.algorithm, encryptionScheme.algorithm];
  const ours = [oid.pbes2, oid.pbkdf2, oid.hmacWithSHA256, oid.aes256Cbc];
  const strong = algorithms.every((a, i) => a === ours[i]) && PBKDF2_ROUNDS <= iterationCount && iterationCount <= MOST_ROUNDS;
  if (!strong) {
    throw new MayflyError(
      'ca-key-weak',
      `the key file is not AES-256 under PBKDF2-SHA256 with at least ${PBKDF2_ROUNDS} rounds`,
      {
        next: 'bring the key in with `mayfly ca import`, which encrypts it anew',
      },
    );
  }
}
/** Opens what `sealPrivateKey` wrote. OpenSSL decrypts: the plain key is never in a buffer of ours. */
export function openPrivateKey(pem: string, passphrase: Uint8Array): KeyObject {
  let der: Uint8Array;
  try {
    der = fromPem(LABEL, pem);
    checkStrength(decode(encryptedPrivateKeyInfo, der));
  } catch (cause) {
    if (cause instanceof MayflyError && cause.code === 'ca-key-weak') throw cause;
    throw new MayflyError('ca-key-unreadable', 'the key file is damaged or cut short', {
      cause,
      next: 'restore ca.key from a backup',
    });
  }
  try {
    return createPrivateKey({
      key: Buffer.from(der),
      format: 'der',
      type: 'pkcs8',
      passphrase: Buffer.from(passphrase.buffer, passphrase.byteOffset, passphrase.byteLength),
    });
  } catch (cause) {
    throw new MayflyError('ca-passphrase', "the passphrase does not open the CA's key", {
      cause,
      next: 'check which file or credential the passphrase comes from (`mayfly config check`)',
    });
  }
}
