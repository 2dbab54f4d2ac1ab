import { secretCopy } from '../crypto/secret-octets.ts';
/** Octets of a PIN on the wire, SP 800-73-4 part 2 2.4.3; Mayfly's PINs are 8 digits and need no padding. */
export const PIN_LENGTH = 8;
const TRIES = 3;

/** A PIN and what is left of its tries; tries outlive resets, for they are no part of a session with the card. */
export class Pin {
  readonly #pin: Uint8Array;
  #triesLeft = TRIES;
  constructor(pin: Uint8Array) {
    this.#pin = secretCopy(pin);
  }
  get triesLeft(): number {
    return this.#triesLeft;
  }
  /**
   * INVARIANT: a try is spent before it is known whether it is right, and given back when it was; the comparison takes the same
   * time wherever the first difference lies.
   */
  verify(candidate: Uint8Array): boolean {
    if (this.#triesLeft === 0) return false;
    this.#triesLeft--;
    let difference = candidate.length ^ this.#pin.length;
    for (let i = 0; i < PIN_LENGTH; i++) difference |= (candidate[i] ?? 0) ^ (this.#pin[i] ?? 0);
    if (difference !== 0) return false;
    this.#triesLeft = TRIES;
    return true;
  }
  /** Wipes the PIN; nothing verifies any more. */
  destroy(): void {
    this.#triesLeft = 0;
    this.#pin.fill(0);
  }
}
