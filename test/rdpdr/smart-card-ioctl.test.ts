import { describe, expect, it } from 'vitest';
import { scardCode, scardCodes, scardMeaning } from '../../src/codes/scard-code.ts';
import { smartCardIoctl, smartCardIoctls } from '../../src/rdpdr/smart-card-ioctl.ts';

describe('control codes', () => {
  it('are the 48 of [MS-RDPESC] 3.1.4, each once', () => {
    const functions = smartCardIoctls.map(({ code }) => (code - 0x9_0000) / 4);
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(functions).toEqual([...range(5, 11), ...range(20, 31), ...range(38, 66)]);
    expect(new Set(smartCardIoctls.map(({ name }) => name)).size).toBe(smartCardIoctls.length);
  });
  it.each([
    [0x0009_0014, { name: 'ESTABLISHCONTEXT', call: 'establish-context', returns: 'establish-context', wide: undefined }],
    [0x0009_0068, { name: 'FORGETREADERA', call: 'change-database', operation: 'forget-reader', wide: false }],
    [0x0009_007c, { name: 'REMOVEREADERFROMGROUPW', returns: 'long', operation: 'remove-reader-from-group', wide: true }],
    [0x0009_009c, { name: 'LOCATECARDSW', returns: 'locate-cards', wide: true }],
    [0x0009_00cc, { name: 'STATUSW', call: 'status', returns: 'status', wide: true }],
    [0x0009_00d0, { name: 'TRANSMIT', call: 'transmit', returns: 'transmit' }],
    [0x0009_00e4, { name: 'RELEASETARTEDEVENT', call: undefined }],
    [0x0009_00e8, { name: 'LOCATECARDSBYATRA', call: 'locate-cards-by-atr', returns: 'locate-cards', wide: false }],
    [0x0009_0108, { name: 'GETDEVICETYPEID', returns: 'get-device-type-id' }],
  ])('0x%x', (code, row) => expect(smartCardIoctl(code)).toMatchObject(row));
  it('others are none', () => expect([smartCardIoctl(0x9_010c), smartCardIoctl(0x9_0015)]).toEqual([undefined, undefined]));
});
describe('return codes', () => {
  it('are those of 2.2.8', () => {
    // 0; 0x80100001 to 0x80100034; 0x80100065 to 0x80100072.
    expect(scardCodes.length).toBe(1 + 0x34 + 14);
    expect([...scardCodes].sort((a, b) => a - b)).toEqual(scardCodes);
    expect(new Set(scardCodes).size).toBe(scardCodes.length);
    expect(Object.values(scardCode)).toEqual(scardCodes);
  });
  it('say what they are', () => {
    expect(scardMeaning(scardCode.noSmartcard)).toEqual({
      code: 0x8010_000c,
      name: 'SCARD_E_NO_SMARTCARD',
      sentence: 'no card is in the reader',
    });
    expect(scardMeaning(0x8010_0099)).toMatchObject({ name: '0x80100099' });
    expect(scardMeaning(0x12).name).toBe('0x00000012');
  });
});
