/** What the card shows, for a GUID and a date of ours; each field with its source. */
export const guid = '913b78afe9ff4701ad1924cea582896d';

/** SP 800-73-4 part 1 table 9, as Windows reads it: by place, so that the order counts. */
export const cardHolderUniqueIdentifier = `
  53 3b
    30 19 d4e739da739ced39ce739d836858210842108421c84210c3eb // FASC-N, agency 9999: not of the federal government
    34 10 ${guid} // GUID, RFC 9562, network order
    35 08 3230333130353036 // expiration date, ASCII YYYYMMDD: 20310506
    3e 00 // issuer's signature: none
    fe 00 // error detection code: none`;
/** SP 800-73-4 part 1 table 8. */
export const cardCapabilityContainer = `
  53 33
    f0 15 a000000116 ff 02 913b78afe9ff4701ad1924cea582 // card identifier: GSC-RID, manufacturer, type, 14 octets of ours
    f1 01 21 // capability container version
    f2 01 21 // capability grammar version
    f3 00 // applications card URL
    f4 01 00 // PKCS#15: none
    f5 01 10 // registered data model number
    f6 00 f7 00 fa 00 fb 00 fc 00 fd 00 // access control, CARD APDUs, redirection, tuples, next CCC
    fe 00 // error detection code`;
/** SP 800-73-4 part 1 3.3.2. */
export const discoveryObject = `
  7e 12
    4f 0b a000000308000010000100 // AID of the PIV card application
    5f2f 02 4000 // PIN usage policy: the application PIN alone`;
/** SP 800-73-4 part 1 table 10, around a certificate of 0x38b octets. */
export const certificateHeader = '53 820394 70 82038b';
export const certificateTrailer = `
  71 01 00 // CertInfo: not compressed
  fe 00 // error detection code`;
/** ISO/IEC 7816-3 8.2. */
export const answerToReset = `
  3b // TS: direct convention
  86 // T0: TD1 follows, 6 historical octets
  01 // TD1: T=1, nothing follows
  4d41 5946 4c59 // historical octets: "MAYFLY"; the first, 4d, says that they are proprietary (ISO/IEC 7816-4 8.1.1)
  81 // TCK`;
/** Answers to reset that Windows or OpenSC know as somebody's card: YubiKey 4, 5 and NEO, Teleport, sspi-rs. */
export const othersAnswersToReset = [
  '3bf81300008131fe15597562696b657934d4',
  '3bfd1300008131fe158073c021c057597562694b657940',
  '3bfc1300008131fe15597562696b65794e454f7233e1',
  '3b951381018073ff01000b',
  '3b8d0180fba0000003080000100001004d',
];
/**
 * GUIDs and the name that Windows gives the 9A container after them: the GUID's text with its first three fields in host order
 * and the object's tag in its last three octets. Both seen: the first on a Server host, the second with a YubiKey.
 */
export const containerNames = [
  { guid: '913b78afe9ff4701ad1924cea582896d', name: 'af783b91-ffe9-0147-ad19-24cea55fc105' },
  { guid: '58c68a1d65e0a09285af090b07000000', name: '1d8ac658-e065-92a0-85af-090b075fc105' },
] as const;
