const HANDLE = 4;

/** Handles given out, each for one value; a stranger may ask for as many as the table has room for. */
export class HandleTable<T> {
  readonly #most: number;
  readonly #random: (length: number) => Uint8Array;
  readonly #values = new Map<number, T>();
  constructor(most: number, random: (length: number) => Uint8Array) {
    this.#most = most;
    this.#random = random;
  }
  /** Four octets; `undefined` when the table is full. */
  add(value: T): Uint8Array | undefined {
    if (this.#most <= this.#values.size) return undefined;
    let number = numberOf(this.#random(HANDLE)) ?? 0;
    // A handle of zeroes is read as none by many; a source of randomness that repeats itself only costs steps.
    while (number === 0 || this.#values.has(number)) number = (number + 1) >>> 0;
    this.#values.set(number, value);
    return octetsOf(number);
  }
  find(handle: Uint8Array): T | undefined {
    const number = numberOf(handle);
    return number === undefined ? undefined : this.#values.get(number);
  }
  remove(handle: Uint8Array): void {
    const number = numberOf(handle);
    if (number !== undefined) this.#values.delete(number);
  }
  /** Takes out all that are meant. */
  removeWhere(isMeant: (value: T) => boolean): readonly T[] {
    const meant = [...this.#values].filter(([, value]) => isMeant(value));
    for (const [number] of meant) this.#values.delete(number);
    return meant.map(([, value]) => value);
  }
  clear(): void {
    this.#values.clear();
  }
  get size(): number {
    return this.#values.size;
  }
  values(): IterableIterator<T> {
    return this.#values.values();
  }
}
function numberOf(handle: Uint8Array): number | undefined {
  if (handle.length !== HANDLE) return undefined;
  return handle.reduceRight((number, octet) => number * 256 + octet, 0);
}
const octetsOf = (number: number) => Uint8Array.from({ length: HANDLE }, (_, i) => (number >>> (8 * i)) & 0xff);
