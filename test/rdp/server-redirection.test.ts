import { describe, expect, it } from 'vitest';
import {
  enhancedServerRedirection,
  redirectionFlag,
  redirectionTarget,
  serverRedirection,
  standardServerRedirection,
  targetNetAddresses,
} from '../../src/rdp/server-redirection.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { terminatedOctets, terminatedText } from '../../src/wire/utf-16.ts';
import { redirection } from '../vectors/rdp/session-pdus.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';

const packet = decode(enhancedServerRedirection, bytes(redirection));

describe('a redirection', () => {
  it('says where the session is', () => {
    expect(redirectionTarget(packet)).toEqual({
      sessionId: 7,
      follow: true,
      smartCardLogon: true,
      fqdn: 'h1.lab.test',
      address: '192.0.2.100',
      netBiosName: undefined,
      routingToken: new TextEncoder().encode('Cookie: msts=2134026432.15629.0000\r\n'),
    });
  });
  it('counts itself', () => expect(packet.length).toBeUndefined());
  it('carries every field there is', () => {
    const all = {
      sessionId: 3,
      flags: redirectionFlag.dontStoreUserName | redirectionFlag.serverTsvCapable | redirectionFlag.passwordIsPkEncrypted,
      targetNetAddress: terminatedOctets('192.0.2.1'),
      loadBalanceInfo: bytes('01'),
      userName: terminatedOctets('a.user'),
      domain: terminatedOctets('LAB'),
      password: new Uint8Array(120).fill(7),
      targetFqdn: terminatedOctets('h2.lab.test'),
      targetNetBiosName: terminatedOctets('H2'),
      clientTsvUrl: bytes('02'),
      redirectionGuid: new Uint8Array(16).fill(1),
      targetCertificate: bytes('03'),
      targetNetAddresses: encode(targetNetAddresses, [terminatedOctets('192.0.2.1'), terminatedOctets('2001:db8::1')]),
    };
    const wire = encode(serverRedirection, all);
    expect(hex(wire.subarray(8, 12))).toBe('3ffb0100');
    expect(decode(serverRedirection, wire)).toEqual(all);
    expect(decode(targetNetAddresses, all.targetNetAddresses).map(terminatedText)).toEqual(['192.0.2.1', '2001:db8::1']);
  });
  it('may say that it is not to be followed', () => {
    expect(redirectionTarget({ sessionId: 1, flags: redirectionFlag.noRedirect }).follow).toBe(false);
  });
  it('comes behind a security header without TLS', () => {
    const wire = `0004 0000 ${redirection.slice(redirection.indexOf('0004'))}`;
    const value = decode(standardServerRedirection, bytes(wire));
    expect(value.packet).toEqual(packet);
    expect(hex(encode(standardServerRedirection, value))).toBe(hex(bytes(wire)));
  });
  it('keeps a length that is not its own', () => {
    const odd = '0004 ff00 01000000 00000000';
    expect(hex(encode(serverRedirection, decode(serverRedirection, bytes(odd))))).toBe(hex(bytes(odd)));
  });
});

describe('wrong in one way', () => {
  it.each([
    ['another packet', '0005 0c00 00000000 00000000', 'input at byte 2: not a redirection packet'],
    ['a field of 4 GiB', '0004 0c00 00000000 01000000 ffffffff', 'targetNetAddress at byte 16: 4294967295 octets, over 65535'],
    ['a field that is not there', '0004 0c00 00000000 02000000', 'loadBalanceInfo at byte 12: needs 4 bytes, 0 left'],
  ])('%s', (_, input, reason) => expect(refusal(serverRedirection, input)).toBe(reason));
  it('more addresses than there may be', () =>
    expect(refusal(targetNetAddresses, '41000000')).toBe('input at byte 4: 65 addresses, over 64'));
  it('a flag without its field', () => {
    expect(() => encode(serverRedirection, { sessionId: 0, flags: redirectionFlag.userName })).toThrow(
      'a flag whose field is not there',
    );
  });
});
