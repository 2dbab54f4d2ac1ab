/** octetstring2key, RFC 4556 appendix B: sets 1 to 4, with keys of 32 octets. */
export const octetStrings: readonly (readonly [x: string, key: string])[] = [
  ['00'.repeat(256), '5ee50d675c809fe59e4a7762c54b65837547eafb159bd8cdc75ffca5911e4c41'],
  ['00'.repeat(128), 'acf7707c08973ddfdb27cd361442ccfba355c8884cb472f37da636d07d56787e'],
  [
    '000102030405060708090a0b0c0d0e0f10'.repeat(8).slice(0, 2 * 128),
    'c442da585fcb80e43b47946f254093e37329d99001380db78371db3acf5c797e',
  ],
  [
    '000102030405060708090a0b0c0d0e0f10'.repeat(8).slice(0, 2 * 77),
    '0053953b84c896f4eb385c3f2e751c4a590ed6ffadca6ff64f47ebeb8d780ffc',
  ],
];

export interface KdfVector {
  readonly digest: 'SHA-1' | 'SHA-256' | 'SHA-512';
  readonly kdf: string;
  readonly enctype: number;
  /** DER, as OpenSSL's test/recipes/30-test_evp_data/evpkdf_ss.txt encodes what the RFC lists. */
  readonly otherInfo: string;
  /** Before random-to-key, which is the identity for AES: the RFC prints the DES3 key that it makes of the last one. */
  readonly key: string;
}
/** RFC 8636 section 8, where the secret is 256 zero octets. */
export const kdfs: readonly KdfVector[] = [
  {
    digest: 'SHA-1',
    kdf: '1.3.6.1.5.2.3.6.1',
    enctype: 18,
    otherInfo:
      '307e300a06082b06010502030601a01f041d301ba0071b0553552e5345a110300ea003020101a10730051b036c6861a12904273025a0071b0553552e5345a11a3018a003020101a111300f1b066b72627467741b0553552e5345a22404223020a003020112a10c040aaaaaaaaaaaaaaaaaaaaaa20b0409bbbbbbbbbbbbbbbbbb',
    key: 'e6ab38c9413e035bb079201ed0b6b73d8d49a814a737c04ee6649614206f73ad',
  },
  {
    digest: 'SHA-256',
    kdf: '1.3.6.1.5.2.3.6.2',
    enctype: 18,
    otherInfo:
      '307e300a06082b06010502030602a01f041d301ba0071b0553552e5345a110300ea003020101a10730051b036c6861a12904273025a0071b0553552e5345a11a3018a003020101a111300f1b066b72627467741b0553552e5345a22404223020a003020112a10c040aaaaaaaaaaaaaaaaaaaaaa20b0409bbbbbbbbbbbbbbbbbb',
    key: '77ef4e48c420ae3fec75109d7981697eed5d295c90c62564f7bfd101fa9bc1d5',
  },
  {
    digest: 'SHA-512',
    kdf: '1.3.6.1.5.2.3.6.3',
    enctype: 16,
    otherInfo:
      '307e300a06082b06010502030603a01f041d301ba0071b0553552e5345a110300ea003020101a10730051b036c6861a12904273025a0071b0553552e5345a11a3018a003020101a111300f1b066b72627467741b0553552e5345a22404223020a003020110a10c040aaaaaaaaaaaaaaaaaaaaaa20b0409bbbbbbbbbbbbbbbbbb',
    key: 'd3c78b78d75313e9a926f75dfb012363fa17fa01db',
  },
];
