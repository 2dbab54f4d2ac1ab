/** Octets of every kind are hex; a key is one of the encryption type before it. */
interface Keyed {
  readonly source: string;
  readonly etype: number;
  readonly key: string;
  readonly usage: number;
}
export interface DerivationVector extends Keyed {
  readonly what: 'checksum' | 'encryption' | 'integrity';
  readonly derived: string;
}
export interface EncryptionVector extends Keyed {
  /** Where the source prints it. */
  readonly confounder?: string;
  readonly plaintext: string;
  readonly ciphertext: string;
}
export interface ChecksumVector extends Keyed {
  readonly message: string;
  readonly checksum: string;
}
const KEY_128 = '3705d96080c17728a0e800eab6e0d23c';
const KEY_256 = '6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52';
const RFC_8009 = 'RFC 8009 appendix A';
const MIT = 'MIT krb5, src/lib/crypto/crypto_tests/';

export const derivations: readonly DerivationVector[] = [
  {
    source: `${MIT}t_derive.c`,
    etype: 17,
    key: '42263c6e89f4fc28b8df68ee09799f15',
    usage: 2,
    what: 'checksum',
    derived: '34280a382bc92769b2da2f9ef066854b',
  },
  {
    source: `${MIT}t_derive.c`,
    etype: 17,
    key: '42263c6e89f4fc28b8df68ee09799f15',
    usage: 2,
    what: 'encryption',
    derived: '5b14fc4e250e14ddf9dccf1af6674f53',
  },
  {
    source: `${MIT}t_derive.c`,
    etype: 17,
    key: '42263c6e89f4fc28b8df68ee09799f15',
    usage: 2,
    what: 'integrity',
    derived: '4ed31063621684f09ae8d89991af3e8f',
  },
  {
    source: `${MIT}t_derive.c`,
    etype: 18,
    key: 'fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161',
    usage: 2,
    what: 'checksum',
    derived: 'bfab388bdcb238e9f9c98d6a878304f04d30c82556375ac507a7a852790f4674',
  },
  {
    source: `${MIT}t_derive.c`,
    etype: 18,
    key: 'fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161',
    usage: 2,
    what: 'encryption',
    derived: 'c7cfd9cd75fe793a586a542d87e0d1396f1134a104bb1a9190b8c90ada3ddf37',
  },
  {
    source: `${MIT}t_derive.c`,
    etype: 18,
    key: 'fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161',
    usage: 2,
    what: 'integrity',
    derived: '97151b4c76945063e2eb0529dc067d97d7bba90776d8126d91f34f3101aea8ba',
  },
  { source: RFC_8009, etype: 19, key: KEY_128, usage: 2, what: 'checksum', derived: 'b31a018a48f54776f403e9a396325dc3' },
  { source: RFC_8009, etype: 19, key: KEY_128, usage: 2, what: 'encryption', derived: '9b197dd1e8c5609d6e67c3e37c62c72e' },
  { source: RFC_8009, etype: 19, key: KEY_128, usage: 2, what: 'integrity', derived: '9fda0e56ab2d85e1569a688696c26a6c' },
  {
    source: RFC_8009,
    etype: 20,
    key: KEY_256,
    usage: 2,
    what: 'checksum',
    derived: 'ef5718be86cc84963d8bbb5031e9f5c4ba41f28faf69e73d',
  },
  {
    source: RFC_8009,
    etype: 20,
    key: KEY_256,
    usage: 2,
    what: 'encryption',
    derived: '56ab22bee63d82d7bc5227f6773f8ea7a5eb1c825160c38312980c442e5c7e49',
  },
  {
    source: RFC_8009,
    etype: 20,
    key: KEY_256,
    usage: 2,
    what: 'integrity',
    derived: '69b16514e3cd8e56b82010d5c73012b622c4d00ffc23ed1f',
  },
];
export const encryptions: readonly EncryptionVector[] = [
  {
    source: `${MIT}t_decrypt.c`,
    etype: 17,
    key: '5a5c0f0ba54f3828b2195e66ca24a289',
    usage: 0,
    plaintext: '',
    ciphertext: '49ff8e11c173d9583a3254fbe7b1f1df36c538e8416784a1672e6676',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 17,
    key: '98450e3f3baa13f5c99beb936981b06f',
    usage: 1,
    plaintext: '31',
    ciphertext: 'f86742f537b35dc2174a4dbaa920faf9042090b065e1ebb1cad9a65394',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 17,
    key: '9062430c8cda3388922e6d6a509f5b7a',
    usage: 2,
    plaintext: '392062797465737373',
    ciphertext: '68fb9679601f45c78857b2bf820fd6e53eca8d42fd4b1d7024a09205abb7cd2ec26c355d2f',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 17,
    key: '033ee6502c54fd23e27791e987983827',
    usage: 3,
    plaintext: '31332062797465732062797465',
    ciphertext: 'ec366d0327a933bf49330e650e49bc6b974637fe80bf532fe51795b4809718e6194724db948d1fd637',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 17,
    key: 'dceeb70b3de76562e689226c76429148',
    usage: 4,
    plaintext: '333020627974657320627974657320627974657320627974657320627974',
    ciphertext:
      'c96081032d5d8eeb7e32b4089f789d0faa481dea74c0f97cbf3146ddfcf8e800156ecb532fc203e30ff600b63b350939fece510f02d7ff1e7bac',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 18,
    key: '17f275f2954f2ed1f90c377ba7f4d6a369aa0136e0bf0c927ad6133c693759a9',
    usage: 0,
    plaintext: '',
    ciphertext: 'e5094c55ee7b38262e2b044280b069379a95bf95bd8376fb3281b435',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 18,
    key: 'b9477e1ff0329c0050e20ce6c72d2dff27e8fe541ab0954429a9cb5b4f7b1e2a',
    usage: 1,
    plaintext: '31',
    ciphertext: '406150b97aeb76d43b36b62cc1ecdfbe6f40e95755e0beb5c27825f3a4',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 18,
    key: 'b1ae4cd8462aff1677053cc9279aac30b796fb81ce21474dd3ddbcfea4ec76d7',
    usage: 2,
    plaintext: '392062797465737373',
    ciphertext: '09957aa25fcaf88f7b39e4406e633012d5fea21853f6478da7065caef41fd454a40824eec5',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 18,
    key: 'e5a72be9b7926c1225bafef9c1872e7ba4cdb2b17893d84abd90acdd8764d966',
    usage: 3,
    plaintext: '31332062797465732062797465',
    ciphertext: 'd8f1aafeec84587cc3e700a774e56651a6d693e174ec4473b5e6d96f80297a653fb818ad893e719f96',
  },
  {
    source: `${MIT}t_decrypt.c`,
    etype: 18,
    key: 'f1c795e9248a09338d82c3f8d5b567040b0110736845041347235b1404231398',
    usage: 4,
    plaintext: '333020627974657320627974657320627974657320627974657320627974',
    ciphertext:
      'd1137a4d634cfece924dbc3bf6790648bd5cff7de0e7b99460211d0daef3d79a295c688858f3b34b9cbd6eebae81daf6b734d4d498b6714f1c1d',
  },
  {
    source: RFC_8009,
    etype: 19,
    key: KEY_128,
    usage: 2,
    confounder: '7e5895eaf2672435bad817f545a37148',
    plaintext: '',
    ciphertext: 'ef85fb890bb8472f4dab20394dca781dad877eda39d50c870c0d5a0a8e48c718',
  },
  {
    source: RFC_8009,
    etype: 19,
    key: KEY_128,
    usage: 2,
    confounder: '7bca285e2fd4130fb55b1a5c83bc5b24',
    plaintext: '000102030405',
    ciphertext: '84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c',
  },
  {
    source: RFC_8009,
    etype: 19,
    key: KEY_128,
    usage: 2,
    confounder: '56ab21713ff62c0a1457200f6fa9948f',
    plaintext: '000102030405060708090a0b0c0d0e0f',
    ciphertext: '3517d640f50ddc8ad3628722b3569d2ae07493fa8263254080ea65c1008e8fc295fb4852e7d83e1e7c48c37eebe6b0d3',
  },
  {
    source: RFC_8009,
    etype: 19,
    key: KEY_128,
    usage: 2,
    confounder: 'a7a4e29a4728ce10664fb64e49ad3fac',
    plaintext: '000102030405060708090a0b0c0d0e0f1011121314',
    ciphertext: '720f73b18d9859cd6ccb4346115cd336c70f58edc0c4437c5573544c31c813bce1e6d072c186b39a413c2f92ca9b8334a287ffcbfc',
  },
  {
    source: RFC_8009,
    etype: 20,
    key: KEY_256,
    usage: 2,
    confounder: 'f764e9fa15c276478b2c7d0c4e5f58e4',
    plaintext: '',
    ciphertext: '41f53fa5bfe7026d91faf9be959195a058707273a96a40f0a01960621ac612748b9bbfbe7eb4ce3c',
  },
  {
    source: RFC_8009,
    etype: 20,
    key: KEY_256,
    usage: 2,
    confounder: 'b80d3251c1f6471494256ffe712d0b9a',
    plaintext: '000102030405',
    ciphertext: '4ed7b37c2bcac8f74f23c1cf07e62bc7b75fb3f637b9f559c7f664f69eab7b6092237526ea0d1f61cb20d69d10f2',
  },
  {
    source: RFC_8009,
    etype: 20,
    key: KEY_256,
    usage: 2,
    confounder: '53bf8a0d105265d4e276428624ce5e63',
    plaintext: '000102030405060708090a0b0c0d0e0f',
    ciphertext:
      'bc47ffec7998eb91e8115cf8d19dac4bbbe2e163e87dd37f49beca92027764f68cf51f14d798c2273f35df574d1f932e40c4ff255b36a266',
  },
  {
    source: RFC_8009,
    etype: 20,
    key: KEY_256,
    usage: 2,
    confounder: '763e65367e864f02f55153c7e3b58af1',
    plaintext: '000102030405060708090a0b0c0d0e0f1011121314',
    ciphertext:
      '40013e2df58e8751957d2878bcd2d6fe101ccfd556cb1eae79db3c3ee86429f2b2a602ac86fef6ecb647d6295fae077a1feb517508d2c16b4192e01f62',
  },
];
export const checksums: readonly ChecksumVector[] = [
  {
    source: `${MIT}t_cksums.c`,
    etype: 17,
    key: '9062430c8cda3388922e6d6a509f5b7a',
    usage: 3,
    message: '6569676874206e696e652074656e20656c6576656e207477656c766520746869727465656e',
    checksum: '01a4b088d45628f6946614e3',
  },
  {
    source: `${MIT}t_cksums.c`,
    etype: 18,
    key: 'b1ae4cd8462aff1677053cc9279aac30b796fb81ce21474dd3ddbcfea4ec76d7',
    usage: 4,
    message: '666f75727465656e',
    checksum: 'e08739e3279e2903ec8e3836',
  },
  {
    source: RFC_8009,
    etype: 19,
    key: KEY_128,
    usage: 2,
    message: '000102030405060708090a0b0c0d0e0f1011121314',
    checksum: 'd78367186643d67b411cba9139fc1dee',
  },
  {
    source: RFC_8009,
    etype: 20,
    key: KEY_256,
    usage: 2,
    message: '000102030405060708090a0b0c0d0e0f1011121314',
    checksum: '45ee791567eefca37f4ac1e0222de80d43c3bfa06699672a',
  },
];
