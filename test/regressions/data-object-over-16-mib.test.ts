import { expect, it } from 'vitest';
import { dataObject, readDataObject } from '../../src/wire/ber-tlv.ts';
import { ByteReader } from '../../src/wire/cursor.ts';

// A length of 2^24 was written as 83 00 00 00: an empty value with 16 MiB of garbage behind it.
it('refuses to write a value that three length octets cannot announce', () => {
  const most = new Uint8Array(0xff_ffff);
  expect(readDataObject(new ByteReader(dataObject(0x53, most))).value.length).toBe(most.length);
  expect(() => dataObject(0x53, [most, Uint8Array.of(0)])).toThrow(expect.objectContaining({ code: 'encode' }));
});
