import { constants, type KeyObject, privateEncrypt } from 'node:crypto';

/** The private operation, CRT and blinding by OpenSSL; as many octets as the modulus has. */
export function rawRsa(key: KeyObject, block: Uint8Array): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);
}
