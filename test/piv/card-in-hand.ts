import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { type CardContents, PivCard } from '../../src/piv/piv-card.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

/** Stands in for custody: a key of node:crypto that makes the raw operation. */
export interface StandInKey {
  readonly publicKey: KeyObject;
  readonly operate: (input: Uint8Array) => Promise<Uint8Array>;
  /** The public operation: what gives `block` when the card works on it. */
  readonly raise: (block: Uint8Array) => Uint8Array;
}
export function rsaKey(modulusLength = 2048): StandInKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const publicKey = createPublicKey(privateKey);
  const padding = constants.RSA_NO_PADDING;
  return {
    publicKey,
    operate: async (input) => new Uint8Array(privateEncrypt({ key: privateKey, padding }, input)),
    raise: (block) => new Uint8Array(publicEncrypt({ key: publicKey, padding }, block)),
  };
}
/** Where the private operation does not matter: the block comes back, turned over. */
export const turnedOver = (input: Uint8Array): Uint8Array => input.map((octet) => octet ^ 0xff);

export const pin = '12345678';
const ascii = (text: string) => new TextEncoder().encode(text);
export const guid: Uint8Array = bytes('913b78af e9ff4701 ad1924ce a582896d');
/** As long as the certificate of the recorded dialogues, so that what is left of it is as much. */
export const certificate: Uint8Array = new Uint8Array(randomBytes(0x38b));

export interface Reply {
  readonly data: Uint8Array;
  /** Four hex digits. */
  readonly status: string;
}
export interface CardInHand {
  readonly card: PivCard;
  /** What the card asked of its key. */
  readonly operated: readonly Uint8Array[];
  /** Sends a command APDU in annotated hex. */
  readonly send: (apdu: string | Uint8Array) => Promise<Reply>;
  /** The status words of several commands, one after the other. */
  readonly statuses: (...apdus: readonly (string | Uint8Array)[]) => Promise<string[]>;
}
export function cardInHand(contents: Partial<CardContents> = {}): CardInHand {
  const operated: Uint8Array[] = [];
  const { operate = async (input) => turnedOver(input), ...others } = contents;
  const card = new PivCard({
    algorithm: 'rsa-2048',
    certificate,
    guid,
    expires: Date.UTC(2031, 4, 6) / 1000,
    pin: ascii(pin),
    random: (length) => new Uint8Array(randomBytes(length)),
    operate: (input) => {
      operated.push(input.slice());
      return operate(input);
    },
    ...others,
  });
  const send = async (apdu: string | Uint8Array) => {
    const response = await card.transmit(typeof apdu === 'string' ? bytes(apdu) : apdu);
    return { data: response.slice(0, -2), status: hex(response.slice(-2)) };
  };
  const statuses = async (...apdus: readonly (string | Uint8Array)[]) => {
    const all: string[] = [];
    for (const apdu of apdus) all.push((await send(apdu)).status);
    return all;
  };
  return { card, operated, send, statuses };
}
export const select = '00 a4 04 00 09 a0 00 00 03 08 00 00 10 00';
export const pinStatus = '00 20 00 80';
export const verify = (digits: string = pin): string => `00 20 00 80 ${octet(digits.length)} ${hex(ascii(digits))}`;
export const getData = (tag: string, le = '00'): string =>
  `00 cb 3f ff ${octet(tag.length / 2 + 2)} 5c ${octet(tag.length / 2)} ${tag} ${le}`;
const octet = (n: number) => n.toString(16).padStart(2, '0');
const length = (n: number) => (n < 128 ? octet(n) : n < 256 ? `81${octet(n)}` : `82${n.toString(16).padStart(4, '0')}`);
export const tlv = (tag: string, value: string): string => `${tag}${length(value.length / 2)}${value}`;
/** Dynamic Authentication Template that asks for the response to a challenge, empty response first as all clients write it. */
export const template = (challenge: Uint8Array): string => tlv('7c', `8200${tlv('81', hex(challenge))}`);

/** GENERAL AUTHENTICATE over one template in links of `link` octets; `le` stands behind the last. */
export function generalAuthenticate(
  challenge: Uint8Array,
  { link = 0xf0, le = '00', key = '079a' }: { link?: number; le?: string; key?: string } = {},
): string[] {
  const data = template(challenge);
  const links: string[] = [];
  for (let at = 0; at < data.length; at += 2 * link) {
    const part = data.slice(at, at + 2 * link);
    const isLast = at + 2 * link >= data.length;
    links.push(`${isLast ? '00' : '10'}87${key}${octet(part.length / 2)}${part}${isLast ? le : ''}`);
  }
  return links;
}
/** A block below every modulus of its length. */
export const block = (octets = 256): Uint8Array => Uint8Array.of(0, 1, ...new Uint8Array(octets - 2).fill(0x5a));
export const ready = [select, verify()] as const;
