import { describe, expect, it } from 'vitest';
import { allowsDynamic, allowsStatic } from '../../src/gateway/channel-policy.ts';
import { DynamicChannels } from '../../src/gateway/dynamic-channels.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const GRAPHICS = 'Microsoft::Windows::RDS::Graphics';
const INPUT = 'Microsoft::Windows::RDS::Input';
const ascii = (text: string) => Buffer.from(`${text}\0`, 'latin1').toString('hex');
/** One chunk, all of a message. */
const chunk = (pdu: string, flags = '03000000') => {
  const length = bytes(pdu).length;
  return bytes(`${length.toString(16).padStart(2, '0')}000000 ${flags} ${pdu}`);
};
const create = (id: string, name: string) => chunk(`10 ${id} ${ascii(name)}`);

describe('dynamic channels', () => {
  it('are opened by a host where they are granted; otherwise the gateway answers, and their data go nowhere', () => {
    const channels = new DynamicChannels([]);
    expect(channels.fromHost(create('07', GRAPHICS))).toBe('take');
    expect(channels.create(create('07', GRAPHICS))).toBeUndefined();
    const refused = channels.create(create('08', 'URBDRC'));
    expect(refused && hex(refused)).toBe('06000000030000001008010000c0');
    const data = (id: string) => channels.fromHost(chunk(`30 ${id} 00 11 22`));
    expect([data('07'), data('08'), data('09')]).toEqual(['pass', 'drop', 'pass']);
    expect(channels.create(create('08', GRAPHICS))).toBeUndefined();
    expect(data('08')).toBe('pass');
  });
  it('drop the rest of a message whose beginning was dropped, and no other', () => {
    const channels = new DynamicChannels([]);
    channels.create(create('08', 'URBDRC'));
    const says = (pdu: string, flags: string) => channels.fromHost(chunk(pdu, flags));
    expect([says('30 08', '01000000'), says('aa bb', '00000000'), says('cc', '02000000'), says('30 07 11', '03000000')]).toEqual([
      ...['drop', 'drop', 'drop', 'pass'],
    ]);
  });
  it('pass capabilities and no Soft-Sync', () => {
    const channels = new DynamicChannels([]);
    expect([channels.fromHost(chunk('50 00 0300')), channels.fromHost(chunk('80 00 0a000000'))]).toEqual(['pass', 'drop']);
  });
  it('carry no touch before the logon', () => {
    const channels = new DynamicChannels([]);
    channels.create(create('05', INPUT));
    const said = (id: string, mayType: boolean) => channels.fromClient(chunk(`30 ${id} 00`), mayType);
    expect([said('05', false), said('05', true), said('06', false)]).toEqual(['drop', 'pass', 'pass']);
  });
  it.each([
    ['compressed', chunk('30 07 00', '03002000')],
    ['in several chunks', create('07', GRAPHICS).fill(0x01, 4, 5)],
    ['without the end of its name', chunk(`10 07 ${'41'.repeat(20)}`)],
    ['with a name that is too long', create('07', 'n'.repeat(200)).slice(0, 100)],
    ['without an id', chunk('12 07')],
  ])('refuse a request that is %s', (_, userData) => {
    const channels = new DynamicChannels([]);
    expect(() => {
      channels.fromHost(userData);
      channels.create(userData);
    }).toThrow(DecodeError);
  });
});
describe('the policy of channels', () => {
  it('lets through what is granted, by its name', () => {
    const dynamic = (name: string, ...granted: string[]) => allowsDynamic(granted, name);
    expect([dynamic(GRAPHICS), dynamic('AUDIO_INPUT'), dynamic('AUDIO_INPUT', 'audio-in'), dynamic('PNPDR', 'usb')]).toEqual([
      ...[true, false, true, false],
    ]);
    expect([dynamic('RDCamera_Device_Enumerator', 'camera'), dynamic('URBDRC', 'camera'), dynamic(`${GRAPHICS}2`)]).toEqual([
      ...[true, false, false],
    ]);
    expect([allowsStatic([], 'cliprdr'), allowsStatic(['audio-out'], 'rdpsnd'), allowsStatic([], 'drdynvc')]).toEqual([
      ...[false, true, true],
    ]);
    expect([allowsStatic(['drives'], 'rail'), allowsStatic([], 'constructor'), allowsStatic([], '')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
