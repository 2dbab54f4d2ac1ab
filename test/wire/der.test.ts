import { describe, expect, it } from 'vitest';
import { type Codec, decode, encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import {
  any,
  application,
  choice,
  compareBytes,
  context,
  defaulted,
  implicit,
  octetString,
  optional,
  raw,
  sequence,
  sequenceOf,
  setOf,
} from '../../src/wire/der.ts';
import { boolean, int32, nothing, objectIdentifier } from '../../src/wire/der-primitives.ts';
import { ia5String, utf8String } from '../../src/wire/der-strings.ts';
import { bytes, hex } from './annotated-hex.ts';
import { refusal } from './refusal.ts';

function both<T>(codec: Codec<T>, der: string, value: T): void {
  expect(decode(codec, bytes(der))).toEqual(value);
  expect(hex(encode(codec, value))).toBe(hex(bytes(der)));
}

describe('lengths, X.690 8.1.3 and 10.1', () => {
  it.each([0, 1, 127, 128, 201, 255, 256, 65_535, 65_536])('%d octets both ways', (length) => {
    const value = new Uint8Array(length).fill(0xa5);
    const der = encode(octetString, value);
    expect(decode(octetString, der)).toEqual(value);
    expect(decode(any, der)).toEqual(der);
  });
  it('201 octets are 81 c9 (X.690 8.1.3.5)', () => {
    expect(hex(encode(octetString, new Uint8Array(201)).subarray(0, 3))).toBe('0481c9');
  });
  it.each([
    ['long form below 128', '04 81 01 aa', 'input at byte 1: length is not minimal'],
    ['long form of 127', `04 81 7f ${'aa'.repeat(127)}`, 'input at byte 1: length is not minimal'],
    ['long form of zero', '04 81 00', 'input at byte 1: length is not minimal'],
    ['leading zero octet', `04 82 00 80 ${'aa'.repeat(128)}`, 'input at byte 1: length is not minimal'],
    ['two leading zero octets', '04 84 00 00 01 00', 'input at byte 1: length is not minimal'],
    ['indefinite (X.690 10.1)', '04 80 aa 00 00', 'input at byte 1: length form not allowed in DER'],
    ['five octets', '04 85 01 00 00 00 00', 'input at byte 1: length form not allowed in DER'],
    ['0xff (X.690 8.1.3.5 c)', '04 ff', 'input at byte 1: length form not allowed in DER'],
    ['cut short', '04 82 01', 'input at byte 3: needs 1 bytes, 0 left'],
    ['absent', '04', 'input at byte 1: needs 1 bytes, 0 left'],
    ['over what is left', '04 03 aa bb', 'input at byte 2: needs 3 bytes, 2 left'],
    ['4 GiB announced', '04 84 ff ff ff ff aa', 'input at byte 6: needs 4294967295 bytes, 1 left'],
    ['left-over bytes', '04 01 aa bb', 'input at byte 3: 1 bytes left over'],
    ['nothing at all', '', 'input at byte 0: needs 1 bytes, 0 left'],
  ])('%s', (_, der, reason) => {
    expect(refusal(octetString, der)).toBe(reason);
    expect(refusal(any, der)).toBe(reason);
  });
  it('an announced length costs no memory', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 1000; i++) {
      for (const [tag, codec] of [
        ['30', sequenceOf(any)],
        ['31', setOf(any)],
        ['04', octetString],
        ['0c', utf8String],
      ] as const) {
        refusal(codec as Codec<unknown>, `${tag} 84 7f ff ff ff 00`);
      }
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('tags', () => {
  it('X.690 8.9.3, a sequence', () => {
    both(sequence({ name: ia5String, ok: boolean }), '30 0a 16 05 53 6d 69 74 68 01 01 ff', { name: 'Smith', ok: true });
  });
  it('X.690 8.14, tags in place of and around others', () => {
    both(implicit(2, ia5String), '82 05 4a 6f 6e 65 73', 'Jones');
    both(context(2, ia5String), 'a2 07 16 05 4a 6f 6e 65 73', 'Jones');
    both(application(3, ia5String), '63 07 16 05 4a 6f 6e 65 73', 'Jones');
    both(implicit(1, sequence({ ok: boolean })), 'a1 03 01 01 ff', { ok: true });
    both(implicit(1, context(5, boolean)), 'a1 03 01 01 ff', true);
    both(context(0, choice({ text: utf8String, flag: boolean })), 'a0 03 01 01 00', { kind: 'flag', value: false });
  });
  it.each([
    ['explicit where implicit', implicit(2, ia5String), 'a2 03 16 01 4a', 'input at byte 0: expected tag 0x82, got 0xa2'],
    ['another number', context(2, ia5String), 'a1 03 16 01 4a', 'input at byte 0: expected tag 0xa2, got 0xa1'],
    ['primitive sequence', sequence({}), '10 00', 'input at byte 0: expected tag 0x30, got 0x10'],
    ['two values in one explicit tag', context(2, boolean), 'a2 06 01 01 ff 01 01 ff', 'input at byte 5: 3 bytes left over'],
    ['an empty explicit tag', context(2, boolean), 'a2 00', 'input at byte 2: needs 1 bytes, 0 left'],
    ['a high tag number', any, 'bf 1f 01 00', 'input at byte 0: tag 0xbf not allowed here'],
    ['end of contents', any, '00 00', 'input at byte 0: tag 0x00 not allowed here'],
    ['another type', raw(0x30), '31 00', 'input at byte 0: expected tag 0x30, got 0x31'],
    ['nothing', raw(0x30), '', 'input at byte 0: expected tag 0x30, got nothing'],
    ['no alternative', choice({ a: boolean, b: nothing }), '02 01 00', 'input at byte 0: expected tag 0x01 or 0x05, got 0x02'],
    ['no bytes for a choice', choice({ a: boolean, b: nothing }), '', 'input at byte 0: expected tag 0x01 or 0x05, got nothing'],
  ])('%s', (_, codec, der, reason) => {
    expect(refusal(codec as Codec<unknown>, der)).toBe(reason);
  });
});

describe('sequence', () => {
  const basicConstraints = sequence({ ca: defaulted(boolean, false), pathLength: optional(int32) });
  it('RFC 5280 4.2.1.9, default and optional', () => {
    both(basicConstraints, '30 00', { ca: false });
    both(basicConstraints, '30 03 01 01 ff', { ca: true });
    both(basicConstraints, '30 06 01 01 ff 02 01 00', { ca: true, pathLength: 0 });
    expect(hex(encode(basicConstraints, { ca: false, pathLength: undefined }))).toBe('3000');
  });
  it.each([
    ['default encoded (X.690 11.5)', '30 03 01 01 00', 'ca at byte 2: default value is encoded'],
    ['fields out of order', '30 06 02 01 00 01 01 ff', 'input at byte 5: 3 bytes left over'],
    ['a field twice', '30 06 01 01 ff 01 01 ff', 'input at byte 5: 3 bytes left over'],
    ['an unknown field', '30 02 05 00', 'input at byte 2: 2 bytes left over'],
    ['a field over the end of the sequence', '30 02 01 01 ff', 'ca at byte 4: needs 1 bytes, 0 left'],
  ])('%s', (_, der, reason) => {
    expect(refusal(basicConstraints, der)).toBe(reason);
  });
  it('names what is missing', () => {
    expect(refusal(sequence({ id: objectIdentifier, value: any }), '30 03 06 01 2a')).toBe(
      'value at byte 5: needs 1 bytes, 0 left',
    );
    expect(refusal(sequence({ id: objectIdentifier, value: any }), '30 02 05 00')).toBe(
      'id at byte 2: expected tag 0x06, got 0x05',
    );
  });
});

describe('lists', () => {
  it('SET OF is in ascending order of encodings (X.690 11.6)', () => {
    // Shorter elements sort by their length octet first; equal elements may repeat.
    expect(hex(encode(setOf(int32), [256, 2, 1, 2, -1]))).toBe(hex(bytes('31 10 020101 020102 020102 0201ff 02020100')));
    both(setOf(int32), '31 06 020101 020101', [1, 1]);
    both(setOf(int32), '31 00', []);
    expect(refusal(setOf(int32), '31 07 02020100 020101')).toBe('1 at byte 6: set is not in ascending order');
  });
  it('compares octets as unsigned, shorter first', () => {
    const order = ['', '00', '0000', '7f', '80', 'ff', 'ff00'].map(bytes);
    expect(order.toReversed().sort(compareBytes)).toEqual(order);
  });
  it('a stranger sends no more items than agreed', () => {
    expect(refusal(sequenceOf(nothing, 2), '30 06 0500 0500 0500')).toBe('input at byte 6: more than 2 items');
    expect(refusal(setOf(nothing, 2), '31 06 0500 0500 0500')).toBe('input at byte 6: more than 2 items');
    both(sequenceOf(nothing, 2), '30 04 0500 0500', [null, null]);
    expect(refusal(sequenceOf(nothing), `30 82 08 02 ${'0500'.repeat(1025)}`)).toMatch(/more than 1024 items$/);
  });
});

describe('a refusal names the field and the byte in the outermost input', () => {
  const inner = sequence({ id: int32, flag: defaulted(boolean, false) });
  const outer = sequence({
    head: any,
    body: context(0, sequenceOf(setOf(implicit(1, inner)))),
    tail: optional(choice({ text: utf8String, list: application(2, sequenceOf(inner)) })),
  });
  const fails = (der: string) => {
    try {
      decode(outer, bytes(der));
    } catch (e) {
      if (e instanceof DecodeError) return { path: e.path.join('.'), at: e.at, reason: e.reason };
      throw e;
    }
    return undefined;
  };
  const element = (tag: string, ...parts: readonly string[]) => {
    const content = parts.join('');
    return `${tag}${(content.length / 2).toString(16).padStart(2, '0')}${content}`;
  };
  /** Bytes:  0 outer, 2 head, 5 body, 7 list, 9 its item 0, 11 its item 1, 13 that one's item 0, 18 its item 1, 20 its content. */
  const nested = (content: string) =>
    element('30', '0401aa', element('a0', element('30', '3100', element('31', 'a103020101', element('a1', content)))));
  it('through explicit, implicit, SEQUENCE OF and SET OF', () => {
    expect(fails(nested('020102'))).toBeUndefined();
    expect(fails(nested('020102010100'))).toEqual({ path: 'body.1.1.flag', at: 23, reason: 'default value is encoded' });
    expect(fails(nested('020102010101'))).toEqual({ path: 'body.1.1.flag', at: 25, reason: 'boolean is neither 0x00 nor 0xff' });
    expect(fails(nested('02020001'))).toEqual({ path: 'body.1.1.id', at: 22, reason: 'integer is not minimal' });
    expect(fails(nested('020100'))).toEqual({ path: 'body.1.1', at: 18, reason: 'set is not in ascending order' });
    expect(fails(nested('0201020500'))).toEqual({ path: 'body.1.1', at: 23, reason: '2 bytes left over' });
  });
  it('through CHOICE and any', () => {
    expect(fails('30 0a 0500 a002 3000 0c02 c080')).toEqual({ path: 'tail.text', at: 10, reason: 'text is not UTF-8' });
    expect(fails('30 0d 0500 a002 3000 6205 3003 3001 02')).toMatchObject({ path: 'tail.list.0.id' });
    expect(fails('30 03 04 02 aa')).toEqual({ path: 'head', at: 4, reason: 'needs 2 bytes, 1 left' });
  });
});
