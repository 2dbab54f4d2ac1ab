import { describe, expect, it } from 'vitest';
import { blockOf } from '../../src/rdp/gcc-blocks.ts';
import { connectInitial, connectResponse } from '../../src/rdp/mcs-connect.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { initialOfMstsc, initialOfMstscValue, responseOfWindows, responseOfWindowsValue } from '../vectors/rdp/mcs-connect.ts';
import {
  initialOfXfreerdp,
  initialOfXfreerdpValue,
  responseOfShadow,
  responseOfShadowValue,
  responseOfXrdp,
  responseOfXrdpValue,
} from '../vectors/rdp/mcs-connect-recorded.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';

describe('Connect-Initial of mstsc', () => {
  it('is read', () => {
    expect(decode(connectInitial, bytes(initialOfMstsc))).toEqual(initialOfMstscValue);
  });
  it('is written with right integers in BER where mstsc leaves a sign octet out, and otherwise the same', () => {
    const written = hex(encode(connectInitial, initialOfMstscValue));
    const original = hex(bytes(initialOfMstsc));
    const userData = original.slice(original.indexOf('0482'));
    expect(written.slice(written.indexOf('0482'))).toBe(userData);
    expect(written.slice(0, 108)).toBe(
      '030001a502f080' +
        '7f65820199' +
        '040101040101' +
        '0101ff' +
        '301a0201220201020201000201010201000201010203' +
        '00ffff020102' +
        '3019020101',
    );
    expect(decode(connectInitial, bytes(written))).toEqual(initialOfMstscValue);
  });
});
describe('Connect-Initial of xfreerdp', () => {
  it('is read, and written to the octet', () => {
    expect(decode(connectInitial, bytes(initialOfXfreerdp))).toEqual(initialOfXfreerdpValue);
    expect(hex(encode(connectInitial, initialOfXfreerdpValue))).toBe(hex(bytes(initialOfXfreerdp)));
  });
});
describe('Connect-Response of other hosts is read, its false length of 0x2a notwithstanding', () => {
  it.each([
    ['xrdp', responseOfXrdp, responseOfXrdpValue],
    ['freerdp-shadow', responseOfShadow, responseOfShadowValue],
  ])('%s', (_, recorded, value) => {
    expect(decode(connectResponse, bytes(recorded))).toEqual(value);
    const written = hex(encode(connectResponse, value));
    const blocks = hex(bytes(recorded)).replace(/^.*4d63446e(?:80)?/, '');
    expect(written.slice(-blocks.length)).toBe(blocks);
  });
});
describe('Connect-Response of Windows', () => {
  it('is read, its false length of 0x2a notwithstanding', () => {
    expect(decode(connectResponse, bytes(responseOfWindows))).toEqual(responseOfWindowsValue);
  });
  it('is written with the right length, and otherwise the same', () => {
    const original = hex(bytes(responseOfWindows));
    const right = original
      .replace('0300015102f0807f66820145', '0300015202f0807f66820146')
      .replace('0482011f', '04820120')
      .replace('000500147c00012a', '000500147c00018117');
    expect(hex(encode(connectResponse, responseOfWindowsValue))).toBe(right);
  });
  it('that refuses has no conference to read', () => {
    const refused = { result: 13, calledConnectId: 0, domainParameters: responseOfWindowsValue.domainParameters };
    const encoded = encode(connectResponse, refused);
    expect(hex(encoded)).toBe('0300002e02f0807f66240a010d020100301a020122020103020100020101020100020101020300fff80201020400');
    expect(decode(connectResponse, encoded)).toEqual(refused);
  });
});
describe('a false length around the conference', () => {
  it('is not believed in a request either: IronRDP counts two octets too few', () => {
    const short = hex(bytes(initialOfMstsc)).replace('000500147c0001812a', '000500147c00018128');
    expect(decode(connectInitial, bytes(short))).toEqual(initialOfMstscValue);
  });
});
describe('blocks by kind', () => {
  it('are there, or not', () => {
    const { blocks } = initialOfMstscValue.conference;
    expect(blockOf(blocks, 'network')?.channels.map(({ name }) => name)).toEqual(['rdpdr', 'cliprdr', 'rdpsnd']);
    expect(blockOf(blocks, 'multitransport')).toBeUndefined();
  });
});
describe('wrong in one way', () => {
  const initial = hex(bytes(initialOfMstsc));
  it.each([
    ['a Connect-Response', '7f65820194', '7f66820194', 'input at byte 7: expected tag 0x7f65, got 0x7f66'],
    [
      'a conference of another kind',
      '000500147c0001812a',
      '000500147c0002812a',
      'conference at byte 110: conference of 0.0.20.124.0.2, not T.124',
    ],
    ['user data of a server', '44756361', '4d63446e', 'conference at byte 125: H.221 key is not Duca'],
    ['a locked conference', '0008001000', '0008001800', 'conference at byte 121: bits behind the last digit'],
    ['a name that is no digits', '0008001000', '000800a000', 'conference at byte 121: not a digit'],
    ['two sets of user data', '0001c000', '0002c000', 'conference.userData at byte 123: is not the form that is spoken here'],
    ['a block of no length', '04c00c00', '04c00300', 'conference at byte 350: block of 3 octets'],
    ['a block beyond the end', '03c02c00', '03c02d00', 'conference at byte 376: needs 41 bytes, 40 left'],
    ['a second core block', '04c00c00', '01c00c00', 'conference at byte 348: a second core block'],
    ['32 channels', '03c02c0003000000', '03c02c0020000000', 'conference.network.channels at byte 380: 32 items, over 31'],
  ])('%s', (_, from, to, reason) => {
    expect(initial.split(from).length).toBe(2);
    expect(refusal(connectInitial, initial.replace(from, to))).toBe(reason);
  });
});
