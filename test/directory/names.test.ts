import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domainOfName, escaped, organizationalUnits, relativeNames } from '../../src/directory/ldap-name.ts';
import { domainSid, isSid, sid, sidOctets, sidText } from '../../src/directory/sid.ts';
import { codecHolds, property, same } from '../wire/property.ts';

describe('a distinguished name', () => {
  // RFC 4514 2.4 and its examples in 4.
  it.each([
    ['James "Jim" Smith, III', 'James \\"Jim\\" Smith\\, III'],
    ['Before\rAfter', 'Before\\0DAfter'],
    ['#hash', '\\#hash'],
    [' both ', '\\ both\\ '],
    ['a+b=c;<d>\\', 'a\\+b\\=c\\;\\<d\\>\\\\'],
    ['nul\0', 'nul\\00'],
    ['Lučić', 'Lučić'],
  ])('has its special characters escaped: %j', (value, text) => {
    expect(escaped(value)).toBe(text);
  });
  it('is taken apart where no escape and no quote stands against it', () => {
    expect(relativeNames('CN=Smith\\, James,OU="a,b",DC=corp;DC=example')).toEqual([
      'CN=Smith\\, James',
      'OU="a,b"',
      'DC=corp',
      'DC=example',
    ]);
    expect(relativeNames('')).toEqual([]);
  });
  property(
    'keeps whatever a value is together',
    fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
    (values) => {
      const parts = values.map((value) => `OU=${escaped(value)}`);
      same(relativeNames(parts.join(',')), parts, 'parts');
    },
  );
  it('tells organizational units and domain', () => {
    const name = 'CN=host1,OU=Web,OU=Servers,DC=Corp,DC=example';
    expect(organizationalUnits(name)).toEqual(['OU=Web,OU=Servers,DC=Corp,DC=example', 'OU=Servers,DC=Corp,DC=example']);
    expect(domainOfName(name)).toBe('corp.example');
  });
});

const subAuthority = fc.nat(0xffff_ffff);
const anySid = fc
  .tuple(fc.nat(0xffff_ffff), fc.array(subAuthority, { minLength: 1, maxLength: 15 }))
  .map(([authority, parts]) => ['S-1', authority, ...parts].join('-'));
codecHolds('SID', sid, anySid);
describe('a SID', () => {
  // [MS-DTYP] 2.4.2.2 of BUILTIN\Administrators, as every directory stores it.
  it('is read as Windows writes it', () => {
    expect(sidText(Uint8Array.from(Buffer.from('01020000000000052000000020020000', 'hex')))).toBe('S-1-5-32-544');
    expect(Buffer.from(sidOctets('S-1-5-32-544')).toString('hex')).toBe('01020000000000052000000020020000');
  });
  it.each(['S-1-5', 's-1-5-32-544', 'S-1-5-32-544 ', 'S-1-5-32-4294967296', 'S-1-5-032-544', 'alice', ''])(
    'is not %j',
    (text) => {
      expect(isSid(text)).toBe(false);
    },
  );
  it('is of a domain', () => {
    expect(domainSid('S-1-5-21-1-2-3-1105')).toBe('S-1-5-21-1-2-3');
  });
});
