import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetString2Key, pkinitKdf, secretReadings } from '../../src/crypto/pkinit-key.ts';
import { otherInfo, pkinitSuppPubInfo } from '../../src/kerberos/pkinit.ts';
import { encode } from '../../src/wire/codec.ts';
import { krb5PrincipalName } from '../../src/x509/krb5-principal-name.ts';
import { kdfs, octetStrings } from '../vectors/crypto/pkinit-key.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

describe('octetstring2key, RFC 4556 appendix B', () => {
  it.each(octetStrings)('%s', (x, key) => {
    expect(hex(octetString2Key([bytes(x)], 32))).toBe(key);
    expect(hex(octetString2Key([bytes(x)], 16))).toBe(key.slice(0, 32));
  });
  it('takes its input in parts', () => {
    const x = bytes('00112233445566778899');
    expect(hex(octetString2Key([x.subarray(0, 3), x.subarray(3)], 16))).toBe(hex(octetString2Key([x], 16)));
  });
});

describe('key derivation, RFC 8636 section 8', () => {
  const name = (...nameString: string[]) =>
    encode(krb5PrincipalName, { realm: 'SU.SE', principalName: { nameType: 1, nameString } });
  it.each(kdfs)('$digest', ({ digest, kdf, enctype, otherInfo: printed, key }) => {
    const info = encode(otherInfo, {
      algorithmId: { algorithm: kdf },
      partyUInfo: name('lha'),
      partyVInfo: name('krbtgt', 'SU.SE'),
      suppPubInfo: encode(pkinitSuppPubInfo, {
        enctype,
        asReq: new Uint8Array(10).fill(0xaa),
        pkAsRep: new Uint8Array(9).fill(0xbb),
      }),
    });
    expect(hex(info)).toBe(printed);
    expect(hex(pkinitKdf({ digest, secret: new Uint8Array(256), otherInfo: info, length: key.length / 2 }))).toBe(key);
  });
});

describe('readings of a shared secret', () => {
  it('is one, unless it begins with zeros', () => {
    expect(secretReadings(bytes('0100ff00')).map(({ name }) => name)).toEqual(['padded']);
    expect(secretReadings(bytes('00000102030000')).map(({ name, octets }) => [name, hex(octets)])).toEqual([
      ['padded', '00000102030000'],
      ['cut', '0000010203'],
      ['stripped', '0102030000'],
    ]);
  });
  it('begins with the padded one, whatever the secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (secret) => {
        const [first, ...others] = secretReadings(secret);
        expect(first?.octets).toBe(secret);
        expect(others.length).toBe(secret[0] === 0 && secret.some((octet) => octet !== 0) ? 2 : 0);
      }),
    );
  });
});
