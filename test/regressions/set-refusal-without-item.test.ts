import { expect, it } from 'vitest';
import { setOf } from '../../src/wire/der.ts';
import { int32 } from '../../src/wire/der-primitives.ts';
import { refusal } from '../wire/refusal.ts';

// The path of a DecodeError ended at the set, where SEQUENCE OF names the item.
it('names the item of a SET OF that is out of order or cut short', () => {
  expect(refusal(setOf(int32), '31 06 020102 020101')).toBe('1 at byte 5: set is not in ascending order');
  expect(refusal(setOf(int32), '31 05 020102 0201')).toBe('1 at byte 7: needs 1 bytes, 0 left');
});
