/** Inputs of smart card calls, [MS-RDPESC] 2.2.2, in type serialization version 1, [MS-RPCE] 2.2.6. */

const header = '01 10 0800 cccccccc // version 1, little-endian, 8 octets, filler';

/**
 * What Windows hosts sent; octets from the captures that xrdp keeps in sesman/chansrv/pcsc/dumps. Its strings count one NUL, its
 * pointers are numbered 0x00020000, 0x00020004, ... in their order.
 */
export const windows = {
  establishContext: `
    ${header}
    08000000 00000000 // ObjectBufferLength: 8
    02000000 // dwScope: system
    00000000 // fills up to 8`,
  releaseContext: `
    ${header}
    10000000 00000000 // ObjectBufferLength: 16
    04000000 00000200 // cbContext, pbContext
    04000000 02000000 // the context`,
  listReadersOfGroup: `
    ${header}
    48000000 00000000 // ObjectBufferLength: 72
    04000000 00000200 // cbContext, pbContext
    24000000 04000200 // cBytes: 36, mszGroups
    00000000 // fmszReadersIsNULL
    ffffffff // cchReaders: any length
    04000000 01000000 // the context
    24000000 // an array of 36
    530043006100720064002400 // "SCard$"
    41006c006c005200650061006400650072007300 00000000 // "AllReaders", two NULs`,
  listReaders: `
    ${header}
    20000000 00000000 // ObjectBufferLength: 32
    04000000 00000200 // cbContext, pbContext
    00000000 00000000 // cBytes, mszGroups: NULL
    00000000 // fmszReadersIsNULL
    00040000 // cchReaders: 1024
    04000000 02000000 // the context`,
  getStatusChange: `
    ${header}
    00010000 00000000 // ObjectBufferLength: 256
    04000000 00000200 // cbContext, pbContext
    ffffffff // dwTimeOut: INFINITE
    02000000 04000200 // cReaders, rgReaderStates
    04000000 01000000 // the context
    02000000 // an array of 2
    08000200 00000100 00000000 00000000 // szReader, dwCurrentState, dwEventState, cbAtr
    ${'00'.repeat(36)} // rgbAtr
    0c000200 10000000 00000000 00000000 // szReader, dwCurrentState: empty, dwEventState, cbAtr
    ${'00'.repeat(36)} // rgbAtr
    15000000 00000000 15000000 // a string of 21, from 0, 21 of them
    5c005c003f0050006e0050003f005c00 // "\\\\?PnP?\\"
    4e006f00740069006600690063006100740069006f006e00 0000 // "Notification", NUL
    0000 // aligns what follows
    19000000 00000000 19000000 // a string of 25
    470065006d0070006c0075007300200047006500 // "Gemplus Ge"
    6d005000430020005400770069006e00200030003000200030003000 0000 // "mPC Twin 00 00", NUL
    0000 // fills up to 8`,
  connect: `
    ${header}
    60000000 00000000 // ObjectBufferLength: 96
    00000200 // szReader
    04000000 04000200 // cbContext, pbContext
    02000000 // dwShareMode: shared
    03000000 // dwPreferredProtocols: T0 or T1
    19000000 00000000 19000000 // a string of 25
    470065006d0070006c0075007300200047006500 // "Gemplus Ge"
    6d005000430020005400770069006e00200030003000200030003000 0000 // "mPC Twin 00 00", NUL
    0000 // aligns what follows
    04000000 01000000 // the context
    00000000 // fills up to 8`,
  beginTransaction: `
    ${header}
    28000000 00000000 // ObjectBufferLength: 40
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    00000000 // dwDisposition
    04000000 02000000 // the context
    04000000 0a000000 // the handle
    00000000 // fills up to 8`,
  status: `
    ${header}
    30000000 00000000 // ObjectBufferLength: 48
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    00000000 // fmszReaderNamesIsNULL
    ffffffff // cchReaderLen: any length
    20000000 // cbAtrLen: 32
    04000000 05000000 // the context
    04000000 06000000 // the handle
    00000000 // fills up to 8`,
  transmit: `
    ${header}
    58000000 00000000 // ObjectBufferLength: 88
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    01000000 00000000 00000000 // ioSendPci: T0, no extra octets
    07000000 08000200 // cbSendLength, pbSendBuffer
    0c000200 // pioRecvPci
    00000000 // fpbRecvBufferIsNULL
    02010000 // cbRecvLength: 258
    04000000 05000000 // the context
    04000000 0b000000 // the handle
    07000000 00a4020c02ef0f // an array of 7: SELECT
    00 // aligns what follows
    01000000 00000000 00000000 // *pioRecvPci: T0, no extra octets`,
  control: `
    ${header}
    38000000 00000000 // ObjectBufferLength: 56
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    20353100 // dwControlCode: CM_IOCTL_GET_FEATURE_REQUEST
    00000000 00000000 // cbInBufferSize, pvInBuffer: NULL
    00000000 // fpvOutBufferIsNULL
    c8000000 // cbOutBufferSize: 200
    04000000 05000000 // the context
    04000000 06000000 // the handle
    00000000 // fills up to 8`,
} as const;

/** Derived from the IDL of appendix A by hand, in the forms that are left. */
export const derived = {
  isValidContextWithout: `
    ${header}
    08000000 00000000 // ObjectBufferLength: 8
    00000000 00000000 // cbContext, pbContext: NULL`,
  cancelOf16: `
    ${header}
    20000000 00000000 // ObjectBufferLength: 32
    10000000 00000200 // cbContext: 16, pbContext
    10000000 000102030405060708090a0b0c0d0e0f // the context
    00000000 // fills up to 8`,
  listReaderGroups: `
    ${header}
    18000000 00000000 // ObjectBufferLength: 24
    04000000 00000200 // cbContext, pbContext
    01000000 // fmszGroupsIsNULL
    05000000 // cchGroups
    04000000 07000000 // the context`,
  listReadersA: `
    ${header}
    30000000 00000000 // ObjectBufferLength: 48
    01000000 00000200 // cbContext, pbContext
    07000000 04000200 // cBytes, mszGroups
    00000000 // fmszReadersIsNULL
    ffffffff // cchReaders
    01000000 09 // the context
    000000 // aligns what follows
    07000000 41420043440000 // an array of 7: "AB", "CD"
    0000000000 // fills up to 8`,
  forgetReaderA: `
    ${header}
    28000000 00000000 // ObjectBufferLength: 40
    04000000 00000200 // cbContext, pbContext
    04000200 // sz
    04000000 07000000 // the context
    03000000 00000000 03000000 523100 // a string of 3: "R1"
    0000000000 // fills up to 8`,
  addReaderToGroupW: `
    ${header}
    40000000 00000000 // ObjectBufferLength: 64
    04000000 00000200 // cbContext, pbContext
    04000200 08000200 // sz1, sz2
    04000000 07000000 // the context
    03000000 00000000 03000000 520031000000 // a string of 3: "R1"
    0000 // aligns what follows
    02000000 00000000 02000000 47000000 // a string of 2: "G"
    00000000 // fills up to 8`,
  locateCardsA: `
    ${header}
    70000000 00000000 // ObjectBufferLength: 112
    04000000 00000200 // cbContext, pbContext
    03000000 04000200 // cBytes, mszCards
    01000000 08000200 // cReaders, rgReaderStates
    04000000 07000000 // the context
    03000000 430000 // an array of 3: "C"
    00 // aligns what follows
    01000000 // an array of 1
    0c000200 20000000 00000000 03000000 // szReader, dwCurrentState: present, dwEventState, cbAtr
    3b8001 ${'00'.repeat(33)} // rgbAtr
    03000000 00000000 03000000 523100 // a string of 3: "R1"
    00 // fills up to 8`,
  locateCardsByAtrW: `
    ${header}
    a8000000 00000000 // ObjectBufferLength: 168
    04000000 00000200 // cbContext, pbContext
    01000000 04000200 // cAtrs, rgAtrMasks
    01000000 08000200 // cReaders, rgReaderStates
    04000000 07000000 // the context
    01000000 // an array of 1
    02000000 3b80 ${'00'.repeat(34)} ff80 ${'00'.repeat(34)} // cbAtr, rgbAtr, rgbMask
    01000000 // an array of 1
    00000000 00000000 00000000 00000000 ${'00'.repeat(36)} // szReader: NULL, states, no ATR`,
  getStatusChangeNone: `
    ${header}
    20000000 00000000 // ObjectBufferLength: 32
    04000000 00000200 // cbContext, pbContext
    00000000 // dwTimeOut
    00000000 00000000 // cReaders, rgReaderStates: NULL
    04000000 07000000 // the context
    00000000 // fills up to 8`,
  connectA: `
    ${header}
    30000000 00000000 // ObjectBufferLength: 48
    00000200 // szReader
    04000000 04000200 // cbContext, pbContext
    03000000 // dwShareMode: direct
    00000080 // dwPreferredProtocols: default
    03000000 00000000 03000000 523100 // a string of 3: "R1"
    00 // aligns what follows
    04000000 07000000 // the context
    00000000 // fills up to 8`,
  reconnect: `
    ${header}
    30000000 00000000 // ObjectBufferLength: 48
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    02000000 // dwShareMode: shared
    02000000 // dwPreferredProtocols: T1
    01000000 // dwInitialization: reset
    04000000 07000000 // the context
    04000000 08000000 // the handle
    00000000 // fills up to 8`,
  disconnect: `
    ${header}
    20000000 00000000 // ObjectBufferLength: 32
    00000000 00000000 // cbContext, pbContext: NULL
    04000000 00000200 // cbHandle, pbHandle
    01000000 // dwDisposition: reset
    04000000 08000000 // the handle
    00000000 // fills up to 8`,
  state: `
    ${header}
    28000000 00000000 // ObjectBufferLength: 40
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    01000000 // fpbAtrIsNULL
    24000000 // cbAtrLen: 36
    04000000 07000000 // the context
    04000000 08000000 // the handle`,
  transmitWithExtra: `
    ${header}
    50000000 00000000 // ObjectBufferLength: 80
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    02000000 03000000 08000200 // ioSendPci: T1, 3 extra octets
    01000000 0c000200 // cbSendLength, pbSendBuffer
    00000000 // pioRecvPci: NULL
    01000000 // fpbRecvBufferIsNULL
    00000000 // cbRecvLength
    04000000 07000000 // the context
    04000000 08000000 // the handle
    03000000 aabbcc // *pbExtraBytes
    00 // aligns what follows
    01000000 5a // an array of 1
    000000 // fills up to 8`,
  getAttrib: `
    ${header}
    30000000 00000000 // ObjectBufferLength: 48
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    03030900 // dwAttrId: the ATR
    00000000 // fpbAttrIsNULL
    20000000 // cbAttrLen: 32
    04000000 07000000 // the context
    04000000 08000000 // the handle
    00000000 // fills up to 8`,
  setAttrib: `
    ${header}
    38000000 00000000 // ObjectBufferLength: 56
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    01000100 // dwAttrId
    02000000 08000200 // cbAttrLen, pbAttr
    04000000 07000000 // the context
    04000000 08000000 // the handle
    02000000 abcd // an array of 2
    000000000000 // fills up to 8`,
  readCacheW: `
    ${header}
    48000000 00000000 // ObjectBufferLength: 72
    00000200 // szLookupName
    01000000 04000200 // cbContext, pbContext
    08000200 // CardIdentifier
    05000000 // FreshnessCounter
    00000000 // fPbDataIsNULL
    ffffffff // cbDataLen: any length
    02000000 00000000 02000000 4b000000 // a string of 2: "K"
    01000000 07 // the context
    000000 // aligns what follows
    00112233445566778899aabbccddeeff // *CardIdentifier
    00000000 // fills up to 8`,
  writeCacheA: `
    ${header}
    50000000 00000000 // ObjectBufferLength: 80
    00000200 // szLookupName
    04000000 04000200 // cbContext, pbContext
    08000200 // CardIdentifier
    00000000 // FreshnessCounter
    05000000 0c000200 // cbDataLen, pbData
    02000000 00000000 02000000 4b00 // a string of 2: "K"
    0000 // aligns what follows
    04000000 07000000 // the context
    00112233445566778899aabbccddeeff // *CardIdentifier
    05000000 0102030405 // an array of 5
    000000 // fills up to 8`,
  getTransmitCount: `
    ${header}
    20000000 00000000 // ObjectBufferLength: 32
    04000000 00000200 // cbContext, pbContext
    04000000 04000200 // cbHandle, pbHandle
    04000000 07000000 // the context
    04000000 08000000 // the handle`,
  /** Of GetReaderIcon and GetDeviceTypeId alike. */
  ofReader: `
    ${header}
    28000000 00000000 // ObjectBufferLength: 40
    04000000 00000200 // cbContext, pbContext
    04000200 // szReaderName
    04000000 07000000 // the context
    03000000 00000000 03000000 520031000000 // a string of 3: "R1"
    0000 // fills up to 8`,
} as const;

/** What xrdp 0.9.21 sends, which counts two NULs, gives one referent id twice and leaves octets behind. Derived by hand from what its sources write. */
export const xrdp = {
  getStatusChange: `
    ${header}
    a8000000 00000000 // ObjectBufferLength: 168
    04000000 00000200 // cbContext, pbContext
    00000000 // dwTimeOut
    02000000 04000200 // cReaders, rgReaderStates
    04000000 07000000 // the context
    02000000 // an array of 2
    08000200 00000000 00000000 00000000 ${'00'.repeat(36)} // szReader, states, no ATR
    08000200 10000000 00000000 00000000 ${'00'.repeat(36)} // the same id again
    03000000 00000000 03000000 410000 // a string of 3, "A" with two NULs
    00 // aligns what follows
    03000000 00000000 03000000 420000 // "B" likewise
    00`,
  listReadersA: `
    ${header}
    29000000 00000000 // ObjectBufferLength: 41, no multiple of 8
    04000000 00000200 // cbContext, pbContext
    03000000 04000200 // cBytes: 3, mszGroups
    00000000 // fmszReadersIsNULL
    ffffffff // cchReaders
    04000000 07000000 // the context
    03000000 4700000000 // an array of 3 that has 5`,
} as const;
