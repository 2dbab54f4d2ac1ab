/**
 * What a card answers, written a second time and as plainly as it goes: over whole APDUs as arrays, from the tables, with nothing
 * of the card's own code. It knows lengths and status words, not contents.
 */
export class CardModel {
  selected = false;
  verified = false;
  tries = 3;
  operations: number;
  destroyed = false;
  /** Octets of the last answer that are left. */
  left = 0;
  chain: { ins: number; p1: number; p2: number; data: number[] } | undefined;
  readonly #pin: readonly number[];
  readonly #lengths: ReadonlyMap<number, number>;

  constructor(pin: readonly number[], operations: number, lengths: ReadonlyMap<number, number>) {
    this.#pin = pin;
    this.operations = operations;
    this.#lengths = lengths;
  }
  reset(): void {
    this.selected = false;
    this.verified = false;
    this.left = 0;
    this.chain = undefined;
  }
  destroy(): void {
    this.destroyed = true;
    this.verified = false;
    this.tries = 0;
    this.chain = undefined;
  }
  /** How many octets come back, and the status word. */
  transmit(apdu: readonly number[]): readonly [length: number, status: number] {
    const chain = this.chain;
    const left = this.left;
    this.chain = undefined;
    this.left = 0;
    const parsed = parse(apdu);
    if (!parsed) return [0, 0x6700];
    const answer = this.#answer(apdu, parsed, chain, left);
    if (typeof answer === 'number') return [0, answer];
    const given = Math.min(answer.length, parsed.le);
    this.left = answer.length - given;
    return [given, this.left === 0 ? 0x9000 : 0x6100 + (this.left > 255 ? 0 : this.left)];
  }
  #answer(apdu: readonly number[], { data }: Parsed, chain: CardModel['chain'], left: number): number | { length: number } {
    const [cla = 0, ins = 0, p1 = 0, p2 = 0] = apdu;
    if (cla >= 0x80) return 0x6e00;
    if ((cla >> 2) % 4 !== 0) return 0x6882;
    if (cla % 4 !== 0) return 0x6881;
    if (cla !== 0 && cla !== 0x10) return 0x6e00;
    if (!chain && cla === 0x10 && ins !== 0x87) return 0x6884;
    if ((chain || cla === 0x10) && !this.selected) return 0x6d00;
    if (chain && (chain.ins !== ins || chain.p1 !== p1 || chain.p2 !== p2)) return 0x6883;
    const whole = [...(chain?.data ?? []), ...data];
    if ((chain || cla === 0x10) && whole.length > 1024) return 0x6700;
    if (cla === 0x10) {
      this.chain = { ins, p1, p2, data: whole };
      return 0x9000;
    }
    if (ins === 0xa4) return this.#select(p1, whole);
    if (ins === 0xc0) return p1 + p2 > 0 ? 0x6a86 : left > 0 ? { length: left } : 0x6985;
    if (!this.selected) return 0x6d00;
    if (ins === 0xcb) return this.#getData(p1, p2, whole);
    if (ins === 0x20) return this.#verify(p1, p2, whole);
    if (ins === 0x87) return this.#authenticate(p1, p2, whole);
    return 0x6d00;
  }
  #select(p1: number, aid: readonly number[]): number | { length: number } {
    const full = 'a000000308000010000100';
    const asked = Buffer.from(aid).toString('hex');
    if (p1 !== 4 || asked.length < 10 || !full.startsWith(asked)) return 0x6a82;
    this.selected = true;
    return { length: 35 };
  }
  #getData(p1: number, p2: number, list: readonly number[]): number | { length: number } {
    if (p1 !== 0x3f || p2 !== 0xff) return 0x6a86;
    if (list[0] !== 0x5c || list[1] !== list.length - 2 || list.length < 3 || list.length > 5) return 0x6a80;
    const length = this.#lengths.get(Number.parseInt(Buffer.from(list.slice(2)).toString('hex'), 16));
    return length === undefined ? 0x6a82 : { length };
  }
  #verify(p1: number, p2: number, pin: readonly number[]): number {
    const tries = () => (this.tries > 0 ? 0x63c0 + this.tries : 0x6983);
    if (p2 !== 0x80) return 0x6a88;
    if (p1 === 0xff && pin.length === 0) {
      this.verified = false;
      return 0x9000;
    }
    if (p1 !== 0) return 0x6a86;
    if (pin.length === 0) return this.verified ? 0x9000 : tries();
    if (pin.length !== 8) return 0x6a80;
    this.verified = this.tries > 0 && pin.join() === this.#pin.join();
    this.tries = this.verified ? 3 : Math.max(0, this.tries - 1);
    return this.verified ? 0x9000 : tries();
  }
  #authenticate(p1: number, p2: number, template: readonly number[]): number | { length: number } {
    if (p2 === 0x9b) return asksForChallenge(template) ? { length: 12 } : 0x6a80;
    if (p2 !== 0x9a) return 0x6a88;
    if (p1 !== 0x07) return 0x6a86;
    if (this.destroyed || this.operations === 0) return 0x6f00;
    if (!this.verified) return 0x6982;
    if (!asksForResponse(template)) return 0x6a80;
    this.operations--;
    return { length: 264 };
  }
}
interface Parsed {
  readonly data: readonly number[];
  readonly le: number;
}
/** ISO/IEC 7816-4 5.1, by trying every case. */
function parse(apdu: readonly number[]): Parsed | undefined {
  const n = apdu.length;
  const at = (i: number) => apdu[i] ?? 0;
  if (n < 4) return undefined;
  if (n === 4) return { data: [], le: 256 };
  if (n === 5) return { data: [], le: at(4) === 0 ? 256 : at(4) };
  const short = at(4);
  if (short > 0) {
    if (n === 5 + short) return { data: apdu.slice(5), le: 256 };
    if (n === 6 + short) return { data: apdu.slice(5, 5 + short), le: at(n - 1) === 0 ? 256 : at(n - 1) };
    return undefined;
  }
  if (n < 7) return undefined;
  const long = 256 * at(5) + at(6);
  if (n === 7) return { data: [], le: long === 0 ? 65_536 : long };
  if (long === 0) return undefined;
  if (n === 7 + long) return { data: apdu.slice(7), le: 256 };
  if (n !== 9 + long) return undefined;
  const le = 256 * at(n - 2) + at(n - 1);
  return { data: apdu.slice(7, 7 + long), le: le === 0 ? 65_536 : le };
}
interface Tlv {
  readonly tag: number;
  readonly value: readonly number[];
}
/** Tags of one octet and lengths in any of their forms; `undefined` where something is left over. */
function objectsIn(octets: readonly number[]): Tlv[] | undefined {
  const objects: Tlv[] = [];
  let at = 0;
  while (at < octets.length) {
    const tag = octets[at] ?? 0;
    if (tag % 32 === 31) return undefined;
    const first = octets[at + 1] ?? -1;
    const more = first > 0x80 ? first - 0x80 : 0;
    if (first < 0 || first === 0x80 || more > 3 || at + 2 + more > octets.length) return undefined;
    const length = more === 0 ? first : octets.slice(at + 2, at + 2 + more).reduce((sum, octet) => sum * 256 + octet, 0);
    at += 2 + more;
    if (at + length > octets.length) return undefined;
    objects.push({ tag, value: octets.slice(at, at + length) });
    at += length;
  }
  return objects;
}
function inTemplate(template: readonly number[]): Tlv[] {
  const [outer, ...others] = objectsIn(template) ?? [];
  return outer?.tag === 0x7c && others.length === 0 ? (objectsIn(outer.value) ?? []) : [];
}
const shapeOf = (template: readonly number[]) =>
  inTemplate(template)
    .map(({ tag, value }) => `${tag}:${value.length}`)
    .sort()
    .join();
const asksForChallenge = (template: readonly number[]) => shapeOf(template) === '129:0';
const asksForResponse = (template: readonly number[]) => shapeOf(template) === '129:256,130:0';
