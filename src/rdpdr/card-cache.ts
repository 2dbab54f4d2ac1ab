/** One card's item: which card, which name, and the counter by which the host tells old from new. */
export interface CacheKey {
  readonly cardIdentifier: Uint8Array;
  readonly lookupName: string;
  readonly freshnessCounter: number;
}
/** The base CSP keeps some 30 items of one certificate, 10 kB together. */
const MOST_ITEMS = 256;
const MOST_OCTETS = 0x4_0000;
const MOST_ITEM = 0x1_0000;

/**
 * What the host's processes remember of one card, [MS-RDPESC] 3.1.4.42 to 3.1.4.45: theirs to write and to read, with no meaning
 * here. The oldest items give way to new ones.
 */
export class CardCache {
  /** In the order in which they were written. */
  readonly #items = new Map<string, Uint8Array>();
  #octets = 0;

  /** `undefined` when there is none under just this key. */
  read(key: CacheKey): Uint8Array | undefined {
    return this.#items.get(textOf(key));
  }
  /** False when the item is too large; the one it would have replaced is gone, since it is no longer true. */
  write(key: CacheKey, data: Uint8Array): boolean {
    const text = textOf(key);
    this.#drop(text);
    const octets = sizeOf(text, data);
    if (MOST_ITEM < octets) return false;
    // A copy: what came is part of a larger message.
    this.#items.set(text, data.slice());
    this.#octets += octets;
    for (const oldest of this.#items.keys()) {
      if (this.#items.size <= MOST_ITEMS && this.#octets <= MOST_OCTETS) break;
      this.#drop(oldest);
    }
    return true;
  }
  /** Octets kept, names and all. */
  get octets(): number {
    return this.#octets;
  }
  #drop(text: string): void {
    const data = this.#items.get(text);
    if (data === undefined) return;
    this.#items.delete(text);
    this.#octets -= sizeOf(text, data);
  }
}
const textOf = ({ cardIdentifier, lookupName, freshnessCounter }: CacheKey) =>
  `${cardIdentifier.join('.')}/${freshnessCounter}/${lookupName}`;
const sizeOf = (text: string, data: Uint8Array) => 2 * text.length + data.length;
