import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decryptCts, encryptCts } from '../../src/crypto/ciphertext-stealing.ts';
import { decrypt, encrypt, getMic, verifyMic } from '../../src/crypto/encrypted-data.ts';
import { encryptionType, encryptionTypeNamed, encryptionTypeNames } from '../../src/crypto/encryption-type.ts';
import { deriveKey, nFold } from '../../src/crypto/key-derivation.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const typeNumbered = (etype: number) => {
  const type = encryptionType(etype);
  if (!type) throw new Error(`no type ${etype}`);
  return type;
};

describe('n-fold, RFC 3961 A.1', () => {
  it.each([
    ['012345', 'be072631276b1955'],
    ['password', '78a07b6caf85fa'],
    ['Rough Consensus, and Running Code', 'bb6ed30870b7f0e0'],
    ['password', '59e4a8ca7c0385c3c37b3f6d2000247cb6e6bd5b3e'],
    ['MASSACHVSETTS INSTITVTE OF TECHNOLOGY', 'db3b0d8f0b061e603282b308a50841229ad798fab9540c1b'],
    ['Q', '518a54a215a8452a518a54a215a8452a518a54a215'],
    ['ba', 'fb25d531ae8974499f52fd92ea9857c4ba24cf297e'],
    ['kerberos', '6b65726265726f73'],
    ['kerberos', '6b65726265726f737b9b5b2b93132b93'],
    ['kerberos', '8372c236344e5f1550cd0747e15d62ca7a5a3bcea4'],
  ])('%s', (input, folded) => {
    expect(hex(nFold(ascii(input), folded.length / 2))).toBe(folded);
  });
});

describe('ciphertext stealing, RFC 3962 B', () => {
  const key = ascii('chicken teriyaki');
  const sentence = ascii('I would like the General Gau’s Chicken, please, and wonton soup.'.replace('’', "'"));
  it.each([
    [17, 'c6353568f2bf8cb4d8a580362da7ff7f97'],
    [31, 'fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5'],
    [32, '39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584'],
    [47, '97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5'],
    [48, '97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98ebf5a8'],
    [
      64,
      '97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a84807efe836ee89a526730dbc2f7bc8409dad8bbb96c4cdc03bc103e1a194bbd8',
    ],
  ])('%i octets', (length, ciphertext) => {
    const type = typeNumbered(17);
    expect(hex(encryptCts(type, key, [sentence.subarray(0, length)]))).toBe(ciphertext);
    expect(decryptCts(type, key, bytes(ciphertext))).toEqual(Buffer.from(sentence.subarray(0, length)));
  });
});

const key128 = { etype: 19, value: bytes('3705D96080C17728A0E800EAB6E0D23C') };
const key256 = { etype: 20, value: bytes('6D404D37FAF79F9DF0D33568D320669800EB4836472EA8A026D16B7182460C52') };
describe('AES with SHA-2, RFC 8009 appendix A', () => {
  it.each([
    [key128, 'checksum', 'B31A018A48F54776F403E9A396325DC3'],
    [key128, 'encryption', '9B197DD1E8C5609D6E67C3E37C62C72E'],
    [key128, 'integrity', '9FDA0E56AB2D85E1569A688696C26A6C'],
    [key256, 'checksum', 'EF5718BE86CC84963D8BBB5031E9F5C4BA41F28FAF69E73D'],
    [key256, 'encryption', '56AB22BEE63D82D7BC5227F6773F8EA7A5EB1C825160C38312980C442E5C7E49'],
    [key256, 'integrity', '69B16514E3CD8E56B82010D5C73012B622C4D00FFC23ED1F'],
  ] as const)('derives %j for %s', ({ etype, value }, what, derived) => {
    expect(hex(deriveKey(typeNumbered(etype), value, 2, what))).toBe(derived.toLowerCase());
  });
  const text = '000102030405060708090A0B0C0D0E0F1011121314';
  it.each([
    [key128, 0, '7E5895EAF2672435BAD817F545A37148', 'EF85FB890BB8472F4DAB20394DCA781DAD877EDA39D50C870C0D5A0A8E48C718'],
    [
      key128,
      6,
      '7BCA285E2FD4130FB55B1A5C83BC5B24',
      '84D7F30754ED987BAB0BF3506BEB09CFB55402CEF7E6877CE99E247E52D16ED4421DFDF8976C',
    ],
    [
      key128,
      16,
      '56AB21713FF62C0A1457200F6FA9948F',
      '3517D640F50DDC8AD3628722B3569D2AE07493FA8263254080EA65C1008E8FC295FB4852E7D83E1E7C48C37EEBE6B0D3',
    ],
    [
      key128,
      21,
      'A7A4E29A4728CE10664FB64E49AD3FAC',
      '720F73B18D9859CD6CCB4346115CD336C70F58EDC0C4437C5573544C31C813BCE1E6D072C186B39A413C2F92CA9B8334A287FFCBFC',
    ],
    [
      key256,
      0,
      'F764E9FA15C276478B2C7D0C4E5F58E4',
      '41F53FA5BFE7026D91FAF9BE959195A058707273A96A40F0A01960621AC612748B9BBFBE7EB4CE3C',
    ],
    [
      key256,
      6,
      'B80D3251C1F6471494256FFE712D0B9A',
      '4ED7B37C2BCAC8F74F23C1CF07E62BC7B75FB3F637B9F559C7F664F69EAB7B6092237526EA0D1F61CB20D69D10F2',
    ],
    [
      key256,
      16,
      '53BF8A0D105265D4E276428624CE5E63',
      'BC47FFEC7998EB91E8115CF8D19DAC4BBBE2E163E87DD37F49BECA92027764F68CF51F14D798C2273F35DF574D1F932E40C4FF255B36A266',
    ],
    [
      key256,
      21,
      '763E65367E864F02F55153C7E3B58AF1',
      '40013E2DF58E8751957D2878BCD2D6FE101CCFD556CB1EAE79DB3C3EE86429F2B2A602AC86FEF6ECB647D6295FAE077A1FEB517508D2C16B4192E01F62',
    ],
  ] as const)('encrypts %j, %i octets', (key, length, confounder, ciphertext) => {
    const plaintext = bytes(text).subarray(0, length);
    expect(hex(encrypt(key, 2, plaintext, bytes(confounder)))).toBe(ciphertext.toLowerCase());
    expect(hex(decrypt(key, 2, bytes(ciphertext)) ?? bytes('dead'))).toBe(hex(plaintext));
  });
  it.each([
    [key128, 'D78367186643D67B411CBA9139FC1DEE'],
    [key256, '45EE791567EEFCA37F4AC1E0222DE80D43C3BFA06699672A'],
  ])('makes checksums with %j', (key, mic) => {
    expect(hex(getMic(key, 2, bytes(text)))).toBe(mic.toLowerCase());
    expect(verifyMic(key, 2, bytes(text), bytes(mic))).toBe(true);
  });
});

const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const anyKey = fc
  .constantFrom(17, 18, 19, 20)
  .chain((etype) => octets(typeNumbered(etype).keyLength).map((value) => ({ etype, value })));
const usage = fc.nat(1024);
describe('any encryption type', () => {
  it('decrypts what it encrypted, and nothing that was changed, cut or meant for another use', () => {
    const encryptedText = fc.record({
      key: anyKey,
      usage,
      text: octets(0, 200),
      confounder: octets(16),
      at: fc.nat(),
      bit: fc.nat(7),
    });
    fc.assert(
      fc.property(encryptedText, ({ key, usage: n, text, confounder, at, bit }) => {
        const whole = encrypt(key, n, text, confounder);
        expect(hex(decrypt(key, n, whole) ?? bytes('dead'))).toBe(hex(text));
        const changed = whole.slice();
        const place = at % whole.length;
        changed[place] = (changed[place] ?? 0) ^ (1 << bit);
        for (const wrong of [changed, whole.subarray(0, place), whole.subarray(1)])
          expect(decrypt(key, n, wrong)).toBeUndefined();
        expect(decrypt(key, n + 1, whole)).toBeUndefined();
      }),
      { numRuns: Math.min(fuzzRuns, 20_000) },
    );
  });
  it('refuses octets that nobody encrypted', () => {
    fc.assert(
      fc.property(anyKey, usage, octets(0, 100), (key, n, junk) => decrypt(key, n, junk) === undefined),
      { numRuns: fuzzRuns },
    );
  });
  it('takes a checksum for itself alone', () => {
    fc.assert(
      fc.property(anyKey, usage, octets(0, 100), octets(0, 32), (key, n, text, other) => {
        const mic = getMic(key, n, text);
        expect(verifyMic(key, n, text, mic)).toBe(true);
        expect(verifyMic(key, n, text, other)).toBe(hex(other) === hex(mic));
        expect(verifyMic(key, n + 1, text, mic)).toBe(false);
      }),
      { numRuns: Math.min(fuzzRuns, 20_000) },
    );
  });
  it('is one of four, by number and by name; a key of another length is none', () => {
    expect([1, 3, 16, 17, 18, 19, 20, 23].filter((etype) => encryptionType(etype))).toEqual([17, 18, 19, 20]);
    expect(encryptionTypeNames.map((name) => encryptionTypeNamed(name)?.etype)).toEqual([17, 18, 19, 20]);
    for (const key of [
      { etype: 18, value: new Uint8Array(16) },
      { etype: 23, value: new Uint8Array(16) },
    ])
      expect(() => encrypt(key, 1, new Uint8Array(), new Uint8Array(16))).toThrow('there is no key of encryption type');
  });
});
