import { describe, expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { any, context, implicit, octetString, sequence, sequenceOf } from '../../src/wire/der.ts';
import { int32, objectIdentifier } from '../../src/wire/der-primitives.ts';
import { generalString, ia5String, utf8String } from '../../src/wire/der-strings.ts';
import { oid } from '../../src/x509/oid.ts';
import { dNSNameMatches, readSubjectAltName } from '../../src/x509/subject-alt-name.ts';

const otherName = (typeId: string, value: Uint8Array) =>
  encode(implicit(0, sequence({ typeId: objectIdentifier, value: context(0, any) })), { typeId, value });
const principal = sequence({
  realm: context(0, generalString),
  principalName: context(1, sequence({ nameType: context(0, int32), nameString: context(1, sequenceOf(generalString)) })),
});
const names = (...encoded: Uint8Array[]) => encode(sequenceOf(any), encoded);

describe('readSubjectAltName', () => {
  it('reads who the holder is, in every form', () => {
    const krbtgt = { realm: 'CORP.TEST', principalName: { nameType: 2, nameString: ['krbtgt', 'CORP.TEST'] } };
    const read = readSubjectAltName(
      names(
        encode(implicit(2, ia5String), 'dc1.corp.test'),
        encode(implicit(2, ia5String), 'corp.test'),
        otherName(oid.pkinitSan, encode(principal, krbtgt)),
        otherName(oid.ntPrincipalName, encode(utf8String, 'zoë@corp.test')),
        // The GUID that AD CS puts into a domain controller's certificate.
        otherName('1.3.6.1.4.1.311.25.1', encode(octetString, new Uint8Array(16))),
        encode(implicit(6, ia5String), 'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500'),
      ),
    );
    expect(read.dNSNames).toEqual(['dc1.corp.test', 'corp.test']);
    expect(read.userPrincipalNames).toEqual(['zoë@corp.test']);
    expect(read.principals).toEqual([{ realm: 'CORP.TEST', nameType: 2, nameString: ['krbtgt', 'CORP.TEST'] }]);
    expect(read.uris).toEqual(['tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500']);
    expect(read.all).toHaveLength(6);
  });
  it('is empty without the extension and refuses what is no name', () => {
    expect(readSubjectAltName(undefined).all).toEqual([]);
    expect(() => readSubjectAltName(names(otherName(oid.ntPrincipalName, encode(ia5String, 'a@b'))))).toThrow(
      'expected tag 0x0c',
    );
    expect(() => readSubjectAltName(names(encode(octetString, new Uint8Array())))).toThrow('expected tag');
  });
});

describe('dNSNameMatches', () => {
  it.each([
    ['dc1.corp.test', 'DC1.corp.TEST', true],
    ['dc1.corp.test', 'dc1.corp.test.', true],
    ['*.corp.test', 'dc1.corp.test', true],
    ['*.corp.test', 'a.dc1.corp.test', false],
    ['*.corp.test', 'corp.test', false],
    ['*.test', 'corp.test', false],
    ['*', 'corp', false],
    ['d*.corp.test', 'dc1.corp.test', false],
    ['*.*.test', 'a.b.test', false],
    ['dc1.corp.test\0.evil.test', 'dc1.corp.test', false],
    ['', '', false],
    ['*.corp.test', '*.corp.test', false],
    ['corp.test', 'xcorp.test', false],
  ])('%j for %j: %s', (name, host, expected) => {
    expect(dNSNameMatches(name, host, { wildcards: true })).toBe(expected);
    if (name.includes('*')) expect(dNSNameMatches(name, host, { wildcards: false })).toBe(false);
  });
});
