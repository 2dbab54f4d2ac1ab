import { expect, it } from 'vitest';
import { readDataObject } from '../../src/wire/ber-tlv.ts';
import { decode } from '../../src/wire/codec.ts';
import { ByteReader } from '../../src/wire/cursor.ts';
import { any, octetString } from '../../src/wire/der.ts';

// What was read from a socket's Buffer was itself a Buffer, whose slice() is no copy: wiping the input wiped the "copy" too.
it('gives plain Uint8Arrays, whatever it reads from', () => {
  const input = Buffer.from('04020102', 'hex');
  for (const read of [decode(octetString, input), decode(any, input), readDataObject(new ByteReader(input)).value]) {
    expect(read.constructor).toBe(Uint8Array);
  }
  const copy = decode(octetString, input).slice();
  input.fill(0);
  expect(copy).toEqual(Uint8Array.of(1, 2));
});
