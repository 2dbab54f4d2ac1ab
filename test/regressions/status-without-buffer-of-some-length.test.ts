import { expect, it } from 'vitest';
import { READER_NAME, SmartCardReader } from '../../src/rdpdr/smart-card-reader.ts';

// Status in a session of xrdp's: "no buffer" and a length of 100; it took octets behind the reply for the reader's name.
it.each([
  [100, true],
  [0xffff_ffff, true],
  [0, false],
])('names the reader to a caller with no buffer of length %i: %s', async (readerLength, isNamed) => {
  const reader = new SmartCardReader({
    card: { answerToReset: Uint8Array.of(0x3b, 0x00), transmit: async () => Uint8Array.of(0x6d, 0x00), reset: () => undefined },
    random: (length) => new Uint8Array(length).fill(7),
    after: () => () => undefined,
  });
  const established = await reader.call({ kind: 'establish-context', scope: 2 });
  const context = 'context' in established ? established.context : new Uint8Array();
  const connected = await reader.call({
    ...{ kind: 'connect', wide: true, context, reader: READER_NAME },
    ...{ shareMode: 2, preferredProtocols: 3 },
  } as const);
  const card = 'card' in connected ? connected.card : new Uint8Array();
  const status = await reader.call({
    ...{ kind: 'status', wide: true, context, card },
    ...{ readerNamesIsNull: true, readerLength, atrLength: 36 },
  } as const);
  const names = 'readerNames' in status ? status.readerNames : undefined;
  const octets = Buffer.from(`${READER_NAME}\0\0`, 'utf16le');
  expect(names).toEqual(isNamed ? new Uint8Array(octets) : { lengthAlone: octets.length });
});
