import { expect, it } from 'vitest';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { KeptReplies } from '../../src/rdpdr/kept-replies.ts';
import { usual } from '../rdpdr/reader-at-hand.ts';

// Sixteen calls of Connect with names of 60,000 signs, alike up to the last, were kept, and each later one was compared with all of them.
it.each([
  ['Mayfly Reader 0', true],
  ['a'.repeat(60_000), false],
])('the reply to a call that does something is kept, and that is never a long one: %#', (reader, isKept) => {
  const kept = new KeptReplies();
  const call = { kind: 'connect', context: Uint8Array.of(1, 0, 0, 0), ...usual.connect, reader } as const;
  const { ioctl: ioControlCode, input } = writeCall(call);
  const request = { outputBufferLength: 0, ioControlCode, input };
  kept.keep(call, request, Uint8Array.of(7));
  expect(kept.take(call, request)).toEqual(isKept ? Uint8Array.of(7) : undefined);
});
