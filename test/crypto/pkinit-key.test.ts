import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetString2Key, pkinitKdf, secretReadings } from '../../src/crypto/pkinit-key.ts';
import { otherInfo, pkinitSuppPubInfo } from '../../src/kerberos/pkinit.ts';
import { encode } from '../../src/wire/codec.ts';
import { krb5PrincipalName } from '../../src/x509/krb5-principal-name.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

describe('octetstring2key, RFC 4556 appendix B', () => {
  it.each([
    ['256 zeros', new Uint8Array(256), '5ee50d675c809fe59e4a7762c54b6583754 7eafb159bd8cdc75ffca5911e4c41'],
    ['128 zeros', new Uint8Array(128), 'acf7707c 08973ddf db27cd36 1442ccfb a355c888 4cb472f3 7da636d0 7d56787e'],
  ])('%s', (_, x, key) => {
    expect(hex(octetString2Key([x], 32))).toBe(key.replaceAll(' ', ''));
  });
  it('takes its input in parts', () => {
    const x = bytes('00112233445566778899');
    expect(hex(octetString2Key([x.subarray(0, 3), x.subarray(3)], 16))).toBe(hex(octetString2Key([x], 16)));
  });
});

describe('key derivation, RFC 8636 section 8', () => {
  const info = (kdf: string, enctype: number) =>
    encode(otherInfo, {
      algorithmId: { algorithm: kdf },
      partyUInfo: encode(krb5PrincipalName, { realm: 'SU.SE', principalName: { nameType: 1, nameString: ['lha'] } }),
      partyVInfo: encode(krb5PrincipalName, { realm: 'SU.SE', principalName: { nameType: 1, nameString: ['krbtgt', 'SU.SE'] } }),
      suppPubInfo: encode(pkinitSuppPubInfo, {
        enctype,
        asReq: new Uint8Array(10).fill(0xaa),
        pkAsRep: new Uint8Array(9).fill(0xbb),
      }),
    });
  it.each([
    ['SHA-1', '1.3.6.1.5.2.3.6.1', 'e6ab38c9413e035bb079201ed0b6b73d8d49a814a737c04ee6649614206f73ad'],
    ['SHA-256', '1.3.6.1.5.2.3.6.2', '77ef4e48c420ae3fec75109d7981697eed5d295c90c62564f7bfd101fa9bc1d5'],
  ] as const)('%s', (digest, kdf, key) => {
    expect(hex(pkinitKdf({ digest, secret: new Uint8Array(256), otherInfo: info(kdf, 18), length: 32 }))).toBe(key);
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
