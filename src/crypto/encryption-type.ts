/** One encryption type of Kerberos: all numbers are octets. */
export interface EncryptionType {
  readonly etype: number;
  readonly name: string;
  readonly cipher: 'aes-128-cbc' | 'aes-256-cbc';
  readonly hash: 'sha1' | 'sha256' | 'sha384';
  readonly keyLength: number;
  /** Of Ki and Kc; Ke is as long as the key. */
  readonly macKeyLength: number;
  readonly macLength: number;
  readonly checksumType: number;
  /** RFC 3961 takes the MAC of the plaintext, RFC 8009 that of the ciphertext behind its initial vector. */
  readonly profile: 'rfc3962' | 'rfc8009';
}
/** THE table of encryption types: RFC 3962 7, RFC 8009 6. RC4 and DES are not in it. */
const encryptionTypes: readonly EncryptionType[] = [
  {
    etype: 17,
    name: 'aes128-cts-hmac-sha1-96',
    cipher: 'aes-128-cbc',
    hash: 'sha1',
    keyLength: 16,
    macKeyLength: 16,
    macLength: 12,
    checksumType: 15,
    profile: 'rfc3962',
  },
  {
    etype: 18,
    name: 'aes256-cts-hmac-sha1-96',
    cipher: 'aes-256-cbc',
    hash: 'sha1',
    keyLength: 32,
    macKeyLength: 32,
    macLength: 12,
    checksumType: 16,
    profile: 'rfc3962',
  },
  {
    etype: 19,
    name: 'aes128-cts-hmac-sha256-128',
    cipher: 'aes-128-cbc',
    hash: 'sha256',
    keyLength: 16,
    macKeyLength: 16,
    macLength: 16,
    checksumType: 19,
    profile: 'rfc8009',
  },
  {
    etype: 20,
    name: 'aes256-cts-hmac-sha384-192',
    cipher: 'aes-256-cbc',
    hash: 'sha384',
    keyLength: 32,
    macKeyLength: 24,
    macLength: 24,
    checksumType: 20,
    profile: 'rfc8009',
  },
];
export const encryptionType = (etype: number): EncryptionType | undefined => encryptionTypes.find((e) => e.etype === etype);
export const encryptionTypeNamed = (name: string): EncryptionType | undefined => encryptionTypes.find((e) => e.name === name);
export const encryptionTypeNames: readonly string[] = encryptionTypes.map(({ name }) => name);
