/**
 * NDR and the messages of the channel once more, as the specifications lay them out and as strictly as they can be read, for the
 * host's side: nothing here comes from `src`, so that an error there has no twin.
 */
export type Octets = readonly number[];
export const u16 = (v: number): Octets => [v & 255, (v >>> 8) & 255];
export const u32 = (v: number): Octets => [v & 255, (v >>> 8) & 255, (v >>> 16) & 255, v >>> 24];
export const utf16 = (text: string): Octets => [...text].flatMap((sign) => u16(sign.charCodeAt(0)));
export const zeroes = (count: number): Octets => Array.from({ length: count }, () => 0);
const filled = (octets: Octets, to: number): Octets => [...octets, ...zeroes((to - (octets.length % to)) % to)];

/** What a host says of a client that does not keep to the specification. */
export class Wrong extends Error {}
export function must(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Wrong(what);
}

/** A call's input, [MS-RPCE] 2.2.6: pointers numbered as Windows numbers them, what they lead to behind all fields, in order. */
export class Input {
  readonly #fields: number[] = [];
  readonly #led: (() => Octets)[] = [];
  #next = 0x0002_0000;
  #id(): Octets {
    this.#next += 4;
    return u32(this.#next - 4);
  }
  u32(...values: readonly number[]): this {
    for (const value of values) this.#fields.push(...u32(value));
    return this;
  }
  /** A pointer to what `content` is when its turn comes. */
  to(content: () => Octets): this {
    this.#fields.push(...this.#id());
    this.#led.push(content);
    return this;
  }
  /** A count, and a pointer to an array of so many. */
  counted(octets: Uint8Array): this {
    return this.u32(octets.length).to(() => [...u32(octets.length), ...octets]);
  }
  text(text: string): this {
    return this.to(() => asString(text));
  }
  uuid(octets: Uint8Array): this {
    return this.to(() => [...octets]);
  }
  /** ReaderStateW, [MS-RDPESC] 2.2.1.7: the strings lie behind the whole array. */
  states(states: readonly { readonly reader: string; readonly current: number; readonly event?: number }[]): this {
    return this.u32(states.length).to(() => {
      const fixed = states.flatMap(({ current, event = 0 }) => [
        ...this.#id(),
        ...u32(current),
        ...u32(event),
        ...u32(0),
        ...zeroes(36),
      ]);
      const texts = states.reduce<Octets>((all, { reader }) => [...filled(all, 4), ...asString(reader)], []);
      return [...u32(states.length), ...fixed, ...texts];
    });
  }
  finish(): Uint8Array {
    let body: Octets = this.#fields;
    // A turn may add no pointer to the fields: they are all there.
    for (const content of this.#led) body = [...filled(body, 4), ...content()];
    body = filled(body, 8);
    return Uint8Array.from([1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc, ...u32(body.length), ...u32(0), ...body]);
  }
}
function asString(text: string): Octets {
  const count = u32(text.length + 1);
  return [...count, ...u32(0), ...count, ...utf16(`${text}\0`)];
}

/** Octets read from the front; whatever is not as it has to be is `Wrong`. */
export class Output {
  readonly #octets: Uint8Array;
  readonly #what: string;
  #at = 0;
  #next = 0x0002_0000;
  constructor(octets: Uint8Array, what: string) {
    this.#octets = octets;
    this.#what = what;
  }
  /** A reply in type serialization. */
  static ofReply(octets: Uint8Array, what: string): Output {
    const r = new Output(octets, what);
    r.exactly([1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc], 'common header');
    const length = r.u32();
    must(length % 8 === 0 && length === octets.length - 16, `${what}: ObjectBufferLength ${length} of ${octets.length - 16}`);
    r.exactly([0, 0, 0, 0], 'filler');
    return new Output(octets.subarray(16), what);
  }
  get left(): number {
    return this.#octets.length - this.#at;
  }
  take(count: number): Uint8Array {
    must(count <= this.left, `${this.#what}: ${count} octets wanted at ${this.#at}, ${this.left} left`);
    this.#at += count;
    return this.#octets.subarray(this.#at - count, this.#at);
  }
  exactly(octets: Octets, what: string): void {
    const got = this.take(octets.length);
    must(
      octets.every((octet, i) => octet === got[i]),
      `${this.#what}: ${what} is ${Buffer.from(got).toString('hex')}`,
    );
  }
  u16(): number {
    const [low = 0, high = 0] = this.take(2);
    return low + high * 256;
  }
  u32(): number {
    const low = this.u16();
    return low + this.u16() * 65_536;
  }
  /** Octets that fill up to 4 or 8; they are zeroes. */
  fill(to: number): void {
    this.exactly(zeroes((to - (this.#at % to)) % to), 'padding');
  }
  /** True for a pointer, which has the next number of its order; false for NULL. */
  pointer(): boolean {
    const id = this.u32();
    if (id === 0) return false;
    must(id === this.#next, `${this.#what}: referent 0x${id.toString(16)} where 0x${this.#next.toString(16)} is next`);
    this.#next += 4;
    return true;
  }
  /** What a pointer beside a count leads to. */
  array(count: number): Uint8Array {
    this.fill(4);
    must(this.u32() === count, `${this.#what}: an array of another length than announced`);
    return this.take(count);
  }
  end(): void {
    must(this.left < 8, `${this.#what}: ${this.left} octets left over`);
    this.exactly(zeroes(this.left), 'padding at the end');
  }
}
