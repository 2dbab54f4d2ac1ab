import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerCase } from '../../src/policy/lower-case.ts';
import { networkAddress } from '../../src/policy/network-address.ts';
import { property, same } from '../wire/property.ts';

describe('lower case', () => {
  it.each([
    ['Alice@CORP.Example', 'alice@corp.example'],
    ['ÄÖÜ', 'äöü'],
    ['ΣΑΣ', 'σασ'],
    ['STRASSE ẞ', 'strasse ß'],
    ['\u212A', '\u212A'],
    ['\u0130', '\u0130'],
    ['\u{10400}', '\u{10428}'],
  ])('%s', (text, lower) => {
    expect(lowerCase(text)).toBe(lower);
  });
  property('is settled after once; ASCII comes from ASCII alone', fc.string({ unit: 'binary' }), (text) => {
    const lower = lowerCase(text);
    same(lowerCase(lower), lower, 'twice');
    const ascii = (s: string) => s.replace(/[^\x00-\x7f]/g, '');
    same(ascii(lower), ascii(text).toLowerCase(), 'ASCII');
  });
});

describe('network addresses', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::FFFF:0A01:0203', '10.1.2.3'],
    ['0:0:0:0:0:ffff:a01:203', '10.1.2.3'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['2001:db8::', '2001:db8:0:0:0:0:0:0'],
    ['64:ff9b::10.1.2.3', '64:ff9b:0:0:0:0:a01:203'],
  ])('%s is %s', (text, address) => {
    expect(networkAddress(text)).toBe(address);
  });
  it.each([
    '',
    '10.1.2',
    '10.1.2.256',
    '010.1.2.3',
    '10.1.2.3/8',
    ' 10.1.2.3',
    '1:2',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '::10.1.2',
    'localhost',
    '[::1]',
  ])('%j is none', (text) => {
    expect(networkAddress(text)).toBeUndefined();
  });
  property(
    'takes what the operating system takes, and gives one form of it',
    fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 40 })),
    (text) => {
      const address = networkAddress(text);
      const kind = isIP(text);
      if (kind !== 0) same(address !== undefined, true, text);
      if (address !== undefined) {
        same(isIP(address) !== 0, true, address);
        same(networkAddress(address), address, 'twice');
        if (kind === 4) same(address, text, 'as it was');
      }
    },
  );
});
