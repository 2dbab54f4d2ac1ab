import { rdpFrame } from '../rdp/rdp-frame.ts';

/** What becomes of a PDU: it passes unread, is read as a whole, or goes nowhere. */
export type PduVerdict = 'pass' | 'take' | 'drop';
export interface PduReader {
  /**
   * By the first octets of a PDU of `length`, which may be changed in place; `undefined` while they do not tell and there are more of it.
   * At MOST_HEAD octets, or where all of the PDU is there, there is a verdict.
   */
  readonly verdict: (head: Uint8Array, length: number) => PduVerdict | undefined;
  /** Octets of PDUs that pass: the memory in which they came. */
  readonly pass: (run: Uint8Array) => void;
  readonly take: (pdu: Uint8Array) => void;
}
/** Octets by which every PDU can be told: TPKT, X.224, MCS, share control and share data header up to pduType2. */
export const MOST_HEAD = 32;
const none = new Uint8Array();

/** What of a direction is left where somebody else goes on with it. */
export interface Rest {
  /** Octets that came and belong to nobody yet. */
  readonly held: Uint8Array;
  /** Octets still to come of a PDU that was passed on, or dropped, in part. */
  readonly skip: number;
}

/** One direction of a connection, told PDU by PDU without being copied: bodies that pass are handed on before they are complete. */
export class PduStream {
  #reader: PduReader;
  /** The beginning of a PDU that does not tell yet what it is. */
  #held: Uint8Array = none;
  #verdict: PduVerdict = 'pass';
  #remaining = 0;
  #taken: Uint8Array = none;
  /** @param skip octets at the beginning that are the rest of a PDU that nobody wants */
  constructor(reader: PduReader, skip = 0) {
    this.#reader = reader;
    this.#remaining = skip;
    if (skip > 0) this.#verdict = 'drop';
  }
  /** Octets still to come of a PDU that has been handed on in part: nothing else may come between. */
  get owed(): number {
    return this.#verdict === 'pass' ? this.#remaining : 0;
  }
  get rest(): Rest {
    if (this.#verdict !== 'take') return { held: this.#held, skip: this.#remaining };
    const taken = this.#taken.subarray(0, this.#taken.length - this.#remaining);
    return { held: this.#remaining === 0 ? this.#held : taken, skip: 0 };
  }
  /** Every PDU after the present one goes nowhere. */
  end(): void {
    const last = this.#reader;
    this.#reader = { verdict: () => 'drop', pass: (run) => last.pass(run), take: () => undefined };
  }
  /** @throws DecodeError where this is no stream of RDP PDUs, and what the reader throws */
  feed(chunk: Uint8Array): void {
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = none;
    let passed = 0;
    let at = 0;
    const flush = () => {
      if (passed < at) this.#reader.pass(data.subarray(passed, at));
    };
    try {
      while (at < data.length) {
        if (this.#remaining === 0 && !this.#begin(data.subarray(at, at + MOST_HEAD))) {
          this.#held = new Uint8Array(data.subarray(at));
          break;
        }
        const count = Math.min(this.#remaining, data.length - at);
        if (this.#verdict !== 'pass') {
          flush();
          passed = at + count;
        }
        this.#consume(data.subarray(at, at + count));
        at += count;
      }
    } finally {
      // What stands before something that cannot be read is not cut short by it.
      flush();
    }
  }
  /** Whether the head tells what becomes of the PDU. */
  #begin(head: Uint8Array): boolean {
    const length = rdpFrame(head);
    const verdict = length === undefined ? undefined : this.#reader.verdict(head.subarray(0, length), length);
    if (length === undefined || verdict === undefined) return false;
    this.#verdict = verdict;
    this.#remaining = length;
    if (verdict === 'take') this.#taken = new Uint8Array(length);
    return true;
  }
  #consume(part: Uint8Array): void {
    if (this.#verdict === 'take') this.#taken.set(part, this.#taken.length - this.#remaining);
    this.#remaining -= part.length;
    if (this.#verdict !== 'take' || this.#remaining > 0) return;
    const pdu = this.#taken;
    this.#taken = none;
    this.#reader.take(pdu);
  }
}
