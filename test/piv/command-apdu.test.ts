import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommand } from '../../src/piv/command-apdu.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { property, same } from '../wire/property.ts';

const read = (apdu: string) => {
  const command = readCommand(bytes(apdu));
  return command && { data: hex(command.data), le: command.le };
};
const long = (octets: number) => '5a'.repeat(octets);

/** ISO/IEC 7816-4 5.1, table 2: the cases, and what lies beside each. */
describe('the cases of a command APDU', () => {
  it.each([
    ['1: header alone; a client that leaves Le out wants 256', '00 a4 04 00', '', 256],
    ['2 short', '00 c0 00 00 08', '', 8],
    ['2 short, Le 00', '00 c0 00 00 00', '', 256],
    ['2 short, Le ff', '00 c0 00 00 ff', '', 255],
    ['3 short', '00 a4 04 00 02 3f00', '3f00', 256],
    ['3 short, the most', `00 a4 04 00 ff ${long(255)}`, long(255), 256],
    ['4 short', '00 a4 04 00 02 3f00 08', '3f00', 8],
    ['4 short, Le 00', '00 a4 04 00 02 3f00 00', '3f00', 256],
    ['2 extended', '00 c0 00 00 00 0100', '', 256],
    ['2 extended, Le 0000', '00 c0 00 00 00 0000', '', 65_536],
    ['3 extended', '00 a4 04 00 00 0002 3f00', '3f00', 256],
    ['3 extended, over 255', `00 87 07 9a 00 010a ${long(266)}`, long(266), 256],
    ['4 extended', '00 a4 04 00 00 0002 3f00 0108', '3f00', 264],
    ['4 extended, Le 0000', '00 a4 04 00 00 0002 3f00 0000', '3f00', 65_536],
  ])('%s', (_, apdu, data, le) => expect(read(apdu)).toEqual({ data, le }));
  it('3 extended, the most', () => expect(read(`00 a4 04 00 00 ffff ${long(65_535)}`)?.data.length).toBe(2 * 65_535));

  it.each([
    ['nothing', ''],
    ['half a header', '00 a4 04'],
    ['Lc over what is there', '00 a4 04 00 03 3f00'],
    ['Lc under what is there', '00 a4 04 00 02 3f00 00 00'],
    ['Lc 1 with three octets', '00 a4 04 00 01 3f00 00'],
    ['extended, one octet of length', '00 c0 00 00 00 01'],
    ['extended, Lc over what is there', '00 a4 04 00 00 0003 3f00'],
    ['extended, one octet of Le', '00 a4 04 00 00 0002 3f00 00'],
    ['extended, three octets behind the data', '00 a4 04 00 00 0002 3f00 000000'],
    ['extended, Lc 0 with data', '00 a4 04 00 00 0000 3f00'],
  ])('none: %s', (_, apdu) => expect(read(apdu)).toBeUndefined());

  property('whatever is read is a part of what was sent, and of nothing else', fc.uint8Array({ maxLength: 300 }), (apdu) => {
    const command = readCommand(apdu);
    if (!command) return;
    const { cla, ins, p1, p2, data, le } = command;
    same(Array.from(apdu.subarray(0, 4)), [cla, ins, p1, p2], 'header');
    const body = hex(apdu.subarray(4));
    same(data.length === 0 || body.slice(2).includes(hex(data)), true, 'data');
    same(1 <= le && le <= 65_536, true, 'le');
  });
});
