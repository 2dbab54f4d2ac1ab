import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DomainPdu, domainFrame } from '../../src/rdp/mcs-domain.ts';
import { channelOf } from '../../src/rdp/mcs-send-data.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { domainVectors } from '../vectors/rdp/mcs-domain.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';
import { meaningHolds, plain } from './length-forms.ts';

describe('PDUs of the domain, both ways', () => {
  it.each(domainVectors)('$what ($source)', (vector) => {
    const whole = bytes(vector.bytes);
    expect(decode(domainFrame, whole)).toEqual(vector.pdu);
    expect(hex(encode(domainFrame, vector.pdu))).toBe(hex(whole));
  });
  it('takes a length of two octets where one would do, as every gateway and FreeRDP write it', () => {
    expect(decode(domainFrame, bytes('03000011 02f080 64 0006 03ec 70 8002 abcd'))).toEqual({
      kind: 'send-data-request',
      initiator: 1007,
      channelId: 1004,
      priority: 1,
      userData: bytes('abcd'),
    });
  });
  it('carries 32767 octets of user data, which PER would write in fragments', () => {
    const userData = new Uint8Array(0x7fff).fill(7);
    const pdu: DomainPdu = { kind: 'send-data-indication', initiator: 1002, channelId: 1003, priority: 1, userData };
    const frame = encode(domainFrame, pdu);
    expect(hex(frame.subarray(0, 15))).toBe('0300800e02f08068000103eb70ffff');
    expect(decode(domainFrame, frame)).toEqual(pdu);
    const longer = { ...pdu, userData: new Uint8Array(0x8000) };
    expect(() => encode(domainFrame, longer)).toThrow(expect.objectContaining({ code: 'encode' }));
  });
  it('reads user data without copying it', () => {
    const frame = bytes('03000010 02f080 68 0001 03eb 70 02 abcd');
    const pdu = decode(domainFrame, frame);
    expect(pdu.kind === 'send-data-indication' && pdu.userData.buffer).toBe(frame.buffer);
  });
  it('tells the channel of data without reading it', () => {
    const channels = domainVectors.map((vector) => channelOf(bytes(vector.bytes)));
    const expected = domainVectors.map(({ pdu }) =>
      pdu.kind.startsWith('send-data') && 'channelId' in pdu ? pdu.channelId : undefined,
    );
    expect(channels).toEqual(expected);
    expect(channelOf(bytes('03000010 02f080 68 0001 03eb 70'))).toBeUndefined();
  });
});

describe('wrong in one way', () => {
  it.each([
    [
      'a PDU that RDP does not use: merge channels request',
      '03000008 02f080 0c',
      'input at byte 7: MCS PDU 3 has no place in RDP',
    ],
    ['bits behind a choice', '03000008 02f080 29', 'input at byte 7: bits behind the choice'],
    ['bits behind a result', '0300000b 02f080 2e 0e 0006', 'input at byte 8: bits behind an enumerated value'],
    ['octets behind the PDU', '03000009 02f080 28 00', 'input at byte 8: 1 bytes left over'],
    ['no TPDU code of data', '03000008 02e080 28', 'input at byte 4: expected a data TPDU 02 f0 80, got 0x2 0xe0 0x80'],
    [
      'data that goes on in another TPDU',
      '03000008 02f000 28',
      'input at byte 4: expected a data TPDU 02 f0 80, got 0x2 0xf0 0x0',
    ],
    ['first segment of more', '0300000f 02f080 64 0006 03eb 60 01 ab', 'input at byte 12: user data is segmented'],
    [
      'less user data than told',
      '0300000f 02f080 64 0006 03eb 70 02 ab',
      'input at byte 13: user data of 2 octets where 1 follow',
    ],
    [
      'more user data than told',
      '03000010 02f080 64 0006 03eb 70 01 abcd',
      'input at byte 13: user data of 1 octets where 2 follow',
    ],
    ['a user id over 65535', '0300000c 02f080 38 fc17 03ef', 'initiator at byte 8: 65536 is over 65535'],
  ])('%s', (_, input, reason) => {
    expect(refusal(domainFrame, input)).toBe(reason);
  });
});

const user = fc.integer({ min: 1001, max: 0xffff });
const u16 = fc.nat(0xffff);
const result = fc.nat(15);
const anyPdu: fc.Arbitrary<DomainPdu> = fc.oneof(
  plain({ kind: fc.constant('erect-domain-request'), subHeight: fc.nat(0xffff_ffff), subInterval: fc.nat() }),
  plain({ kind: fc.constant('disconnect-provider-ultimatum'), reason: fc.nat(7) }),
  plain({ kind: fc.constant('attach-user-request') }),
  plain({ kind: fc.constant('attach-user-confirm'), result }),
  plain({ kind: fc.constant('attach-user-confirm'), result, initiator: user }),
  plain({ kind: fc.constant('channel-join-request'), initiator: user, channelId: u16 }),
  plain({ kind: fc.constant('channel-join-confirm'), result, initiator: user, requested: u16 }),
  plain({ kind: fc.constant('channel-join-confirm'), result, initiator: user, requested: u16, channelId: u16 }),
  plain({
    kind: fc.constantFrom('send-data-request', 'send-data-indication'),
    initiator: user,
    channelId: u16,
    priority: fc.nat(3),
    userData: fc.uint8Array({ maxLength: 300 }),
  }),
);
meaningHolds('any of them', domainFrame, anyPdu);
