import fc from 'fast-check';
import { describe } from 'vitest';
import { type Codec, decode, encode } from '../../src/wire/codec.ts';
import { accepted, mutated, property, same } from '../wire/property.ts';

/** An object as a decoder makes it. */
export const plain = <const K extends Record<string, fc.Arbitrary<unknown>>>(fields: K) =>
  fc.record(fields, { noNullPrototype: true }) as unknown as fc.Arbitrary<{
    readonly [F in keyof K]: K[F] extends fc.Arbitrary<infer V> ? V : never;
  }>;

/**
 * What a codec owes whose bytes may hold lengths that are not minimal, or octets that say nothing: values come back, whatever is
 * accepted means the same when it is encoded again, and nothing but a DecodeError is thrown.
 */
export function meaningHolds<T>(name: string, codec: Codec<T>, values: fc.Arbitrary<T>): void {
  const anything = fc.oneof(
    { weight: 4, arbitrary: mutated(values.map((v) => encode(codec, v))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
  );
  describe(name, () => {
    property('gives values back', values, (v) => same(decode(codec, encode(codec, v)), v, 'decoded'));
    property('means the same when what it accepts is encoded again', anything, (input) => {
      const got = accepted(codec, input);
      if (got) same(decode(codec, encode(codec, got.value)), got.value, 're-encoded');
    });
  });
}
