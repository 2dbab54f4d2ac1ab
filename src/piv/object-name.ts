/** Names of tags for people who read what was captured. Tables of SP 800-73-4 part 1 unless said otherwise. */
export interface NamedObject {
  readonly name: string;
  /** Names of the data elements within, by tag. */
  readonly elements: Readonly<Record<number, string>>;
}
const certificateElements = { 112: 'certificate', 113: 'CertInfo', 114: 'MSCUID', 254: 'error detection code' };
const certificate = (of: string): NamedObject => ({ name: `certificate for ${of}`, elements: certificateElements });
const biometric = (of: string): NamedObject => ({ name: of, elements: { 188: of, 254: 'error detection code' } });

/** Data objects by their tag, table 3. */
const objects: Readonly<Record<number, NamedObject>> = {
  126: { name: 'discovery object', elements: { 79: 'application identifier', 24367: 'PIN usage policy' } },
  32609: { name: 'biometric information templates group', elements: {} },
  6275329: certificate('card authentication'),
  6275330: {
    name: 'CHUID',
    elements: {
      48: 'FASC-N',
      50: 'organizational identifier',
      51: 'DUNS',
      52: 'GUID',
      53: 'expiration date',
      54: 'cardholder UUID',
      62: 'issuer signature',
      238: 'buffer length',
      254: 'error detection code',
    },
  },
  6275331: biometric('fingerprints'),
  6275333: certificate('PIV authentication'),
  6275334: { name: 'security object', elements: { 186: 'mapping', 187: 'security object', 254: 'error detection code' } },
  6275335: {
    name: 'CCC',
    elements: {
      240: 'card identifier',
      241: 'container version',
      242: 'grammar version',
      243: 'applications',
      244: 'PKCS #15',
      245: 'data model',
      246: 'access control rules',
      247: 'card APDUs',
      250: 'redirection tag',
      251: 'capability tuples',
      252: 'status tuples',
      253: 'next CCC',
      254: 'error detection code',
    },
  },
  6275336: biometric('facial image'),
  6275337: { name: 'printed information', elements: {} },
  6275338: certificate('digital signature'),
  6275339: certificate('key management'),
  6275340: {
    name: 'key history',
    elements: {
      193: 'keys with certificates on the card',
      194: 'keys with certificates elsewhere',
      243: 'URL',
      254: 'error detection code',
    },
  },
  6275361: biometric('iris images'),
  6275362: certificate('secure messaging'),
  6275363: { name: 'pairing code', elements: {} },
};
const FIRST_RETIRED = 0x5fc10d;
const LAST_RETIRED = 0x5fc120;

/** The object a GET DATA asks for; `undefined` where the specification has none of that tag. */
export function namedObject(tag: number): NamedObject | undefined {
  if (FIRST_RETIRED <= tag && tag <= LAST_RETIRED) return certificate(`retired key ${tag - FIRST_RETIRED + 1}`);
  return objects[tag];
}
/** Application property template, part 2 table 3. */
export const propertyTemplateElements: Readonly<Record<number, string>> = {
  79: 'application identifier',
  80: 'label',
  121: 'tag allocation authority',
  172: 'algorithms',
  24400: 'URL',
};
/** Dynamic authentication template, part 2 table 7. */
export const authenticationElements: Readonly<Record<number, string>> = {
  128: 'witness',
  129: 'challenge',
  130: 'response',
  133: 'exponentiation',
};
/** Applications that clients ask for before or beside PIV, by the beginning of their identifier. */
const applications: readonly (readonly [string, string])[] = [
  ['a000000308', 'PIV'],
  ['a00000039742544659', 'GIDS'],
  ['a0000003974349445f', 'Windows Plug and Play'],
  ['d27600012401', 'OpenPGP'],
  ['a000000527', 'Yubico'],
  ['a00000000101', 'MUSCLE'],
];
export const applicationName = (identifier: string): string | undefined =>
  applications.find(([beginning]) => identifier.startsWith(beginning))?.[1];

/** Key references, table 4b. */
const keys: Readonly<Record<number, string>> = {
  3: 'secure messaging',
  4: 'secure messaging',
  154: 'PIV authentication',
  155: 'card management',
  156: 'digital signature',
  157: 'key management',
  158: 'card authentication',
};
export const keyName = (reference: number): string | undefined =>
  0x82 <= reference && reference <= 0x95 ? `retired key ${reference - 0x81}` : keys[reference];

/** Algorithm identifiers, SP 800-78-5 table 9; RSA-3072 and RSA-4096 as in FIPS 201-3 cards. */
const algorithms: Readonly<Record<number, string>> = {
  0: '3DES',
  3: '3DES',
  5: 'RSA-3072',
  6: 'RSA-1024',
  7: 'RSA-2048',
  8: 'AES-128',
  10: 'AES-192',
  12: 'AES-256',
  17: 'P-256',
  20: 'P-384',
};
export const algorithmName = (identifier: number): string | undefined => algorithms[identifier];
