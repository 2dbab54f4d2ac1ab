import { ByteWriter } from '../wire/cursor.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { type CommandApdu, readCommand } from './command-apdu.ts';
import {
  applicationPropertyTemplate,
  cardCapabilityContainer,
  cardHolderUniqueIdentifier,
  certificateObject,
  discoveryObject,
  objectTag,
  pivAid,
} from './data-objects.ts';
import { readTemplate, writeChallenge, writeResponse } from './general-authenticate.ts';
import { type KeyAlgorithm, keyAlgorithms, keyReference } from './key-algorithm.ts';
import { PIN_LENGTH, Pin } from './pin.ts';
import { statusWord } from './status-word.ts';

/** Answer to reset: T=1, historical bytes "MAYFLY". One for the product, and no vendor's: Windows pairs drivers by it. */
export const answerToReset = Uint8Array.of(0x3b, 0x86, 0x01, 0x4d, 0x41, 0x59, 0x46, 0x4c, 0x59, 0x81);

/** What a card is made of; everything that is not bytes is asked for through `operate` and `random`. */
export interface CardContents {
  readonly algorithm: KeyAlgorithm;
  /** DER. */
  readonly certificate: Uint8Array;
  /** 16 octets, fresh for every card. */
  readonly guid: Uint8Array;
  /** For the CHUID; Windows does not look at it closely, tools print it. */
  readonly expires: UnixSeconds;
  /** 8 ASCII digits. */
  readonly pin: Uint8Array;
  /** The private operation; rejecting means the key is gone or the input is impossible. */
  readonly operate: (input: Uint8Array) => Promise<Uint8Array>;
  readonly random: (length: number) => Uint8Array;
  /** Private operations this card will ever make for a host; 12 unless said otherwise. */
  readonly ceiling?: number;
}
export const OPERATION_CEILING = 12;
/**
 * For whoever holds the card and logs on to the host with it before the host sees it: one for each request of NLA, a few more where
 * clocks or digests differ, and all of them twice where a broker sends the session elsewhere. They are none of the host's.
 */
export const HOLDER_CEILING = 8;
/** Who spends an operation. */
export type Spender = 'host' | 'holder';

interface Answer {
  readonly data?: Uint8Array;
  readonly status: number;
}
/** Links of a command so far. */
interface Chain {
  readonly first: CommandApdu;
  readonly data: ByteWriter;
}
const INS = { verify: 0x20, generalAuthenticate: 0x87, select: 0xa4, getResponse: 0xc0, getData: 0xcb } as const;
const CHAINING = 0x10;
const APPLICATION_PIN = 0x80;
/** The longest chain a client has reason to send is a template around an RSA-4096 block. */
const LONGEST_CHAIN = 1024;
const ok = (data?: Uint8Array): Answer => (data ? { data, status: statusWord.success } : { status: statusWord.success });
const refuse = (status: number): Answer => ({ status });
const startsWith = (whole: Uint8Array, part: Uint8Array) => part.every((octet, i) => whole[i] === octet);

/** A PIV card, SP 800-73-4 part 2, as far as a logon needs it: one key, one certificate, one PIN. */
export class PivCard {
  readonly #contents: CardContents;
  readonly #objects: ReadonlyMap<number, Uint8Array>;
  readonly #pin: Pin;
  readonly #left: Record<Spender, number>;
  /** Whose command is answered now. */
  #spender: Spender = 'host';
  #destroyed = false;
  #selected = false;
  #verified = false;
  #pending: Uint8Array = new Uint8Array();
  #chain: Chain | undefined;
  /** Commands are answered and resets done one after the other, in the order in which they came. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(contents: CardContents) {
    this.#contents = contents;
    this.#pin = new Pin(contents.pin);
    this.#left = { host: contents.ceiling ?? OPERATION_CEILING, holder: HOLDER_CEILING };
    this.#objects = new Map([
      [objectTag.cardHolderUniqueIdentifier, cardHolderUniqueIdentifier(contents.guid, contents.expires)],
      [objectTag.cardCapabilityContainer, cardCapabilityContainer(contents.guid)],
      [objectTag.pivAuthenticationCertificate, certificateObject(contents.certificate)],
      [objectTag.discovery, discoveryObject],
    ]);
  }
  /** False once the host's ceiling is reached or the key destroyed. */
  get isUsable(): boolean {
    return !this.#destroyed && this.#left.host > 0;
  }
  /** The PIN's tries are spent. */
  get isBlocked(): boolean {
    return !this.#destroyed && this.#pin.triesLeft === 0;
  }
  /** Answers one command APDU; always with a status word. */
  transmit(apdu: Uint8Array, spender: Spender = 'host'): Promise<Uint8Array> {
    const work = this.#turn.then(async () => {
      this.#spender = spender;
      return this.#respond(apdu);
    });
    this.#turn = work.catch(() => undefined);
    return work;
  }
  /**
   * Reset or power: the session with the card is over, the tries of the PIN are not. It waits for the commands before it, so that
   * a session never inherits what the one before had still under way: an answer not fetched, a PIN not yet compared.
   */
  reset(): void {
    this.#turn = this.#turn.then(() => this.#endSession());
  }
  #endSession(): void {
    this.#selected = false;
    this.#verified = false;
    this.#pending = new Uint8Array();
    this.#chain = undefined;
  }
  /** No private operation after this; objects can still be read. The key itself is its owner's to destroy. */
  destroy(): void {
    this.#destroyed = true;
    this.#verified = false;
    this.#chain = undefined;
    this.#pin.destroy();
  }

  async #respond(apdu: Uint8Array): Promise<Uint8Array> {
    const command = readCommand(apdu);
    // Whatever comes now ends a chain, unless it is the next link.
    const chain = this.#chain;
    this.#chain = undefined;
    const { data = new Uint8Array(), status } = command ? await this.#execute(command, chain) : refuse(statusWord.wrongLength);
    const le = command?.le ?? 0;
    this.#pending = data.subarray(le);
    const left = this.#pending.length;
    const word = left > 0 ? statusWord.moreData | (left < 256 ? left : 0) : status;
    return new ByteWriter().bytes(data.subarray(0, le)).u16(word).end();
  }
  async #execute(command: CommandApdu, chain: Chain | undefined): Promise<Answer> {
    const { cla, ins } = command;
    if (cla & 0x80) return refuse(statusWord.classNotSupported);
    if (cla & 0x0c) return refuse(statusWord.secureMessagingNotSupported);
    if (cla & 0x03) return refuse(statusWord.logicalChannelNotSupported);
    if (cla & ~CHAINING) return refuse(statusWord.classNotSupported);
    if (chain || cla === CHAINING) return this.#link(command, chain ?? { first: command, data: new ByteWriter() });
    switch (ins) {
      case INS.select:
        return this.#select(command);
      case INS.getResponse:
        return this.#getResponse(command);
      default:
        return this.#selected ? this.#apply(command) : refuse(statusWord.instructionNotSupported);
    }
  }
  async #apply(command: CommandApdu): Promise<Answer> {
    switch (command.ins) {
      case INS.getData:
        return this.#getData(command);
      case INS.verify:
        return this.#verify(command);
      case INS.generalAuthenticate:
        return this.#generalAuthenticate(command);
      default:
        return refuse(statusWord.instructionNotSupported);
    }
  }
  /** Command chaining, ISO/IEC 7816-4 5.1.1.1: GENERAL AUTHENTICATE is the one command that needs it. */
  async #link(command: CommandApdu, chain: Chain): Promise<Answer> {
    const { first, data } = chain;
    if (command.ins !== INS.generalAuthenticate && first === command) return refuse(statusWord.commandChainingNotSupported);
    if (!this.#selected) return refuse(statusWord.instructionNotSupported);
    if (command.ins !== first.ins || command.p1 !== first.p1 || command.p2 !== first.p2) {
      return refuse(statusWord.lastCommandOfChainExpected);
    }
    if (LONGEST_CHAIN < data.at + command.data.length) return refuse(statusWord.wrongLength);
    data.bytes(command.data);
    if (command.cla !== CHAINING) return this.#apply({ ...command, data: data.end() });
    this.#chain = chain;
    return ok();
  }
  /** SELECT by AID or its beginning; another AID leaves everything as it is, SP 800-73-4 part 2 3.1.1. */
  #select({ p1, data }: CommandApdu): Answer {
    if (p1 !== 0x04) return refuse(statusWord.notFound);
    if (data.length < 5 || pivAid.length < data.length || !startsWith(pivAid, data)) return refuse(statusWord.notFound);
    this.#selected = true;
    return ok(applicationPropertyTemplate(keyAlgorithms[this.#contents.algorithm].identifier));
  }
  #getResponse({ p1, p2 }: CommandApdu): Answer {
    if (p1 !== 0 || p2 !== 0) return refuse(statusWord.incorrectParametersP1P2);
    return this.#pending.length > 0 ? ok(this.#pending) : refuse(statusWord.conditionsOfUseNotSatisfied);
  }
  /** GET DATA, SP 800-73-4 part 2 3.1.2: a tag list with one tag. */
  #getData({ p1, p2, data }: CommandApdu): Answer {
    if (p1 !== 0x3f || p2 !== 0xff) return refuse(statusWord.incorrectParametersP1P2);
    const [list, length, ...octets] = data;
    if (list !== 0x5c || length !== octets.length || octets.length < 1 || 3 < octets.length) {
      return refuse(statusWord.incorrectParametersInData);
    }
    const found = this.#objects.get(octets.reduce((tag, octet) => tag * 256 + octet, 0));
    return found ? ok(found) : refuse(statusWord.notFound);
  }
  /** VERIFY, SP 800-73-4 part 2 3.2.1. */
  #verify({ p1, p2, data }: CommandApdu): Answer {
    if (p2 !== APPLICATION_PIN) return refuse(statusWord.referenceDataNotFound);
    if (p1 === 0xff && data.length === 0) {
      this.#verified = false;
      return ok();
    }
    if (p1 !== 0) return refuse(statusWord.incorrectParametersP1P2);
    if (data.length === 0) return this.#verified ? ok() : this.#triesLeft();
    if (data.length !== PIN_LENGTH) return refuse(statusWord.incorrectParametersInData);
    this.#verified = false;
    if (!this.#pin.verify(data)) return this.#triesLeft();
    this.#verified = true;
    return ok();
  }
  #triesLeft(): Answer {
    const { triesLeft } = this.#pin;
    return refuse(triesLeft > 0 ? statusWord.verificationFailed | triesLeft : statusWord.authenticationMethodBlocked);
  }
  /** GENERAL AUTHENTICATE, SP 800-73-4 part 2 3.2.4. */
  async #generalAuthenticate({ p1, p2, data }: CommandApdu): Promise<Answer> {
    const template = readTemplate(data);
    if (p2 === keyReference.cardManagement) {
      // OpenSC's source of random numbers; there is nothing to manage on this card.
      if (template?.ask !== 'challenge') return refuse(statusWord.incorrectParametersInData);
      return ok(writeChallenge(this.#contents.random(8)));
    }
    const { identifier, fits } = keyAlgorithms[this.#contents.algorithm];
    if (p2 !== keyReference.pivAuthentication) return refuse(statusWord.referenceDataNotFound);
    if (p1 !== identifier) return refuse(statusWord.incorrectParametersP1P2);
    if (!this.isUsable || this.#left[this.#spender] <= 0) return refuse(statusWord.noDiagnosis);
    if (!this.#verified) return refuse(statusWord.securityStatusNotSatisfied);
    if (template?.ask !== 'response' || !fits(template.challenge)) return refuse(statusWord.incorrectParametersInData);
    return this.#privateOperation(template.challenge);
  }
  async #privateOperation(challenge: Uint8Array): Promise<Answer> {
    this.#left[this.#spender]--;
    try {
      const result = await this.#contents.operate(challenge);
      // Destroyed while it was under way: the result is not given out any more.
      return this.#destroyed ? refuse(statusWord.noDiagnosis) : ok(writeResponse(result));
    } catch {
      return refuse(this.#destroyed ? statusWord.noDiagnosis : statusWord.incorrectParametersInData);
    }
  }
}
