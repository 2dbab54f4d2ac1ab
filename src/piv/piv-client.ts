import { dataObject, readDataObjects } from '../wire/ber-tlv.ts';
import { ByteReader } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type KeyAlgorithm, keyAlgorithms, keyReference } from './key-algorithm.ts';
import { PIN_LENGTH } from './pin.ts';
import { statusText, statusWord } from './status-word.ts';

/** One command APDU in, one response APDU out. */
export type Transmit = (apdu: Uint8Array) => Promise<Uint8Array>;
/** An answer whose parts are put together again. */
export interface CardResponse {
  readonly data: Uint8Array;
  readonly status: number;
}
/** Octets of a template that a host puts into one link of a chain: 240, as Windows' in-box PIV minidriver does. */
const LINK = 0xf0;
const MOST_PARTS = 64;
const TEMPLATE = 0x7c;
const CHALLENGE = 0x81;
const RESPONSE = 0x82;
/** The AID without its version, as Windows writes it. */
const select = Uint8Array.of(0x00, 0xa4, 0x04, 0x00, 0x09, 0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00);

/** P2 80: the PIN of the PIV application. */
const verify = Uint8Array.of(0x00, 0x20, 0x00, 0x80, PIN_LENGTH);
const refused = (what: string, status: number) => new MayflyError('card-refused', `${what} answered ${statusText(status)}`);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The other side of a PIV card: what a host says to it, SP 800-73-4 part 2. */
export class PivClient {
  readonly #transmit: Transmit;
  constructor(transmit: Transmit) {
    this.#transmit = transmit;
  }
  /** One command and the GET RESPONSEs that its answer needs. */
  async exchange(apdu: Uint8Array): Promise<CardResponse> {
    const parts: Uint8Array[] = [];
    let next = apdu;
    while (parts.length < MOST_PARTS) {
      const response = await this.#transmit(next);
      const status = ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
      parts.push(response.subarray(0, -2));
      if ((status & 0xff00) !== statusWord.moreData) return { data: joined(parts), status };
      next = Uint8Array.of(0x00, 0xc0, 0x00, 0x00, status & 0xff);
    }
    throw new MayflyError('card-object', `the card answers in more than ${MOST_PARTS} parts`);
  }
  /** @throws MayflyError `card-refused` when the card refuses */
  async succeed(what: string, apdu: Uint8Array): Promise<Uint8Array> {
    const { data, status } = await this.exchange(apdu);
    if (status !== statusWord.success) throw refused(what, status);
    return data;
  }
  async select(): Promise<void> {
    await this.succeed('SELECT', select);
  }
  /** @param pin 6 to 8 octets; the copy made here, padded with FF (SP 800-73-4 part 2, 2.4.3), is wiped */
  async verifyPin(pin: Uint8Array): Promise<void> {
    if (pin.length < 6 || PIN_LENGTH < pin.length) throw new MayflyError('card-pin', 'a PIN has 6 to 8 octets');
    const apdu = new Uint8Array(verify.length + PIN_LENGTH).fill(0xff);
    apdu.set(verify);
    apdu.set(pin, verify.length);
    try {
      await this.succeed('VERIFY', apdu);
    } finally {
      apdu.fill(0);
    }
  }
  /** The private operation of key 9A over a challenge as the card wants it. */
  async operate(algorithm: KeyAlgorithm, challenge: Uint8Array): Promise<Uint8Array> {
    const { data, status } = await this.generalAuthenticate(algorithm, challenge);
    if (status !== statusWord.success) throw refused('GENERAL AUTHENTICATE', status);
    const [template] = readDataObjects(new ByteReader(data), 1);
    const [response] = template?.tag === TEMPLATE ? readDataObjects(new ByteReader(template.value), 1) : [];
    if (response?.tag !== RESPONSE) throw new MayflyError('card-object', 'the card answered without a response');
    return response.value;
  }
  /** In a chain of commands where the template is longer than one. */
  protected async generalAuthenticate(algorithm: KeyAlgorithm, challenge: Uint8Array): Promise<CardResponse> {
    const { identifier } = keyAlgorithms[algorithm];
    const body = joined([dataObject(RESPONSE, new Uint8Array()), dataObject(CHALLENGE, challenge)]);
    const template = dataObject(TEMPLATE, body);
    const header = (cla: number) => [cla, 0x87, identifier, keyReference.pivAuthentication];
    let at = 0;
    for (; LINK < template.length - at; at += LINK) {
      const link = await this.exchange(Uint8Array.of(...header(0x10), LINK, ...template.subarray(at, at + LINK)));
      if (link.status !== statusWord.success) return link;
    }
    return this.exchange(Uint8Array.of(...header(0x00), template.length - at, ...template.subarray(at), 0x00));
  }
}
