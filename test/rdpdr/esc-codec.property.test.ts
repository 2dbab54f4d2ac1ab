import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCall, writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { readReturn, writeReturn } from '../../src/rdpdr/esc-return-codec.ts';
import { smartCardIoctls } from '../../src/rdpdr/smart-card-ioctl.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { hex } from '../wire/annotated-hex.ts';
import { mutated, property, same } from '../wire/property.ts';
import { anyCall, anyReturn, returnKinds } from './any-esc.ts';

const used = smartCardIoctls.flatMap((ioctl) => {
  const calls = anyCall(ioctl);
  return calls ? [{ ...ioctl, calls }] : [];
});
const call = fc.oneof(...used.map(({ calls }) => calls));
const reply = fc.oneof(...returnKinds.map(anyReturn));
/** A control code that the reply's kind answers. */
const answered = (kind: string) => smartCardIoctls.find(({ returns }) => returns === kind)?.code ?? 0;

/** Damaged bytes, of which every other announces its new length, so that the damage is not refused for that alone. */
const damagedOctets = (good: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.tuple(mutated(fc.constant(good)), fc.boolean()).map(([input, announced]) => {
    if (announced && 16 <= input.length) new DataView(input.buffer, input.byteOffset).setUint32(8, input.length - 16, true);
    return input;
  });

/** What `read` makes of any input: a value, or `undefined` where it refuses it. All but a DecodeError fails. */
function tried<T>(read: (input: Uint8Array) => T, input: Uint8Array): T | undefined {
  try {
    return read(input);
  } catch (e) {
    if (!(e instanceof DecodeError)) throw new Error(`threw something else for ${hex(input)}`, { cause: e });
    if (e.at < 0 || input.length < e.at) throw new Error(`offset ${e.at} lies outside ${hex(input)}`, { cause: e });
    return undefined;
  }
}
/** Octets of a decoded value that are no view of the input, and entries and characters it has more than the input has octets. */
function beyond(value: unknown, input: Uint8Array): string | undefined {
  let copied = 0;
  let entries = 0;
  const count = (part: unknown): void => {
    if (part instanceof Uint8Array) copied += part.buffer === input.buffer ? 0 : part.length;
    else if (typeof part === 'string') entries += part.length;
    else if (typeof part === 'object' && part !== null) {
      const parts = Object.values(part) as unknown[];
      if (Array.isArray(part)) entries += parts.length;
      for (const each of parts) count(each);
    }
  };
  const { kind: _, operation: __, ...content } = value as { readonly kind: string; readonly operation?: string };
  count(content);
  return copied > 0 || entries > input.length ? `${copied} octets copied, ${entries} entries` : undefined;
}

describe('calls', () => {
  it('are of every control code but one', () => expect(used.length).toBe(smartCardIoctls.length - 1));
  property('come back', call, (value) => {
    const { ioctl, input } = writeCall(value);
    same(readCall(ioctl, input), value, 'read');
  });
  const damaged = call.chain((value) => {
    const { ioctl, input } = writeCall(value);
    return fc.record({ ioctl: fc.constant(ioctl), input: damagedOctets(input) });
  });
  property('damaged, are read alike once more, or refused', damaged, ({ ioctl, input }) => {
    const value = tried((octets) => readCall(ioctl, octets), input);
    if (value === undefined) return;
    same(beyond(value, input), undefined, `larger than ${hex(input)}`);
    same(readCall(ioctl, writeCall(value).input), value, 'read again');
  });
  const any = fc.record({ ioctl: fc.constantFrom(...used).map(({ code }) => code), input: fc.uint8Array({ maxLength: 100 }) });
  property('of any octets, are refused or read', any, ({ ioctl, input }) => {
    tried((octets) => readCall(ioctl, octets), input);
  });
});
describe('replies', () => {
  property('come back', reply, (value) => same(readReturn(answered(value.kind), writeReturn(value)), value, 'read'));
  const damaged = reply.chain((value) =>
    fc.record({ ioctl: fc.constant(answered(value.kind)), output: damagedOctets(writeReturn(value)) }),
  );
  property('damaged, are read alike once more, or refused', damaged, ({ ioctl, output }) => {
    const value = tried((octets) => readReturn(ioctl, octets), output);
    if (value === undefined) return;
    same(beyond(value, output), undefined, `larger than ${hex(output)}`);
    same(readReturn(ioctl, writeReturn(value)), value, 'read again');
  });
});
