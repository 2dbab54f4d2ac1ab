import type { ConnectInitial, ConnectResponse } from '../../../src/rdp/mcs-connect.ts';
import { bytes } from '../../wire/annotated-hex.ts';

/** [MS-RDPBCGR] 4.1.3: an mstsc of 2005 with standard RDP security. */
export const initialOfMstsc = `
    030001a0 02f080 // TPKT, data TPDU
    7f65 820194 // Connect-Initial, 404 octets
    040101 040101 0101ff // calling and called domain selector, upward flag
    3019 020122 020102 020100 020101 020100 020101 0202ffff 020102 // target parameters: 34 channels, 2 users, 65535 octets written as two
    3019 020101 020101 020101 020101 020100 020101 02020420 020102 // minimum parameters
    301c 0202ffff 0202fc17 0202ffff 020101 020100 020101 0202ffff 020102 // maximum parameters
    04820133 // user data, 307 octets
    00 0500147c0001 812a // T.124 key; connectPDU, 298 octets
    0008 0010 00 01c0 // conferenceCreateRequest, name "1", one set of user data
    00 44756361 811c // h221NonStandard, "Duca", 284 octets
    01c0 d800 // CS_CORE, 216 octets
    04000800 0005 0004 01ca 03aa 09040000 ce0e0000 // version, 1280 x 1024, colour depth, SAS sequence, keyboard layout, build 3790
    45004c0054004f004e0053002d00440045005600320000000000000000000000 // client name ELTONS-DEV2
    04000000 00000000 0c000000 // keyboard
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 // imeFileName
    00000000000000000000000000000000
    01ca 0100 00000000 1800 0700 0100 // colour depths, product id, serial number, early capability flags
    360039003700310032002d003700380033002d0030003300350037003900370034002d00340032003700310034000000 // clientDigProductId 69712-783-0357974-42714
    00000000000000000000000000000000
    00 00 00000000 // connection type, padding, server selected protocol
    04c0 0c00 0d000000 00000000 // CS_CLUSTER
    02c0 0c00 1b000000 00000000 // CS_SECURITY
    03c0 2c00 03000000 // CS_NET, three channels
    7264706472000000 00008080 // rdpdr
    636c697072647200 0000a0c0 // cliprdr
    726470736e640000 000000c0 // rdpsnd`;
export const initialOfMstscValue: ConnectInitial = {
  callingDomainSelector: Uint8Array.of(1),
  calledDomainSelector: Uint8Array.of(1),
  upwardFlag: true,
  targetParameters: {
    maxChannelIds: 34,
    maxUserIds: 2,
    maxTokenIds: 0,
    numPriorities: 1,
    minThroughput: 0,
    maxHeight: 1,
    maxMcsPduSize: 65535,
    protocolVersion: 2,
  },
  minimumParameters: {
    maxChannelIds: 1,
    maxUserIds: 1,
    maxTokenIds: 1,
    numPriorities: 1,
    minThroughput: 0,
    maxHeight: 1,
    maxMcsPduSize: 1056,
    protocolVersion: 2,
  },
  maximumParameters: {
    maxChannelIds: 65535,
    maxUserIds: 64535,
    maxTokenIds: 65535,
    numPriorities: 1,
    minThroughput: 0,
    maxHeight: 1,
    maxMcsPduSize: 65535,
    protocolVersion: 2,
  },
  conference: {
    conferenceName: '1',
    blocks: [
      {
        kind: 'core',
        value: {
          version: 0x00080004,
          desktopWidth: 1280,
          desktopHeight: 1024,
          colorDepth: 0xca01,
          sasSequence: 0xaa03,
          keyboardLayout: 0x409,
          clientBuild: 3790,
          clientName: 'ELTONS-DEV2',
          keyboardType: 4,
          keyboardSubType: 0,
          keyboardFunctionKey: 12,
          imeFileName: '',
          postBeta2ColorDepth: 0xca01,
          clientProductId: 1,
          serialNumber: 0,
          highColorDepth: 24,
          supportedColorDepths: 7,
          earlyCapabilityFlags: 1,
          clientDigProductId: '69712-783-0357974-42714',
          connectionType: 0,
          pad1octet: 0,
          serverSelectedProtocol: 0,
        },
      },
      { kind: 'cluster', value: { flags: 13, redirectedSessionId: 0 } },
      { kind: 'security', value: { encryptionMethods: 0x1b, extEncryptionMethods: 0 } },
      {
        kind: 'network',
        value: {
          channels: [
            { name: 'rdpdr', options: 0x80800000 },
            { name: 'cliprdr', options: 0xc0a00000 },
            { name: 'rdpsnd', options: 0xc0000000 },
          ],
        },
      },
    ],
  },
};

/** [MS-RDPBCGR] 4.1.4: the answer of a Windows Server 2003. */
export const responseOfWindows = `
    03000151 02f080 // TPKT, data TPDU
    7f66 820145 // Connect-Response, 325 octets
    0a0100 020100 // rt-successful, called connect id
    301a 020122 020103 020100 020101 020100 020101 020300fff8 020102 // domain parameters
    0482011f // user data, 287 octets
    00 0500147c0001 2a // T.124 key; connectPDU with the false length 0x2a
    14 760a 0101 00 01c0 // conferenceCreateResponse, node 31219, tag 1, success, one set of user data
    00 4d63446e 8108 // h221NonStandard, "McDn", 264 octets
    010c 0c00 04000800 00000000 // SC_CORE
    030c 1000 eb03 0300 ec03 ed03 ee03 0000 // SC_NET: I/O channel 1003; 1004, 1005, 1006; padding
    020c ec00 02000000 02000000 // SC_SECURITY: 128 bit, client compatible
    20000000 b8000000 1011772030610a12e434a11ef2c39f317da45f01893496e0ff1108697f1ac3d2 // lengths of random and certificate, random
    01000000010000000100000006005c005253413148000000000200003f00000001000100cb81feba6d61c35505d55f2e // certificate
    87f87194d6f1a5cbf15f0c3df8700296c4fb9bc83c2d55aee8ff3275ea6879e5a201fd31a0b11f55a61fc1f6d1838863
    265612bc000000000000000008004800e9e1d628468b4ef50adffdee2199acb4e18f5f815782ef9d965263271829dbb3
    4afd9ada42adb56921890e1dc04c1aa8aa713e0f54b99ae499683f6cd67684610000000000000000`;
export const responseOfWindowsValue: ConnectResponse = {
  result: 0,
  calledConnectId: 0,
  domainParameters: {
    maxChannelIds: 34,
    maxUserIds: 3,
    maxTokenIds: 0,
    numPriorities: 1,
    minThroughput: 0,
    maxHeight: 1,
    maxMcsPduSize: 65528,
    protocolVersion: 2,
  },
  conference: {
    nodeId: 31219,
    tag: 1,
    result: 0,
    blocks: [
      { kind: 'core', value: { version: 0x00080004, clientRequestedProtocols: 0 } },
      { kind: 'network', value: { ioChannelId: 1003, channelIds: [1004, 1005, 1006] } },
      // Random and certificate, with their lengths: the end of the PDU.
      { kind: 'security', value: { encryptionMethod: 2, encryptionLevel: 2, trailing: bytes(responseOfWindows).subarray(-224) } },
    ],
  },
};
