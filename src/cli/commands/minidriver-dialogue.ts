import { constants, createHash, type KeyObject, publicEncrypt, randomBytes, verify, X509Certificate } from 'node:crypto';
import { readDataObjects } from '../../wire/ber-tlv.ts';
import { ByteReader } from '../../wire/cursor.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';

/** One command APDU in, one response APDU out. */
export type Transmit = (apdu: Uint8Array) => Promise<Uint8Array>;

/** Octets of a template that a host puts into one link of a chain: 240, as Windows' in-box PIV minidriver does. */
const LINK = 0xf0;
const DIGEST_INFO = {
  sha1: '3021300906052b0e03021a05000414',
  sha256: '3031300d060960864801650304020105000420',
} as const;
const octets = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const length2 = (n: number) => [0x82, n >> 8, n & 0xff];

/** What Windows' in-box PIV minidriver and the logon that uses it say to a card, in their order and their form. */
export class MinidriverDialogue {
  readonly #transmit: Transmit;
  constructor(transmit: Transmit) {
    this.#transmit = transmit;
  }
  /** One command and the GET RESPONSEs that its answer needs. */
  async exchange(apdu: Uint8Array): Promise<{ readonly data: Uint8Array; readonly status: number }> {
    const parts: Uint8Array[] = [];
    for (let next = apdu; ; ) {
      const response = await this.#transmit(next);
      const status = ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
      parts.push(response.subarray(0, -2));
      if (status >> 8 !== 0x61) return { data: new Uint8Array(Buffer.concat(parts)), status };
      next = Uint8Array.of(0x00, 0xc0, 0x00, 0x00, status & 0xff);
    }
  }
  async #succeed(what: string, apdu: Uint8Array): Promise<Uint8Array> {
    const { data, status } = await this.exchange(apdu);
    if (status !== 0x9000) throw new MayflyError('card-status', `${what} answered ${status.toString(16)}`);
    return data;
  }
  /** The AID without its version, as Windows writes it. */
  async select(): Promise<void> {
    await this.#succeed('SELECT', octets('00 a4 04 00 09 a0 00 00 03 08 00 00 10 00'));
  }
  /** The value of a data object, without its outer tag. */
  async getData(tag: number): Promise<Uint8Array> {
    const apdu = Uint8Array.of(0x00, 0xcb, 0x3f, 0xff, 0x05, 0x5c, 0x03, tag >> 16, (tag >> 8) & 0xff, tag & 0xff, 0x00);
    const [object] = readDataObjects(new ByteReader(await this.#succeed('GET DATA', apdu)), 1);
    if (object?.tag !== 0x53) throw new MayflyError('card-object', 'the data object is not in its holder');
    return object.value;
  }
  /** The certificate of key 9A, DER. */
  async certificate(): Promise<Uint8Array> {
    const [certificate] = readDataObjects(new ByteReader(await this.getData(0x5fc105)));
    if (certificate?.tag !== 0x70) throw new MayflyError('card-object', 'there is no certificate in the certificate object');
    return certificate.value;
  }
  async verifyPin(pin: Uint8Array): Promise<void> {
    await this.#succeed('VERIFY', Uint8Array.of(0x00, 0x20, 0x00, 0x80, 0x08, ...pin));
  }
  /** The raw private operation by key 9A over a block as long as the modulus, RSA-2048. */
  async privateOperation(block: Uint8Array): Promise<Uint8Array> {
    const { data, status } = await this.#generalAuthenticate(block);
    if (status !== 0x9000) throw new MayflyError('card-status', `GENERAL AUTHENTICATE answered ${status.toString(16)}`);
    return data.subarray(8);
  }
  /** The status word of one more operation: what a card whose key is gone answers. */
  async refusal(): Promise<number> {
    return (await this.#generalAuthenticate(new Uint8Array(256).fill(1, 1))).status;
  }
  async #generalAuthenticate(block: Uint8Array) {
    const body = Uint8Array.of(0x82, 0x00, 0x81, ...length2(block.length), ...block);
    const template = Uint8Array.of(0x7c, ...length2(body.length), ...body);
    const first = template.subarray(0, LINK);
    const rest = template.subarray(LINK);
    const begun = await this.exchange(Uint8Array.of(0x10, 0x87, 0x07, 0x9a, LINK, ...first));
    if (begun.status !== 0x9000) return begun;
    return this.exchange(Uint8Array.of(0x00, 0x87, 0x07, 0x9a, rest.length, ...rest, 0x00));
  }
}

/** EMSA-PKCS1-v1_5 (RFC 8017 9.2), which a PIV host builds itself: the card raises whatever block it gets. */
function paddedDigest(digest: keyof typeof DIGEST_INFO, data: Uint8Array, length: number): Uint8Array {
  const info = Buffer.concat([octets(DIGEST_INFO[digest]), createHash(digest).update(data).digest()]);
  return Uint8Array.of(0x00, 0x01, ...new Uint8Array(length - info.length - 3).fill(0xff), 0x00, ...info);
}
const keyOf = (certificate: Uint8Array): KeyObject => new X509Certificate(certificate).publicKey;

/** A signature by the card over random data, checked with the certificate's key. */
export async function signAndCheck(
  host: MinidriverDialogue,
  certificate: Uint8Array,
  digest: keyof typeof DIGEST_INFO,
): Promise<void> {
  const data = randomBytes(64);
  const signature = await host.privateOperation(paddedDigest(digest, data, 256));
  if (!verify(digest, data, keyOf(certificate), signature))
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
