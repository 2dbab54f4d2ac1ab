import { expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { ioStatus } from '../../src/rdpdr/device-io.ts';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { announced } from '../rdpdr/announced-card.ts';
import { established, replyOf, usual } from '../rdpdr/reader-at-hand.ts';

/**
 * Writes to the cache whose reply found no room were kept, 16 of them, and every later call was compared with each octet by octet:
 * a host that wrote items alike up to their last octet had each of its calls cost ten times what it should.
 */
it('a write to the cache is done again rather than kept', async () => {
  const { over, asked } = await announced();
  const { reader } = over;
  const context = await established(reader);
  const write = { kind: 'write-cache', context, ...usual['write-cache'] } as const;
  const { ioctl, input } = writeCall(write);
  expect(await asked(ioctl, input, { room: 0 })).toEqual([ioStatus.bufferTooSmall]);
  await reader.call({ ...write, data: Uint8Array.of(9) });
  // Were its reply one that was kept, the item would be the one that was written since.
  expect(await asked(ioctl, input)).toEqual([scardCode.success]);
  const read = await replyOf(reader, 'read-cache', { kind: 'read-cache', context, ...usual['read-cache'] });
  expect(read.data).toEqual(write.data);
});
