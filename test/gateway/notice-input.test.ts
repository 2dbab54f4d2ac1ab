import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noticeEvents, noticeInput } from '../../src/gateway/notice-input.ts';
import { fastPathPdu } from '../../src/rdp/fast-path.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const fast = (header: number, body: string) => {
  const kept = noticeInput({ header, body: bytes(body) });
  return kept && hex(encode(fastPathPdu, kept));
};
const slow = (body: string) => {
  const kept = noticeEvents(bytes(body));
  return kept && hex(kept);
};
const DOWN = '00000000 0400 0000';

describe('input for a legal notice', () => {
  it.each([
    ['Enter, pressed and released', 2, '00 1c 01 1c', '0007 02 00 1c 01 1c'],
    ['Enter of the number block', 1, '02 1c', '0005 01 02 1c'],
    ['Tab and the space bar', 2, '00 0f 00 39', '0007 02 00 0f 00 39'],
    ['a click of the first button', 1, '20 0090 0100 0200', '000a 01 20 0090 0100 0200'],
    ['a move of the mouse', 1, '20 0008 0100 0200', '000a 01 20 0008 0100 0200'],
    ['what passes among what does not', 4, '00 1e 00 1c 80 4100 60', '0005 01 00 1c'],
    ['a count in an octet of its own', 0, '02 00 1c 00 1e', '0005 01 00 1c'],
  ])('lets through %s', (_, header, body, kept) => {
    expect(fast(header, body)).toBe(hex(bytes(kept)));
  });
  it.each([
    ['a letter', 1, '00 1e'],
    ['Control, Alt, Shift and Windows', 4, '00 1d 00 38 00 2a 02 5b'],
    ['the Pause key', 1, '04 1d'],
    ['a key that looks like one of them', 1, '04 1c'],
    ['a letter in Unicode', 1, '80 4100'],
    ['Enter in Unicode', 1, '80 0d00'],
    ['the second button', 1, '20 00a0 0000 0000'],
    ['the wheel', 1, '20 7802 0000 0000'],
    ['a side button', 1, '40 0180 0000 0000'],
    ['a state of the lock keys', 1, '60'],
    ['an event of no known kind', 2, 'e0 00 1c'],
    ['fewer events than announced', 2, '00 1c'],
    ['nothing', 0, '00'],
    ['what says that it is encrypted', 0x21, '00 1c'],
  ])('keeps back %s', (_, header, body) => {
    expect(fast(header, body)).toBeUndefined();
  });
  it('is the same on the slow path', () => {
    const [enter, letter, click, wheel] = [
      `${DOWN} 1c00 0000`,
      `${DOWN} 1e00 0000`,
      '00000000 0180 0090 0100 0200',
      '00000000 0180 7802 0000 0000',
    ];
    expect(slow(`0400 0000 ${enter} ${letter} ${click} ${wheel}`)).toBe(hex(bytes(`0200 0000 ${enter} ${click}`)));
    for (const body of [
      `0100 0000 ${letter}`,
      `0100 0000 ${wheel}`,
      `0200 0000 ${enter}`,
      '0000 0000',
      '01',
      `0100 0000 00000000 0400 0002 1c00 0000`,
    ])
      expect(slow(body)).toBeUndefined();
  });
  it('lets nothing else through, whatever comes, and fails at nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x3f }), fc.uint8Array({ maxLength: 64 }), (header, body) => {
        const kept = noticeInput({ header, body });
        if (!kept) return;
        expect(noticeInput(decode(fastPathPdu, encode(fastPathPdu, kept)))).toEqual(kept);
        expect(kept.body.length).toBeLessThanOrEqual(body.length + 1);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (body) => {
        const kept = noticeEvents(body);
        if (kept) expect(noticeEvents(kept)).toEqual(kept);
      }),
    );
  });
});
