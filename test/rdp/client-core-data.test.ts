import { describe, expect, it } from 'vitest';
import { type ClientCoreData, clientCoreData } from '../../src/rdp/client-core-data.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { initialOfMstscValue } from '../vectors/rdp/mcs-connect.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';

const [first] = initialOfMstscValue.conference.blocks;
const core = first?.kind === 'core' ? first.value : undefined!;
const without = (...names: readonly (keyof ClientCoreData)[]): ClientCoreData =>
  Object.fromEntries(Object.entries(core).filter(([name]) => !names.includes(name as keyof ClientCoreData))) as ClientCoreData;

/** Octets of a core block up to and without these fields, [MS-RDPBCGR] 2.2.1.3.2. */
const REQUIRED = 128;
const UP_TO_SELECTED_PROTOCOL = 208;
describe('optional fields of CS_CORE', () => {
  it.each([
    [
      'none: the least a client may send',
      REQUIRED,
      [
        'postBeta2ColorDepth',
        'clientProductId',
        'serialNumber',
        'highColorDepth',
        'supportedColorDepths',
        'earlyCapabilityFlags',
        'clientDigProductId',
        'connectionType',
        'pad1octet',
        'serverSelectedProtocol',
      ],
    ],
    ['all but the selected protocol', UP_TO_SELECTED_PROTOCOL, ['serverSelectedProtocol']],
    ['all that mstsc sent in 2005', 212, []],
  ] as const)('%s', (_, length, absent) => {
    const value = without(...absent);
    const encoded = encode(clientCoreData, value);
    expect(encoded.length).toBe(length);
    expect(decode(clientCoreData, encoded)).toEqual(value);
  });
  it('a desktop of 5000 by 3000 mm, upside down, at 200 and 140 percent, as IronRDP tests itself', () => {
    const longer = hex(encode(clientCoreData, core)) + hex(bytes('88130000 b80b0000 5a00 c8000000 8c000000'));
    const value = decode(clientCoreData, bytes(longer));
    expect(value).toEqual({
      ...core,
      desktopPhysicalWidth: 5000,
      desktopPhysicalHeight: 3000,
      desktopOrientation: 90,
      desktopScaleFactor: 200,
      deviceScaleFactor: 140,
    });
    expect(hex(encode(clientCoreData, { ...value, trailing: bytes('beef') }))).toBe(`${longer}beef`);
  });
  it('are told apart by position: one cannot be sent without those before it', () => {
    expect(() => encode(clientCoreData, without('highColorDepth'))).toThrow(
      expect.objectContaining({ code: 'encode', message: 'supportedColorDepths without highColorDepth, which comes before it' }),
    );
  });
  it('are whole or absent', () => {
    const cut = hex(encode(clientCoreData, core)).slice(0, -2);
    expect(refusal(clientCoreData, cut)).toBe('serverSelectedProtocol at byte 208: needs 4 bytes, 3 left');
  });
});
describe('the client name', () => {
  it('may fill its field, and may hold what is no text', () => {
    for (const clientName of ['A'.repeat(16), 'a\0b', '\ud800']) {
      expect(decode(clientCoreData, encode(clientCoreData, { ...core, clientName })).clientName).toBe(clientName);
    }
  });
  it('may not be longer', () => {
    expect(() => encode(clientCoreData, { ...core, clientName: 'A'.repeat(17) })).toThrow('34 octets of text, over 32');
  });
});
