/** Outputs of smart card calls, [MS-RDPESC] 2.2.3, in type serialization version 1, [MS-RPCE] 2.2.6. */

const header = '01 10 0800 cccccccc // version 1, little-endian, 8 octets, filler';
const gemplus = `
    470065006d0070006c00750073002000 // "Gemplus "
    5500530042002000 // "USB "
    53006d00610072007400200043006100720064002000 // "Smart Card "
    52006500610064006500720020003000 00000000 // "Reader 0", two NULs`;

/** Values of the example in [MS-RDPESC] 4, encoded by hand. */
export const example = {
  /** 4.2 */
  establishContext: `
    ${header}
    18000000 00000000 // ObjectBufferLength: 24
    00000000 // ReturnCode
    04000000 00000200 // cbContext, pbContext
    04000000 000001cd // the context
    00000000 // fills up to 8`,
  /** 4.4 */
  listReaders: `
    ${header}
    58000000 00000000 // ObjectBufferLength: 88
    00000000 // ReturnCode
    42000000 00000200 // cBytes: 66, msz
    42000000 // an array of 66
    ${gemplus}
    000000000000 // fills up to 8`,
  /** 4.6 */
  getStatusChange: `
    ${header}
    40000000 00000000 // ObjectBufferLength: 64
    00000000 // ReturnCode
    01000000 00000200 // cReaders, rgReaderStates
    01000000 // an array of 1
    00000000 // dwCurrentState: unaware
    22010000 // dwEventState: changed, present, in use
    09000000 // cbAtr
    3b1694417374726964 ${'00'.repeat(27)} // rgbAtr`,
  /** 4.8 */
  connect: `
    ${header}
    28000000 00000000 // ObjectBufferLength: 40
    00000000 // ReturnCode
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    01000000 // dwActiveProtocol: T0
    04000000 000001cd // the context
    04000000 000001ea // the handle`,
  /** 4.10 */
  long: `
    ${header}
    08000000 00000000 // ObjectBufferLength: 8
    00000000 // ReturnCode
    00000000 // fills up to 8`,
  /** 4.12 */
  status: `
    ${header}
    80000000 00000000 // ObjectBufferLength: 128
    00000000 // ReturnCode
    42000000 00000200 // cBytes: 66, mszReaderNames
    06000000 // dwState: specific mode
    01000000 // dwProtocol: T0
    3b1694417374726964 ${'00'.repeat(23)} // pbAtr
    09000000 // cbAtrLen
    42000000 // an array of 66
    ${gemplus}
    0000 // fills up to 8`,
} as const;

/** Derived from the IDL of appendix A by hand. */
export const derived = {
  refused: `
    ${header}
    08000000 00000000 // ObjectBufferLength: 8
    22001080 // ReturnCode: SCARD_E_UNSUPPORTED_FEATURE
    00000000 // fills up to 8`,
  listReaderGroupsLength: `
    ${header}
    10000000 00000000 // ObjectBufferLength: 16
    00000000 // ReturnCode
    2c000000 00000000 // cBytes: 44, msz: NULL
    00000000 // fills up to 8`,
  locateCardsNone: `
    ${header}
    10000000 00000000 // ObjectBufferLength: 16
    09001080 // ReturnCode: SCARD_E_UNKNOWN_READER
    00000000 00000000 // cReaders, rgReaderStates: NULL
    00000000 // fills up to 8`,
  /** The card handle without a context of its own. */
  connectBare: `
    ${header}
    20000000 00000000 // ObjectBufferLength: 32
    00000000 // ReturnCode
    00000000 00000000 // cbContext, pbContext: NULL
    04000000 00000200 // cbHandle, pbHandle
    02000000 // dwActiveProtocol: T1
    04000000 01000000 // the handle`,
  reconnect: `
    ${header}
    08000000 00000000 // ObjectBufferLength: 8
    00000000 // ReturnCode
    02000000 // dwActiveProtocol: T1`,
  state: `
    ${header}
    20000000 00000000 // ObjectBufferLength: 32
    00000000 // ReturnCode
    06000000 // dwState: specific mode
    02000000 // dwProtocol: T1
    03000000 00000200 // cbAtrLen, rgAtr
    03000000 3b8001 // an array of 3
    0000000000 // fills up to 8`,
  transmit: `
    ${header}
    18000000 00000000 // ObjectBufferLength: 24
    00000000 // ReturnCode
    00000000 // pioRecvPci: NULL
    02000000 00000200 // cbRecvLength, pbRecvBuffer
    02000000 9000 // an array of 2
    0000 // fills up to 8`,
  /** The extra octets of *pioRecvPci come before the buffer, though their pointer is numbered after its. */
  transmitWithPci: `
    ${header}
    30000000 00000000 // ObjectBufferLength: 48
    00000000 // ReturnCode
    00000200 // pioRecvPci
    02000000 04000200 // cbRecvLength, pbRecvBuffer
    02000000 03000000 08000200 // *pioRecvPci: T1, 3 extra octets
    03000000 aabbcc // *pbExtraBytes
    00 // aligns what follows
    02000000 9000 // an array of 2
    000000000000 // fills up to 8`,
  controlEmpty: `
    ${header}
    10000000 00000000 // ObjectBufferLength: 16
    00000000 // ReturnCode
    00000000 00000200 // cbOutBufferSize, pvOutBuffer
    00000000 // an array of 0`,
  getAttrib: `
    ${header}
    18000000 00000000 // ObjectBufferLength: 24
    00000000 // ReturnCode
    05000000 00000200 // cbAttrLen, pbAttr
    05000000 4d61796679 // an array of 5
    000000 // fills up to 8`,
  readCache: `
    ${header}
    18000000 00000000 // ObjectBufferLength: 24
    00000000 // ReturnCode
    01000000 00000200 // cbDataLen, pbData
    01000000 07 // an array of 1
    00000000000000 // fills up to 8`,
  readCacheMiss: `
    ${header}
    10000000 00000000 // ObjectBufferLength: 16
    70001080 // ReturnCode: SCARD_W_CACHE_ITEM_NOT_FOUND
    00000000 00000000 // cbDataLen, pbData: NULL
    00000000 // fills up to 8`,
  getTransmitCount: `
    ${header}
    08000000 00000000 // ObjectBufferLength: 8
    00000000 // ReturnCode
    2a000000 // cTransmitCount: 42`,
  getReaderIcon: `
    ${header}
    18000000 00000000 // ObjectBufferLength: 24
    00000000 // ReturnCode
    02000000 00000200 // cbDataLen, pbData
    02000000 424d // an array of 2
    000000000000 // fills up to 8`,
  getDeviceTypeId: `
    ${header}
    08000000 00000000 // ObjectBufferLength: 8
    00000000 // ReturnCode
    f0000000 // dwDeviceId: of a vendor`,
} as const;
