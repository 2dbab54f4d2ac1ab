import { constants, type KeyObject, publicEncrypt, randomBytes, verify, X509Certificate } from 'node:crypto';
import { paddedDigest } from '../../piv/card-signature.ts';
import { PivClient } from '../../piv/piv-client.ts';
import { readDataObjects } from '../../wire/ber-tlv.ts';
import { ByteReader } from '../../wire/cursor.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { digestByName } from '../../x509/digest-algorithm.ts';

/** What Windows' in-box PIV minidriver and the logon that uses it say to a card, in their order and their form. */
export class MinidriverDialogue extends PivClient {
  /** The value of a data object, without its outer tag. */
  async getData(tag: number): Promise<Uint8Array> {
    const apdu = Uint8Array.of(0x00, 0xcb, 0x3f, 0xff, 0x05, 0x5c, 0x03, tag >> 16, (tag >> 8) & 0xff, tag & 0xff, 0x00);
    const [object] = readDataObjects(new ByteReader(await this.succeed('GET DATA', apdu)), 1);
    if (object?.tag !== 0x53) throw new MayflyError('card-object', 'the data object is not in its holder');
    return object.value;
  }
  /** The certificate of key 9A, DER. */
  async certificate(): Promise<Uint8Array> {
    const [certificate] = readDataObjects(new ByteReader(await this.getData(0x5fc105)));
    if (certificate?.tag !== 0x70) throw new MayflyError('card-object', 'there is no certificate in the certificate object');
    return certificate.value;
  }
  /** The raw private operation by key 9A over a block as long as the modulus, RSA-2048. */
  privateOperation(block: Uint8Array): Promise<Uint8Array> {
    return this.operate('rsa-2048', block);
  }
  /** The status word of one more operation: what a card whose key is gone answers. */
  async refusal(): Promise<number> {
    return (await this.generalAuthenticate('rsa-2048', new Uint8Array(256).fill(1, 1))).status;
  }
}

const keyOf = (certificate: Uint8Array): KeyObject => new X509Certificate(certificate).publicKey;

/** A signature by the card over random data, checked with the certificate's key. */
export async function signAndCheck(
  host: MinidriverDialogue,
  certificate: Uint8Array,
  digest: 'SHA-1' | 'SHA-256',
): Promise<void> {
  const data = randomBytes(64);
  const algorithm = digestByName(digest);
  if (!algorithm) throw new MayflyError('card-digest', `digest ${digest} is not known`);
  const signature = await host.privateOperation(paddedDigest(algorithm, data, 256));
  if (!verify(digest.replace('-', ''), data, keyOf(certificate), signature))
    throw new MayflyError('card-signature', 'the signature does not verify');
}
/** A secret that only the card can read: what a host does when a KDC encrypts to the certificate. */
export async function decryptAndCheck(host: MinidriverDialogue, certificate: Uint8Array): Promise<void> {
  const secret = randomBytes(24);
  const encrypted = publicEncrypt({ key: keyOf(certificate), padding: constants.RSA_PKCS1_PADDING }, secret);
  const block = await host.privateOperation(new Uint8Array(encrypted));
  const isRight = block[0] === 0 && block[1] === 2 && Buffer.compare(block.subarray(-24), secret) === 0;
  if (!isRight) throw new MayflyError('card-decryption', 'the card decrypted to something else');
}
