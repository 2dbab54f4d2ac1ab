/** One PDU each, behind MCS. Layouts are [MS-RDPBCGR]'s; where its section 4 dumps the PDU, those are its bytes. */

/** Synchronize PDU of a server, [MS-RDPBCGR] 4.1.19. */
export const serverSynchronize = `
  1600 // totalLength
  1700 // pduType: version 1, PDUTYPE_DATAPDU
  ea03 // pduSource: 1002
  ea030100 // shareId
  14 // pad1, not zero
  00 // streamId: STREAM_UNDEFINED, which a server's Synchronize alone has
  1600 // uncompressedLength: the whole PDU
  1f // pduType2
  00 0000 // not compressed
  0100 // messageType: SYNCMSGTYPE_SYNC
  6344 // targetUser, never set`;
/** Shutdown Request PDU, [MS-RDPBCGR] 4.2.1. */
export const shutdownRequest = `
  1200 1700 ef03 // Share Control Header; pduSource: 1007
  ea030200 00 01 0400 24 00 0000 // Share Data Header: share 0x000203ea, STREAM_LOW, uncompressedLength 4`;
/** Flow PDU, T.128 8.5: a totalLength that marks it. */
export const flow = '0080 00 42 00 01 ea03';
/** Deactivate All PDU, [MS-RDPBCGR] 2.2.3.1, as a server sends it; then as Windows XP does, which ends behind the type. */
export const deactivateAll = '0d00 1600 ea03 ea030100 0100 00';
export const shortDeactivateAll = '0400 1600';
/** Control PDU, [MS-RDPBCGR] 2.2.1.15.1: action, grantId, controlId. */
export const cooperate = '0400 0000 00000000';
export const granted = '0200 ef03 ea030000';
/** Font List and Font Map PDU Data, [MS-RDPBCGR] 2.2.1.18.1 and 2.2.1.22.1. */
export const fontList = '0000 0000 0300 3200';
export const fontMap = '0000 0000 0300 0400';
/** Licensing PDU, [MS-RDPBCGR] 2.2.1.12: valid client. */
export const validClient = `
  8000 0000 // SEC_LICENSE_PKT
  ff 03 1000 // ERROR_ALERT, version 3.0, 16 octets
  07000000 // dwErrorCode: STATUS_VALID_CLIENT
  02000000 // dwStateTransition: ST_NO_TRANSITION
  0400 0000 // bbErrorInfo: BB_ERROR_BLOB, empty`;
/** Licensing PDU: ERR_NO_LICENSE, ST_TOTAL_ABORT. */
export const noLicense = '8000 0000 ff 03 1000 02000000 01000000 0400 0000';
/** Set Error Info PDU Data, [MS-RDPBCGR] 2.2.5.1.1: ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES. */
export const setErrorInfo = '09000000';
/** Status Info PDU Data, [MS-RDPBCGR] 2.2.5.2: TS_STATUS_REDIRECTING_TO_DESTINATION. */
export const statusInfo = '04040000';
/** Suppress Output PDU Data, [MS-RDPBCGR] 2.2.11.3.1: nothing is to be sent; then 1024 x 768 again. */
export const suppress = '00 000000';
export const resume = '01 000000 0000 0000 ff03 ff02';
/** Refresh Rect PDU Data, [MS-RDPBCGR] 2.2.11.2.1. */
export const refreshRect = '01 000000 0000 0000 ff03 ff02';
/** Heartbeat PDU, [MS-RDPBCGR] 2.2.16.1: every 5 s. */
export const heartbeat = '00 05 01 03';
/** Initiate Multitransport Request and Response, [MS-RDPBCGR] 2.2.15.1 and 2.2.15.2: reliable UDP; E_ABORT. */
export const multitransportRequest = `2a000000 0100 0000 ${'ab'.repeat(16)}`;
export const multitransportResponse = '2a000000 04400080';
/** Auto-Detect requests, [MS-RDPBCGR] 2.2.14.1. */
export const rttMeasureRequest = '06 00 2300 0110';
export const bandwidthStart = '06 00 0100 1410';
export const bandwidthPayload = '08 00 0200 0200 0400 01020304';
export const bandwidthStopConnectTime = '08 00 0300 2b00 0200 0506';
export const bandwidthStopContinuous = '06 00 0400 2904';
export const networkCharacteristics = '12 00 0500 c008 10000000 e8030000 14000000';
/** Auto-Detect responses, [MS-RDPBCGR] 2.2.14.2. */
export const rttMeasureResponse = '06 01 2300 0000';
export const bandwidthResults = '0e 01 0300 0300 64000000 06000000';
export const networkCharacteristicsSync = '0e 01 0700 1800 e8030000 10000000';
/** Channel PDU Header, [MS-RDPBCGR] 2.2.6.1.1, and a chunk: first and last, with the protocol shown. */
export const channelPdu = '04000000 13000000 72444472';
/** Fast-path output, [MS-RDPBCGR] 2.2.9.1.2: a length of one octet, and of two. */
export const fastPathOutput = '00 05 030000';
export const fastPathOutputLong = `00 8083 ${'00'.repeat(128)}`;
/** Fast-path input, [MS-RDPBCGR] 2.2.8.1.2: one event, a key pressed. */
export const fastPathInput = '04 04 001e';

/** Enhanced Security Server Redirection PDU behind its Share Control Header, [MS-RDPBCGR] 2.2.13.3 and 2.2.13.1. */
export const redirection = `
  0000 // pad2Octets
  0004 // Flags: SEC_REDIRECTION_PKT
  8400 // Length: 132
  07000000 // SessionID
  4b010000 // RedirFlags: address, load-balance info, domain, smart-card logon, FQDN
  18000000 3100390032002e0030002e0032002e003100300030000000 // TargetNetAddress "192.0.2.100"
  24000000 436f6f6b69653a206d7374733d323133343032363433322e31353632392e303030300d0a // LoadBalanceInfo
  0c000000 4c0041004200580059000000 // Domain "LABXY"
  18000000 680031002e006c00610062002e0074006500730074000000 // TargetFQDN "h1.lab.test"
  0000000000000000 // Pad`;
