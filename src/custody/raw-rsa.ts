import { constants, type KeyObject, privateEncrypt } from 'node:crypto';

/** The private operation, CRT and blinding by OpenSSL; as many octets as the modulus has. The block is wiped. */
export function rawRsa(key: KeyObject, block: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    return whole(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
  } finally {
    block.fill(0);
  }
}

/** Bytes that have a buffer to themselves, as one that is transferred must: what shares one is moved out. */
export function whole(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) return new Uint8Array(buffer);
  const own = new Uint8Array(bytes);
  bytes.fill(0);
  return own;
}
