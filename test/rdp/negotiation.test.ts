import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConnectionConfirm,
  type ConnectionRequest,
  connectionConfirm,
  connectionRequest,
} from '../../src/rdp/negotiation.ts';
import { failureCode, failureMeaning } from '../../src/rdp/negotiation-code.ts';
import { disconnectRequest } from '../../src/rdp/x224.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { confirmVectors, requestVectors } from '../vectors/rdp/negotiation.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';
import { meaningHolds, plain } from './length-forms.ts';

describe('connection requests, both ways', () => {
  it.each(requestVectors)('$what ($source)', (vector) => {
    expect(decode(connectionRequest, bytes(vector.bytes))).toEqual(vector.request);
    expect(hex(encode(connectionRequest, vector.request))).toBe(hex(bytes(vector.bytes)));
  });
});
describe('connection confirms, both ways', () => {
  it.each(confirmVectors)('$what ($source)', (vector) => {
    expect(decode(connectionConfirm, bytes(vector.bytes))).toEqual(vector.confirm);
    expect(hex(encode(connectionConfirm, vector.confirm))).toBe(hex(bytes(vector.bytes)));
  });
});
describe('disconnect request', () => {
  it('carries its reason where a connection request has its class (X.224 13.5)', () => {
    const request = { destination: 0, source: 0x1234, reason: 1, information: bytes('e001aa') };
    expect(hex(encode(disconnectRequest, request))).toBe('0300000e09800000123401e001aa');
    expect(decode(disconnectRequest, bytes('0300000e09800000123401e001aa'))).toEqual(request);
  });
});
describe('a line of 207 octets, as `loadbalanceinfo` carries a session handle', () => {
  it('comes back', () => {
    const request = {
      destination: 0,
      source: 0,
      classOption: 0,
      routingToken: 'h'.repeat(207),
      negotiation: { flags: 0, protocols: 1 },
    };
    const encoded = encode(connectionRequest, request);
    expect([encoded.length, encoded[4]]).toEqual([228, 0xdf]);
    expect(decode(connectionRequest, encoded)).toEqual(request);
  });
  it('is refused where the length indicator has no room for it', () => {
    const request = { destination: 0, source: 0, classOption: 0, routingToken: 'h'.repeat(247) };
    expect(() => encode(connectionRequest, request)).toThrow('TPDU of 255 octets, over 254');
  });
});
describe('wrong in one way', () => {
  const cookie = '436f6f6b69653a206d737473686173683d61';
  it.each([
    ['another version of TPKT', '0200000b 06 e0 0000 0000 00', 'input at byte 0: TPKT version 2'],
    ['a confirm', '0300000b 06 d0 0000 0000 00', 'input at byte 5: expected TPDU 0xe0, got 0xd0'],
    [
      'a length indicator beyond the TPKT',
      '0300000b 07 e0 0000 0000 00',
      'input at byte 4: length indicator 7 where 6 octets follow',
    ],
    [
      'a length indicator short of the TPKT',
      '0300000c 06 e0 0000 0000 00 41',
      'input at byte 4: length indicator 6 where 7 octets follow',
    ],
    ['a header cut short', '0300000a 05 e0 0000 0000', 'input at byte 4: length indicator 5 where 5 octets follow'],
    ['a line without end', `0300001d 18 e0 0000 0000 00 ${cookie}`, 'input at byte 29: needs 1 bytes, 0 left'],
    [
      'a line with a carriage return alone',
      `0300001f 1a e0 0000 0000 00 ${cookie} 0d61`,
      'input at byte 29: a carriage return within a line',
    ],
    [
      'a line with a line feed alone',
      `0300001f 1a e0 0000 0000 00 ${cookie} 0a61`,
      'input at byte 29: a line feed within a line',
    ],
    [
      'a line behind the cookie',
      `03000022 1d e0 0000 0000 00 ${cookie} 0d0a 610d0a`,
      'input at byte 31: a line behind the cookie',
    ],
    ['two routing tokens', '03000011 0c e0 0000 0000 00 610d0a 620d0a', 'input at byte 14: a second routing token'],
    ['a request of another length', '03000013 0e e0 0000 0000 00 01 00 0900 00000000', 'input at byte 13: length 9, not 8'],
    ['octets behind the request', '03000014 0f e0 0000 0000 00 01 00 0800 00000000 00', 'input at byte 19: 1 bytes left over'],
    [
      'correlation info promised, not there',
      '03000013 0e e0 0000 0000 00 01 08 0800 00000000',
      'input at byte 19: needs 1 bytes, 0 left',
    ],
  ])('%s', (_, input, reason) => {
    expect(refusal(connectionRequest, input)).toBe(reason);
  });
  it('a confirm with a request in it', () => {
    expect(refusal(connectionConfirm, '03000013 0e d0 0000 0000 00 01 00 0800 00000000')).toBe(
      'input at byte 11: negotiation structure of type 1',
    );
  });
});
describe('a failure in words', () => {
  it.each(Object.entries(failureCode))('%s', (_, code) => {
    const { name, sentence, fix } = failureMeaning(code);
    expect(name).toMatch(/^[A-Z]+(?:_[A-Z]+)+$/);
    for (const clause of [sentence, fix]) expect(clause).toMatch(/^[a-z].*[^.]$/);
  });
  it('of a code that nobody defined', () => {
    expect(failureMeaning(0x1234).name).toBe('failure 4660');
  });
});

const u16 = fc.nat(0xffff);
const header = { destination: u16, source: u16, classOption: fc.nat(0xff) };
const line = fc.string({
  unit: fc
    .nat(0xff)
    .filter((c) => c !== 13 && c !== 10)
    .map((c) => String.fromCharCode(c)),
  maxLength: 60,
});
const token = line.filter((l) => !l.startsWith('\x01') && !l.startsWith('Cookie: mstshash='));
const flags = fc.nat(0xff).map((f) => f & ~8);
const protocols = fc.nat(0xffff_ffff);
const negotiation = plain({ flags, protocols });
const correlation = plain({ correlationId: fc.uint8Array({ minLength: 16, maxLength: 16 }) });
const anyRequest: fc.Arbitrary<ConnectionRequest> = fc.oneof(
  plain(header),
  plain({ ...header, cookie: line, negotiation }),
  plain({ ...header, routingToken: token }),
  plain({ ...header, routingToken: token, cookie: line, negotiation }),
  plain({ ...header, cookie: line, negotiation: plain({ flags: flags.map((f) => f | 8), protocols }), correlation }),
);
const anyConfirm: fc.Arbitrary<ConnectionConfirm> = fc.oneof(
  plain(header),
  plain({ ...header, answer: plain({ kind: fc.constant('response'), flags: fc.nat(0xff), protocol: protocols }) }),
  plain({ ...header, answer: plain({ kind: fc.constant('failure'), flags: fc.nat(0xff), code: protocols }) }),
);
meaningHolds('any request', connectionRequest, anyRequest);
meaningHolds('any confirm', connectionConfirm, anyConfirm);
