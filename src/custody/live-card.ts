import { randomBytes, randomInt } from 'node:crypto';
import { secretRoom } from '../crypto/secret-octets.ts';
import { containerName } from '../piv/container-name.ts';
import { PIN_LENGTH } from '../piv/pin.ts';
import { answerToReset, OPERATION_CEILING, PivCard, type Spender } from '../piv/piv-card.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { CardKey } from './card-key.ts';

/** Why a key was destroyed. */
export type DestructionCause =
  | 'authenticated'
  | 'operations'
  | 'client-left'
  | 'expired'
  | 'pin-blocked'
  | 'released'
  /** The session is over. */
  | 'session-ended'
  /** The logon has failed for a reason that has a name. */
  | 'logon-failed'
  | 'shutdown'
  | 'key-lost';

export interface LiveCardContents {
  readonly key: CardKey;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly notAfter: UnixSeconds;
  /** Private operations for a host after which the key is destroyed. */
  readonly operations?: number | undefined;
  /** Called once, when the last octet of the key is gone; `ms` is how long that took. */
  readonly destroyed: (cause: DestructionCause, ms: number) => void;
  /** Called after each private operation with how many there have been. */
  readonly operated?: (operations: number) => void;
}
/** A year: longer than any card lives, for tools that look at the CHUID's date. */
const CHUID_LIFE = 365 * 24 * 3600;

/** 8 random digits, never a string: those cannot be wiped. */
function randomPin(): Uint8Array {
  const pin = secretRoom(PIN_LENGTH);
  for (let i = 0; i < pin.length; i++) pin[i] = 0x30 + randomInt(10);
  return pin;
}
/** Version 4 UUID, RFC 9562 5.4, in network order. */
function randomGuid(): Uint8Array {
  const octets = new Uint8Array(randomBytes(16));
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x40;
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80;
  return octets;
}

/**
 * A minted card: a key in custody behind a PIV card. It has one `destroy`, after which the certificate can still be read and no
 * private operation is ever made again.
 */
export class LiveCard {
  readonly answerToReset: Uint8Array = answerToReset;
  /** 8 ASCII digits, for whoever hands them on once; zeros after the key is destroyed. */
  readonly pin: Uint8Array = randomPin();
  /** What Windows calls the container of the key. */
  readonly containerName: string;
  readonly #key: CardKey;
  readonly #piv: PivCard;
  readonly #destroyed: (cause: DestructionCause, ms: number) => void;
  readonly #operated: ((operations: number) => void) | undefined;
  #operations = 0;
  #operationsAtReset = 0;
  #end: Promise<void> | undefined;

  constructor({ key, certificate, notAfter, operations, destroyed, operated }: LiveCardContents) {
    this.#key = key;
    this.#destroyed = destroyed;
    this.#operated = operated;
    const guid = randomGuid();
    this.containerName = containerName(guid);
    this.#piv = new PivCard({
      algorithm: key.kind,
      certificate,
      guid,
      expires: notAfter + CHUID_LIFE,
      pin: this.pin,
      operate: (input) => this.#operate(input),
      random: (length) => new Uint8Array(randomBytes(length)),
      ceiling: operations ?? OPERATION_CEILING,
    });
  }
  /** Private operations made so far. */
  get operations(): number {
    return this.#operations;
  }
  get isDestroyed(): boolean {
    return this.#end !== undefined;
  }
  /** Whether the key was used since the last reset; asked by whoever ends the card with its first client. */
  get wasUsedSinceReset(): boolean {
    return this.#operations > this.#operationsAtReset;
  }
  /** Answers one command APDU. The answer that spends the card is still given; the key goes at once. */
  async transmit(apdu: Uint8Array, spender?: Spender): Promise<Uint8Array> {
    const response = await this.#piv.transmit(apdu, spender);
    if (this.#piv.isBlocked) void this.destroy('pin-blocked');
    else if (!this.#piv.isUsable) void this.destroy('operations');
    return response;
  }
  reset(): void {
    this.#operationsAtReset = this.#operations;
    this.#piv.reset();
  }
  /** Resolves when no octet of the key is left in the process. The first cause counts. */
  destroy(cause: DestructionCause): Promise<void> {
    this.#end ??= this.#destroy(cause);
    return this.#end;
  }
  async #destroy(cause: DestructionCause): Promise<void> {
    const began = performance.now();
    this.#piv.destroy();
    this.pin.fill(0);
    await this.#key.destroy();
    this.#destroyed(cause, performance.now() - began);
  }
  async #operate(input: Uint8Array): Promise<Uint8Array> {
    try {
      const result = await this.#key.operate(input);
      this.#operations++;
      this.#operated?.(this.#operations);
      return result;
    } catch (e) {
      // Everything but an impossible block means that there is no key any more, or that nobody knows.
      if (!(e instanceof MayflyError && e.code === 'key-input')) void this.destroy('key-lost');
      throw e;
    }
  }
}
