import { describe, expect, it } from 'vitest';
import { decode, encode, named, rest } from '../../src/wire/codec.ts';
import { ByteReader, ByteWriter, DecodeError } from '../../src/wire/cursor.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { bytes, hex } from './annotated-hex.ts';

describe('ByteReader', () => {
  it('reads in both byte orders, from the middle of somebody else’s memory', () => {
    const r = new ByteReader(bytes('ff 01 0203 0302 04050607 07060504 08 ff').subarray(1, 15));
    expect([r.u8(), r.u16(), r.u16(true), r.u32(), r.u32(true), r.peek(), r.left]).toEqual([
      1, 0x203, 0x203, 0x4050607, 0x4050607, 8, 1,
    ]);
    expect(hex(r.bytes())).toBe('08');
    expect([r.left, r.at, r.peek()]).toEqual([0, 14, undefined]);
    expect(hex(r.bytes())).toBe('');
  });
  it('reads 0xffffffff as a positive number', () => {
    expect(new ByteReader(bytes('ffffffff')).u32()).toBe(0xffff_ffff);
  });
  it('refuses to read past its end, and stays where it was', () => {
    const r = new ByteReader(bytes('01 02'), 40);
    r.u8();
    for (const read of [() => r.u16(), () => r.u32(), () => r.bytes(2), () => r.sub(2)]) {
      expect(read).toThrow(/^input at byte 41: needs \d bytes, 1 left$/);
    }
    expect(r.u8()).toBe(2);
    expect(() => r.u8()).toThrow('input at byte 42: needs 1 bytes, 0 left');
  });
  it('confines a sub-reader, whose offsets are those of the outermost input', () => {
    const r = new ByteReader(bytes('00 0102 03'));
    r.u8();
    const inner = r.sub(2).sub(2);
    inner.u8();
    expect(inner.at).toBe(2);
    inner.u8();
    expect(() => inner.u8()).toThrow('input at byte 3');
    expect(r.u8()).toBe(3);
  });
});

describe('ByteWriter', () => {
  it('writes in both byte orders', () => {
    const w = new ByteWriter().u8(1).u16(0x203).u16(0x203, true).u32(0x4050607).u32(0x4050607, true).bytes(bytes('08'));
    expect([hex(w.finish()), w.at]).toEqual(['0102030302040506070706050408', 14]);
  });
  it('grows, and inserts across the growth', () => {
    const w = new ByteWriter();
    const content = Uint8Array.from({ length: 5000 }, (_, i) => i);
    w.u8(1).bytes(content.subarray(0, 254)).insert(1, bytes('aabbcc')).bytes(content.subarray(254)).insert(0, new Uint8Array(0));
    expect(hex(w.finish())).toBe(`01aabbcc${hex(content)}`);
  });
  it('gives bytes that later writes do not change', () => {
    const w = new ByteWriter().u8(1);
    const first = w.finish();
    w.u8(2).insert(0, bytes('09'));
    expect([hex(first), hex(w.finish())]).toEqual(['01', '090102']);
  });
  it('ends in the same octets, and leaves none of them to the next', () => {
    const secret = new Uint8Array(400).fill(0x5a);
    const writers = Array.from({ length: 20 }, () => new ByteWriter().bytes(secret).u8(1));
    for (const w of writers) expect(hex(w.end())).toBe(`${hex(secret)}01`);
    for (let i = 0; i < 40; i++) {
      const w = new ByteWriter().u8(7).insert(0, bytes('08'));
      const [finished, ended] = [w.finish(), w.end()];
      expect([hex(finished), hex(ended), w.at]).toEqual(['0807', '0807', 0]);
      expect(hex(w.u16(0x102).fill(1, 9).finish())).toBe('0109');
    }
  });
  it('that fails in the middle keeps its room to itself', () => {
    const w = new ByteWriter().u8(1);
    const other = new ByteWriter().u8(2);
    expect([hex(other.end()), hex(w.u8(3).end())]).toEqual(['02', '0103']);
  });
});

describe('DecodeError', () => {
  it('gathers its path from the inside out, and keeps offset, reason and cause', () => {
    const cause = new Error('inner');
    const error = new DecodeError('no', 7, [], { cause }).within('b').within('a');
    expect(error).toBeInstanceOf(MayflyError);
    expect(error).toMatchObject({
      name: 'DecodeError',
      code: 'decode',
      message: 'a.b at byte 7: no',
      path: ['a', 'b'],
      at: 7,
      reason: 'no',
      cause,
    });
  });
  it('named lets every other error pass', () => {
    const other = new TypeError('bug');
    expect(() =>
      named('field', () => {
        throw other;
      }),
    ).toThrow(other);
  });
});

it('decode takes exactly one value', () => {
  const one = { read: (r: ByteReader) => r.u8(), write: (w: ByteWriter, v: number) => w.u8(v) };
  expect(decode(one, bytes('07'))).toBe(7);
  expect(() => decode(one, bytes('07 08'))).toThrow('input at byte 1: 1 bytes left over');
  expect(hex(encode(rest, decode(rest, bytes('0708'))))).toBe('0708');
});
