import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientEvents } from '../../src/rdp/client-event.ts';
import { fastPathPdu } from '../../src/rdp/fast-path.ts';
import { isPress } from '../../src/rdp/input-press.ts';
import { shareRequests } from '../../src/rdp/session-ids.ts';
import { dataPdu, pduType2 } from '../../src/rdp/share-data.ts';
import { encode } from '../../src/wire/codec.ts';

const ids = { userId: 1007, ioChannelId: 1003 };
const isOne = (pdu: Uint8Array): boolean => clientEvents(pdu, ids).some((event) => isPress(pdu, event));
const fast = (count: number, ...body: readonly number[]) => encode(fastPathPdu, { header: count, body: Uint8Array.from(body) });
const slow = (...body: readonly number[]) =>
  shareRequests(ids, [dataPdu({ shareId: 1, pduSource: 1007, type: pduType2.input, body: Uint8Array.from(body) })]);

it.each([
  ['a key that goes down', fast(1, 0, 0x1e), true],
  ['a key that goes up', fast(1, 1, 0x1e), false],
  ['a letter', fast(1, 0x80, 0x41, 0), true],
  ['a mouse that moves', fast(1, 0x20, 0, 8, 1, 0, 1, 0), false],
  ['a button that goes down', fast(1, 0x20, 0, 0x90, 1, 0, 1, 0), true],
  ['the state of the locks, and a key behind it', fast(2, 0x60, 0, 0x1e), true],
  ['more events than four bits count', fast(0, 2, 1, 0x1e, 0, 0x1e), true],
  ['an event that nobody knows', fast(1, 0xe0, 0, 0), false],
  ['fewer octets than events', fast(2, 1, 0x1e), false],
  ['a key that goes down, on the slow path', slow(1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0x1e, 0, 0, 0), true],
  ['a key that goes up, on the slow path', slow(1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0x80, 0x1e, 0, 0, 0), false],
  ['a button that goes down, on the slow path', slow(1, 0, 0, 0, 1, 0, 0, 0, 1, 0x80, 0, 0x90, 1, 0, 1, 0), true],
  ['no event at all', slow(), false],
])('tells of %s whether somebody pressed something', (_, pdu, expected) => {
  expect(isOne(pdu)).toBe(expected);
});
it('takes any octets', () => {
  fc.assert(
    fc.property(fc.nat(63), fc.uint8Array({ maxLength: 100 }), (header, body) => {
      isOne(encode(fastPathPdu, { header, body }));
      isOne(slow(...body));
    }),
  );
});
