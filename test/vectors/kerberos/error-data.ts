/** e-data of KRB-ERRORs, and what it says. */
export interface ErrorDataVector {
  readonly what: string;
  readonly code: number;
  readonly bytes: string;
  /** Fields of `ErrorData` other than the empty ones. */
  readonly says: {
    readonly status?: number;
    /** Types of METHOD-DATA. */
    readonly methodData?: readonly number[];
    readonly trustedCertifiers?: readonly string[];
    readonly invalidCertificates?: readonly string[];
    readonly groups?: readonly string[];
    readonly digests?: readonly string[];
  };
}
export const errorData: readonly ErrorDataVector[] = [
  {
    what: 'KERB-ERROR-DATA with KERB_EXT_ERROR, [MS-KILE] 2.2.1 and 2.2.2',
    code: 62,
    bytes: `30 15
        a1 03 02 01 03 // KERB_ERR_TYPE_EXTENDED
        a2 0e 04 0c 13200980 00000000 01000000 // status, reserved, flags: little-endian`,
    says: { status: 0x80092013 },
  },
  {
    what: 'KERB-ERROR-DATA of an application server, [MS-KILE] 2.2.2: skew recovery',
    code: 37,
    bytes: '30 05 a1 03 02 01 02',
    says: {},
  },
  {
    what: 'METHOD-DATA of Samba 4.17 for a disabled account, without the PA-PK-AS-REP between its two items',
    code: 18,
    bytes: `30 75
        30 5c a1 04 02 02 0093 a2 54 04 52 // PA-PKINIT-KX, RFC 8062 5: an EncryptedData
          3050 a003020112 a249 0447 b8d039be4c1d82b4a0514f66a3237717ffa2fded99c90dfd97d9c05d95298bb8629f5de4c98f34027fb144a11d3713
          914cb75a5792b516a24a1819153e5fe5fd327d4f53b8aa85
        30 15 // KERB_EXT_ERROR under the type of a password's salt
          a1 03 02 01 03 a2 0e 04 0c 720000c0 00000000 01000000`,
    says: { status: 0xc0000072, methodData: [147, 3] },
  },
  {
    what: 'METHOD-DATA of Samba 4.17 with KDC_ERR_CLIENT_NAME_MISMATCH: PA-ETYPE-INFO2',
    code: 75,
    bytes: `30 34 30 32
        a1 03 02 01 13
        a2 2b 04 29 3027 3025 a003020112 a116 1b14 4c41422e4d4159464c592e54455354616c696365 a206 0404 00001000`,
    says: { methodData: [19] },
  },
  {
    what: 'METHOD-DATA with the salt of a password, 12 characters of it: no status',
    code: 25,
    bytes: '30 17 30 15 a1 03 02 01 03 a2 0e 04 0c 4c41422e54455354626f6231',
    says: { methodData: [3] },
  },
  {
    what: 'TD-TRUSTED-CERTIFIERS, RFC 4556 3.1.4: one by name, one by key',
    code: 62,
    bytes: `302e 302c a003020168 a125 0423 3021
        301a 8018 3016 3114 3012 0603550403 0c0b 4c6f676f6e204341203241 // CN=Logon CA 2A
        3003 8201 aa`,
    says: { trustedCertifiers: ['CN=Logon CA 2A', 'key aa'] },
  },
  {
    what: 'TD-INVALID-CERTIFICATES, RFC 4556 3.1.4: by issuer and serial number',
    code: 71,
    bytes: `302e 302c a003020169 a125 0423 3021 301f 811d 301b
        3016 3114 3012 0603550403 0c0b 4c6f676f6e204341203241 // CN=Logon CA 2A
        02 01 2a`,
    says: { invalidCertificates: ['2a of CN=Logon CA 2A'] },
  },
  {
    what: 'TD-DH-PARAMETERS, RFC 4556 3.1.4: a toy group, P-256, and what has no name here',
    code: 65,
    bytes: `3042 3040 a00302016d a139 0437 3035
        3015 0607 2a8648ce3e0201 300a 020200fb 020102 02017d // p = 251
        3013 0607 2a8648ce3d0201 0608 2a8648ce3d030107
        3007 0605 2b81040022`,
    says: { groups: ['MODP of 8 bits', 'P-256', '1.3.132.0.34'] },
  },
  {
    what: 'the same type in METHOD-DATA',
    code: 65,
    bytes: '3022 3020 a10302016d a219 0417 3015 3013 0607 2a8648ce3d0201 0608 2a8648ce3d030107',
    says: { groups: ['P-256'], methodData: [109] },
  },
  {
    what: 'TD-CMS-DIGEST-ALGORITHMS, RFC 8636 3: with and without parameters, and an unknown one',
    code: 80,
    bytes: `302f 302d a00302016f a126 0424 3022
        300b 0609 608648016503040202
        300d 0609 608648016503040203 0500
        3004 0602 2a03`,
    says: { digests: ['SHA-384', 'SHA-512', '1.2.3'] },
  },
  {
    what: 'TD-CERT-DIGEST-ALGORITHMS, RFC 8636 4: allowed, and rejected',
    code: 78,
    bytes: `3031 302f a003020170 a128 0426 3024
        a011 300f 300d 0609 2a864886f70d01010b 0500 // sha256WithRSAEncryption
        a10f 300d 0609 2a864886f70d010105 0500 // sha1WithRSAEncryption`,
    says: { digests: ['SHA-256'] },
  },
];
