/** Data objects as a PIV card and its readers (OpenSC, ykpiv, a vpcd card) exchange them, NIST SP 800-73-4. */
export interface Exchange {
  readonly what: string;
  readonly bytes: string;
  /** Tags and values as hex, in order; a constructed value's parts are nested. */
  readonly objects: readonly (readonly [tag: number, value: string])[];
}
export const exchanges: readonly Exchange[] = [
  {
    what: 'data field of GET DATA for the X.509 certificate for PIV authentication: a tag list',
    bytes: '5c 03 5fc105',
    objects: [[0x5c, '5fc105']],
  },
  {
    what: 'discovery object, SP 800-73-4 part 1 3.3.2',
    bytes: `7e 12 // discovery object
        4f 0b a000000308000010000100 // PIV AID
        5f2f 02 4000 // PIN usage policy`,
    objects: [[0x7e, '4f0ba0000003080000100001005f2f024000']],
  },
  {
    what: 'its parts',
    bytes: '4f 0b a000000308000010000100  5f2f 02 4000',
    objects: [
      [0x4f, 'a000000308000010000100'],
      [0x5f2f, '4000'],
    ],
  },
  {
    what: 'parts of the application property template, the answer to SELECT, SP 800-73-4 part 2 3.1.1',
    bytes: `4f 06 000010000100 // application identifier, right-truncated
        79 07 4f 05 a000000308 // coexistent tag allocation authority
        50 12 4d6179666c79207669727475616c20504956 // application label
        ac 06 80 01 07 06 01 00 // cryptographic algorithms: RSA-2048
        ac 06 80 01 11 06 01 00 // ECC P-256`,
    objects: [
      [0x4f, '000010000100'],
      [0x79, '4f05a000000308'],
      [0x50, '4d6179666c79207669727475616c20504956'],
      [0xac, '800107060100'],
      [0xac, '800111060100'],
    ],
  },
  {
    what: 'GENERAL AUTHENTICATE: response asked for (empty), challenge to sign, SP 800-73-4 part 2 A.4',
    bytes: '7c 18 82 00 81 14 840086144661d74b7d203a1444a8aa864c7441ce',
    objects: [[0x7c, '82008114840086144661d74b7d203a1444a8aa864c7441ce']],
  },
  {
    what: 'its parts: an empty value first',
    bytes: '82 00  81 14 840086144661d74b7d203a1444a8aa864c7441ce',
    objects: [
      [0x82, ''],
      [0x81, '840086144661d74b7d203a1444a8aa864c7441ce'],
    ],
  },
  {
    what: 'challenge of an external authentication: 81 08',
    bytes: '7c 0a 81 08 ff6e3d2aab3034a3',
    objects: [[0x7c, '8108ff6e3d2aab3034a3']],
  },
];
/** First octets of a certificate object: two length octets; tag 70 holds the DER certificate. */
export const certificateObject = { header: '53 82 0394 70 82 038b', length: 0x394, certificateLength: 0x38b };
