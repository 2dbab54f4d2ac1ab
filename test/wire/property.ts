import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Codec, decode, encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { hex } from './annotated-hex.ts';

/** One property, tried `fuzzRuns` times with a time limit that grows with them. */
export function property<T>(name: string, values: fc.Arbitrary<T>, check: (value: T) => void): void {
  it(name, () => {
    fc.assert(fc.property(values, fuzzed(name, check)), { numRuns: fuzzRuns });
  });
}
export function same(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, expected)) throw new Error(`${what}: ${show(actual)} is not ${show(expected)}`);
}
const show = (v: unknown) =>
  v instanceof Uint8Array ? hex(v) : JSON.stringify(v, (_, x: unknown) => (typeof x === 'bigint' ? String(x) : x));

/** What `codec` makes of any bytes: a value, or `undefined` where it refuses them. All but a DecodeError fails. */
export function accepted<T>(codec: Codec<T>, input: Uint8Array): { readonly value: T } | undefined {
  try {
    return { value: decode(codec, input) };
  } catch (e) {
    if (!(e instanceof DecodeError)) throw new Error(`threw something else for ${hex(input)}`, { cause: e });
    if (e.at < 0 || input.length < e.at) throw new Error(`offset ${e.at} lies outside ${hex(input)}`, { cause: e });
    return undefined;
  }
}

type Damage = { readonly how: 'set' | 'flip' | 'drop' | 'add' | 'cut' | 'repeat'; readonly at: number; readonly octet: number };
const damage: fc.Arbitrary<Damage> = fc.record({
  how: fc.constantFrom('set', 'set', 'flip', 'flip', 'drop', 'add', 'cut', 'repeat'),
  at: fc.nat(0xffff),
  octet: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff)),
});
function damaged(input: Uint8Array, { how, at, octet }: Damage): Uint8Array {
  const i = input.length === 0 ? 0 : at % input.length;
  const out = Array.from(input);
  if (how === 'set') out[i] = octet;
  if (how === 'flip') out[i] = (out[i] ?? 0) ^ (1 << (octet & 7));
  if (how === 'drop') out.splice(i, 1);
  if (how === 'add') out.splice(i, 0, octet);
  if (how === 'cut') out.length = i;
  if (how === 'repeat') out.splice(i, 0, ...out.slice(i, i + (octet % 16)));
  return Uint8Array.from(out);
}
/** Good bytes, damaged in up to four places. */
export const mutated = (good: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(good, fc.array(damage, { minLength: 1, maxLength: 4 })).map(([input, all]) => all.reduce(damaged, input));

/** A tag and a right length around anything: reaches the content's own rules. */
export const framed = (
  tags: readonly number[],
  content: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 20 }),
): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(...tags), content)
    .map(([tag, c]) => Uint8Array.of(tag, ...(c.length < 128 ? [] : [0x81]), c.length, ...c));

/**
 * What every codec of `wire/` owes: values come back, whatever is accepted re-encodes to the same bytes, and nothing but a
 * DecodeError is thrown. `canonical` is the value that comes back where several encode alike.
 */
export function codecHolds<T>(
  name: string,
  codec: Codec<T>,
  values: fc.Arbitrary<T>,
  options: {
    readonly canonical?: (value: T) => unknown;
    readonly tags?: readonly number[];
    readonly content?: fc.Arbitrary<Uint8Array>;
  } = {},
): void {
  const canonical = options.canonical ?? ((v: T): unknown => v);
  const encoded = values.map((v) => encode(codec, v));
  const anything = fc.oneof(
    { weight: 4, arbitrary: mutated(encoded) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
    ...(options.tags ? [{ weight: 3, arbitrary: framed(options.tags, options.content) }] : []),
  );
  describe(name, () => {
    property('gives values back', values, (v) => same(decode(codec, encode(codec, v)), canonical(v), 'decoded'));
    property('re-encodes what it accepts to the same bytes', anything, (input) => {
      const got = accepted(codec, input);
      if (got) same(hex(encode(codec, got.value)), hex(input), 're-encoded');
    });
  });
}
