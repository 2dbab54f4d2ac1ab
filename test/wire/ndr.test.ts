import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/wire/cursor.ts';
import {
  counted,
  countedOctets,
  elements,
  type Ndr,
  octetArray,
  octetElements,
  pointer,
  reference,
  sized,
  struct,
  truth,
  ulong,
} from '../../src/wire/ndr.ts';
import { string } from '../../src/wire/ndr-string.ts';
import { decodeType, encodeType } from '../../src/wire/ndr-type.ts';
import { bytes, hex } from './annotated-hex.ts';

/** A body behind the headers that announce it. */
function typed(annotated: string): Uint8Array {
  const body = bytes(annotated);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return bytes(`01100800 cccccccc ${length.toString('hex')} 00000000 ${hex(body)}`);
}
function refused<T>(type: Ndr<T>, input: Uint8Array): string {
  try {
    decodeType(type, input);
  } catch (e) {
    if (e instanceof DecodeError) return e.message;
    throw e;
  }
  throw new Error(`accepted: ${hex(input)}`);
}

const leaf = struct({ n: ulong, extra: countedOctets(8) });
const tree = struct({ first: pointer(leaf), second: reference(leaf), flag: truth });
describe('a structure', () => {
  const annotated = `
    00000200 04000200 // first, second
    01000000 // flag
    07000000 01000000 08000200 // *first
    01000000 aa // *first.extra, before *second
    000000 // aligns what follows
    08000000 02000000 0c000200 // *second
    02000000 bbcc // *second.extra
    00000000 0000 // fills up to 8`;
  const value = { first: { n: 7, extra: bytes('aa') }, second: { n: 8, extra: bytes('bbcc') }, flag: true };
  it('has what its pointers lead to behind it, depth first', () => {
    expect(decodeType(tree, typed(annotated))).toEqual(value);
    expect(hex(encodeType(tree, value))).toBe(hex(typed(annotated)));
  });
  it('takes any ids and whatever lies in the gaps', () => {
    const odd = annotated
      .replace('00000200 04000200', 'ffffffff ffffffff')
      .replace('01000000 // flag', '00000080')
      .replace('08000200 //', '01000000 //')
      .replace('000000 // aligns', 'badbad // aligns')
      .replace('00000000 0000 // fills', 'deadbeefdead // fills');
    expect(decodeType(tree, typed(odd))).toEqual(value);
  });
  it('names the field and the place in the input', () => {
    expect(refused(tree, typed(annotated.replace('01000000 aa', '02000000 aa')))).toBe(
      'first.extra at byte 44: an array of 2 where 1 were announced',
    );
    expect(refused(tree, typed(annotated.replace('04000200', '00000000')))).toBe('second at byte 20: is a NULL pointer');
    expect(refused(tree, typed(annotated.replace('07000000 01000000', '07000000 09000000')))).toBe(
      'first.extra at byte 32: 9 is over 8',
    );
  });
  it('ends where its pointers lead out of the input', () => {
    const body = bytes(annotated);
    for (let length = 0; length < 42; length++) expect(refused(tree, typed(hex(body.subarray(0, length))))).toContain('left');
  });
});

describe('headers', () => {
  it.each([
    ['nothing', '', 'header at byte 0: needs 1 bytes, 0 left'],
    ['version 2', '02100800 cccccccc 08000000 00000000 0000000000000000', 'header at byte 0: version 2 of type serialization'],
    ['big-endian', '01000800 cccccccc 08000000 00000000 0000000000000000', 'header at byte 1: not little-endian'],
    ['a longer header', '01100900 cccccccc 08000000 00000000 00000000000000', 'header at byte 2: a common header of 9 bytes'],
    [
      'too much announced',
      '01100800 cccccccc 09000000 00000000 0000000000000000',
      'header at byte 16: announces 9 bytes, 8 left',
    ],
    [
      'too little announced',
      '01100800 cccccccc 07000000 00000000 0000000000000000',
      'header at byte 16: announces 7 bytes, 8 left',
    ],
  ])('%s', (_, input, message) => expect(refused(ulong, bytes(input))).toBe(message));
  it('take any filler', () => expect(decodeType(ulong, bytes('01100800 00000000 04000000 ffffffff 2a000000'))).toBe(42));
  it('allow less than 8 octets behind the value', () => {
    expect(decodeType(ulong, typed('2a000000 00000000000000'))).toBe(42);
    expect(refused(ulong, typed('2a000000 0000000000000000'))).toBe('input at byte 20: 8 bytes left over');
  });
});

describe('arrays', () => {
  const words = counted(3, elements(struct({ word: pointer(string(false)) })), []);
  it('have all elements before what these point to', () => {
    const annotated = `
      02000000 00000200 // count, pointer
      02000000 04000200 08000200 // two elements
      02000000 00000000 02000000 4100 // "A"
      0000 // aligns what follows
      02000000 00000000 02000000 4200 // "B"
      0000 00000000 // fills up to 8`;
    expect(decodeType(words, typed(annotated))).toEqual([{ word: 'A' }, { word: 'B' }]);
    expect(hex(encodeType(words, [{ word: 'A' }, { word: 'B' }]))).toBe(hex(typed(annotated)));
  });
  it('are refused by their count before anything of them is read', () => {
    for (const count of ['04000000', 'ffffff7f', 'ffffffff'])
      expect(refused(words, typed(`${count} 00000200 ${count} 00000000`))).toMatch(/^input at byte 16: \d+ is over 3$/);
  });
  it('end with the input, whatever they announce', () => {
    const most = countedOctets(0xffff_ffff);
    expect(refused(most, typed('ffffffff 00000200 ffffffff 00000000'))).toBe('input at byte 28: needs 4294967295 bytes, 4 left');
    const many = counted(0xffff_ffff, elements(ulong), []);
    expect(refused(many, typed('ffffffff 00000200 ffffffff 00000000'))).toBe('1 at byte 32: needs 4 bytes, 0 left');
  });
  it('are none where the pointer is NULL, and then have no count', () => {
    expect(decodeType(words, typed('00000000 00000000'))).toEqual([]);
    expect(refused(words, typed('01000000 00000000'))).toBe('input at byte 24: a NULL pointer where 1 were announced');
    expect(decodeType(words, typed('00000000 00000200 00000000 00000000'))).toEqual([]);
  });
  it('may be a length alone', () => {
    const data = sized(100, octetElements);
    expect(decodeType(data, typed('2c000000 00000000'))).toEqual({ lengthAlone: 44 });
    expect(hex(encodeType(data, { lengthAlone: 44 }))).toBe(hex(typed('2c000000 00000000')));
    expect(() => encodeType(data, { lengthAlone: 101 })).toThrow('101 is over 100');
  });
});

describe('strings', () => {
  it.each([
    ['an offset', '02000000 01000000 02000000 4100', 'input at byte 32: a string that begins at 1'],
    [
      'more than the maximum',
      '02000000 00000000 03000000 4100',
      'input at byte 32: a string of 3 where at most 2 were announced',
    ],
    ['more than there is', 'ffffffff 00000000 ffffffff 4100', 'input at byte 32: needs 4294967295 bytes, 2 left'],
  ])('are refused for %s', (_, input, message) => {
    expect(refused(reference(string(false)), typed(`00000200 ${input}`))).toBe(message);
  });
  it('end at the first NUL, or without one', () => {
    const text = reference(string(false));
    expect(decodeType(text, typed('00000200 04000000 00000000 04000000 41004200'))).toBe('A');
    expect(decodeType(text, typed('00000200 02000000 00000000 02000000 4142'))).toBe('AB');
    expect(decodeType(text, typed('00000200 00000000 00000000 00000000'))).toBe('');
  });
  it('have characters that do not fit nowhere', () => {
    expect(() => encodeType(reference(string(true)), 'a\0b')).toThrow('a text has a NUL in it');
    expect(() => encodeType(reference(string(false)), 'ā')).toThrow('the narrow form does not have');
    expect(decodeType(reference(string(true)), encodeType(reference(string(true)), '\ud800'))).toBe('\ud800');
    expect(decodeType(reference(string(false)), encodeType(reference(string(false)), 'é'))).toBe('é');
  });
});

describe('values that have no encoding', () => {
  it.each([
    ['a number over 32 bits', () => encodeType(ulong, 2 ** 32), '4294967296 does not fit 32 bits'],
    ['a negative number', () => encodeType(ulong, -1), '-1 does not fit 32 bits'],
    ['octets that do not fill an array', () => encodeType(octetArray(16), bytes('00')), '1 octets where 16 belong'],
    ['more octets than a range allows', () => encodeType(countedOctets(1), bytes('0000')), '2 is over 1'],
  ])('%s', (_, write, message) => expect(write).toThrow(message));
});
