import { describe, expect, it } from 'vitest';
import {
  addressFamily,
  clientInfo,
  encodeClientInfo,
  type InfoPacket,
  infoFlag,
  infoPacket,
  pinAsPassword,
} from '../../src/rdp/client-info.ts';
import { coordinatedUniversalTime, timeZoneName } from '../../src/rdp/time-zone.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { terminatedOctets, terminatedText } from '../../src/wire/utf-16.ts';
import { pacificClient, xfreerdp } from '../vectors/rdp/client-info.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const logon: InfoPacket = {
  codePage: 0,
  flags: infoFlag.unicode | infoFlag.autologon | infoFlag.passwordIsScPin | infoFlag.logonNotify | infoFlag.logonErrors,
  domain: '',
  userName: '',
  password: pinAsPassword(ascii('12345678')),
  alternateShell: '',
  workingDir: '',
};

describe('a client of Windows', () => {
  const packet = decode(infoPacket, bytes(pacificClient));
  it('says who and where it is', () => {
    expect(packet).toMatchObject({ codePage: 0x0409_0409, flags: 0x43b3, domain: 'NTDEV', userName: 'eltons' });
    const { extraInfo } = packet;
    expect(terminatedText(extraInfo?.clientAddress ?? bytes(''))).toBe('157.59.242.156');
    expect(extraInfo).toMatchObject({ clientAddressFamily: addressFamily.inet, clientSessionId: 0, performanceFlags: 1 });
    expect(extraInfo?.clientTimeZone).toMatchObject({
      bias: 480,
      daylightBias: -60,
      standardDate: { month: 10, day: 5, hour: 2 },
    });
    expect(timeZoneName(extraInfo?.clientTimeZone?.daylightName ?? bytes(''))).toBe('Pacific Daylight Time');
  });
  it('sends what it sent', () => expect(hex(encode(infoPacket, packet))).toBe(hex(bytes(pacificClient))));
});

describe('xfreerdp', () => {
  const packet = decode(infoPacket, bytes(xfreerdp));
  it('sends a password in the clear of TLS, and a field for a cookie that it does not have', () => {
    expect(packet).toMatchObject({
      flags: 0x000b_47fb,
      domain: 'DOM',
      userName: 'nobody',
      extraInfo: { autoReconnectCookie: bytes('') },
    });
    expect(terminatedText(packet.password)).toBe('token123');
    expect(hex(encode(infoPacket, packet))).toBe(hex(bytes(xfreerdp)));
  });
  it('can be rewritten for a card: another secret, no name, no compression', () => {
    const password = pinAsPassword(ascii('87654321'));
    const flags = (packet.flags & ~(infoFlag.compression | infoFlag.compressionTypeMask)) | infoFlag.passwordIsScPin;
    const rewritten = { ...packet, flags, domain: '', userName: '', password };
    expect(decode(clientInfo, encodeClientInfo(rewritten)).infoPacket).toEqual(rewritten);
    expect(hex(encodeClientInfo(rewritten))).not.toContain(hex(packet.password));
  });
});

/** Octets of the extended packet up to and with each field: a client may stop behind any of them. */
const whole = {
  clientAddressFamily: addressFamily.inet,
  clientAddress: terminatedOctets('192.0.2.1'),
  clientDir: terminatedOctets('C:\\'),
  clientTimeZone: coordinatedUniversalTime,
  clientSessionId: 0,
  performanceFlags: 7,
  autoReconnectCookie: new Uint8Array(28).fill(9),
  reserved1: 0,
  reserved2: 0,
  dynamicDstTimeZoneKeyName: terminatedOctets('UTC'),
  dynamicDaylightTimeDisabled: 1,
};
describe('where a client may stop', () => {
  const names = Object.keys(whole);
  it.each(names.map((name, i) => [name, i] as const).slice(2))('behind %s', (_, last) => {
    const extraInfo = Object.fromEntries(Object.entries(whole).slice(0, last + 1)) as typeof whole;
    const packet = { ...logon, extraInfo };
    expect(decode(infoPacket, encode(infoPacket, packet))).toEqual(packet);
  });
  it('before the extended packet: RDP 4.0', () => expect(decode(infoPacket, encode(infoPacket, logon))).toEqual(logon));
  it('without a cookie, but with its length: xfreerdp', () => {
    const { autoReconnectCookie: _, ...rest } = whole;
    const packet = { ...logon, extraInfo: { ...rest, autoReconnectCookie: bytes('') } };
    expect(decode(infoPacket, encode(infoPacket, packet))).toEqual(packet);
  });
  it('with an address and a directory of nothing at all: the Android client', () => {
    const extraInfo = { clientAddressFamily: 2, clientAddress: bytes(''), clientDir: bytes('') };
    expect(hex(encode(infoPacket, { ...logon, extraInfo })).endsWith('020000000000')).toBe(true);
  });
  it('with a hole: not', () => {
    const { performanceFlags: _, ...rest } = whole;
    expect(() => encode(infoPacket, { ...logon, extraInfo: rest })).toThrow('autoReconnectCookie without performanceFlags');
  });
});

describe('the ANSI form', () => {
  const ansi = '00000000 00000000 0500 0600 0300 0000 0000 4e54444556 00 656c746f6e73 00 616200 00 00 00';
  it('has octets of one each, and one NUL', () => {
    const packet = decode(infoPacket, bytes(ansi));
    expect(packet).toMatchObject({ domain: 'NTDEV', userName: 'eltons', password: bytes('616200') });
    expect(hex(encode(infoPacket, packet))).toBe(hex(bytes(ansi)));
  });
  it('keeps octets that only the code page explains', () => {
    const packet = decode(infoPacket, bytes('e4040000 00000000 0100 0000 0000 0000 0000 fc00 00 00 00 00'));
    expect(packet.domain).toBe('\u00fc');
  });
  it('has no place for other characters', () => {
    expect(() => encode(infoPacket, { ...logon, flags: 0, userName: '\u0161' })).toThrow('not ANSI');
  });
});

describe('the PIN', () => {
  it('travels as UTF-16 in the password field', () => {
    const pdu = encodeClientInfo({ ...logon, domain: 'LAB', userName: 'a.user' });
    const read = decode(clientInfo, pdu);
    expect(read.securityHeader).toEqual({ flags: 0x40, flagsHi: 0 });
    expect(terminatedText(read.infoPacket.password)).toBe('12345678');
    expect(read.infoPacket).toEqual({ ...logon, domain: 'LAB', userName: 'a.user' });
  });
  it('travels as it is without Unicode', () => {
    const packet = { ...logon, flags: infoFlag.autologon, domain: 'LAB', password: ascii('12345678') };
    expect(decode(clientInfo, encodeClientInfo(packet)).infoPacket).toEqual(packet);
  });
  it('is in nothing that is encoded but the PDU itself', () => {
    const password = logon.password.slice();
    const pdu = encodeClientInfo({ ...logon, password });
    password.fill(0);
    expect(decode(clientInfo, pdu).infoPacket.password).toEqual(logon.password);
  });
});

describe('wrong in one way', () => {
  const header = '00000000 10000000';
  it.each([
    ['odd UTF-16', `${header} 0100 0000 0000 0000 0000 41 0000`, 'domain at byte 18: 1 octets of UTF-16'],
    ['no NUL', `${header} 0000 0200 0000 0000 0000 0000 4100 4200`, 'userName at byte 24: text does not end with NUL'],
    [
      'a length over what is there',
      `${header} 0000 0000 fe01 0000 0000 0000 0000 00`,
      'password at byte 22: needs 510 bytes, 1 left',
    ],
    [
      'a cookie over 128 octets',
      `${header} ${'0000'.repeat(10)} 0200 0000 0000 ${'00'.repeat(180)} 8100`,
      'extraInfo.autoReconnectCookie at byte 216: 129 octets, over 128',
    ],
  ])('%s', (_, input, reason) => expect(refusal(infoPacket, input)).toBe(reason));
});
