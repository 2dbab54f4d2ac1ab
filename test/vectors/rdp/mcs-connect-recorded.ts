import type { ConnectInitial, ConnectResponse } from '../../../src/rdp/mcs-connect.ts';
import { initialOfMstscValue, responseOfWindowsValue } from './mcs-connect.ts';

/** xfreerdp 2.11.7 of Debian 12, to a host that had selected TLS. */
export const initialOfXfreerdp = `
  030001d3 02f080 // TPKT, data TPDU
  7f65 8201c7 // Connect-Initial, 455 octets
  040101 040101 0101ff // calling and called domain selector, upward flag
  301a 020122 020102 020100 020101 020100 020101 020300ffff 020102 // target parameters
  3019 020101 020101 020101 020101 020100 020101 02020420 020102 // minimum parameters
  3020 020300ffff 020300fc17 020300ffff 020101 020100 020101 020300ffff 020102 // maximum parameters
  04820161 // user data, 353 octets
  00 0500147c0001 8158 // T.124 key; connectPDU, 344 octets
  0008 0010 00 01c0 // conferenceCreateRequest, name "1", one set of user data
  00 44756361 814a // h221NonStandard, "Duca", 330 octets
  01c0 ea00 // CS_CORE, 234 octets
  0c000800 2003 5802 01ca 03aa 09040000 bb470000 // version, 800 x 600, colour depth, SAS sequence, keyboard layout, build 18363
  76006d0000000000000000000000000000000000000000000000000000000000 // client name vm
  04000000 00000000 0c000000 // keyboard
  000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 // imeFileName
  00000000000000000000000000000000
  01ca 0100 00000000 1800 0f00 e305 // colour depths, product id, serial number, early capability flags
  000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 // clientDigProductId
  00000000000000000000000000000000
  07 00 01000000 // connection type, padding, server selected protocol
  00000000 00000000 0000 00000000 00000000 // physical size, orientation, scale factors
  04c0 0c00 0d000000 00000000 // CS_CLUSTER
  02c0 0c00 00000000 00000000 // CS_SECURITY
  03c0 3800 04000000 // CS_NET, four channels
  7264706472000000 000080c0 // rdpdr
  726470736e640000 000000c0 // rdpsnd
  636c697072647200 0000a0c0 // cliprdr
  647264796e766300 000080c0 // drdynvc
  06c0 0800 00000000 // CS_MCS_MSGCHANNEL
  0ac0 0800 00000000 // CS_MULTITRANSPORT`;
export const initialOfXfreerdpValue: ConnectInitial = {
  ...initialOfMstscValue,
  conference: {
    conferenceName: '1',
    blocks: [
      {
        kind: 'core',
        value: {
          version: 0x0008000c,
          desktopWidth: 800,
          desktopHeight: 600,
          colorDepth: 0xca01,
          sasSequence: 0xaa03,
          keyboardLayout: 0x409,
          clientBuild: 18363,
          clientName: 'vm',
          keyboardType: 4,
          keyboardSubType: 0,
          keyboardFunctionKey: 12,
          imeFileName: '',
          postBeta2ColorDepth: 0xca01,
          clientProductId: 1,
          serialNumber: 0,
          highColorDepth: 24,
          supportedColorDepths: 15,
          earlyCapabilityFlags: 0x05e3,
          clientDigProductId: '',
          connectionType: 7,
          pad1octet: 0,
          serverSelectedProtocol: 1,
          desktopPhysicalWidth: 0,
          desktopPhysicalHeight: 0,
          desktopOrientation: 0,
          desktopScaleFactor: 0,
          deviceScaleFactor: 0,
        },
      },
      { kind: 'cluster', value: { flags: 13, redirectedSessionId: 0 } },
      { kind: 'security', value: { encryptionMethods: 0, extEncryptionMethods: 0 } },
      {
        kind: 'network',
        value: {
          channels: [
            { name: 'rdpdr', options: 0xc0800000 },
            { name: 'rdpsnd', options: 0xc0000000 },
            { name: 'cliprdr', options: 0xc0a00000 },
            { name: 'drdynvc', options: 0xc0800000 },
          ],
        },
      },
      { kind: 'messageChannel', value: { flags: 0 } },
      { kind: 'multitransport', value: { flags: 0 } },
    ],
  },
};

const network = { kind: 'network', value: { ioChannelId: 1003, channelIds: [1004, 1005, 1006] } } as const;
const security = { kind: 'security', value: { encryptionMethod: 0, encryptionLevel: 0 } } as const;
const conference = { nodeId: 31219, tag: 1, result: 0 };
/** xrdp 0.9.21.1 of Debian 12, to an offer of TLS and three channels. */
export const responseOfXrdp = `
  0300006d 02f080 // TPKT, data TPDU
  7f66 63 // Connect-Response
  0a0100 020100 // rt-successful, called connect id
  301a 020116 020103 020100 020101 020100 020101 020300fff8 020102 // domain parameters
  043f // user data
  00 0500147c0001 2a // T.124 key; connectPDU with the false length 0x2a
  14 760a 0101 00 01c0 // conferenceCreateResponse, node 31219, tag 1, success, one set of user data
  00 4d63446e 8028 // h221NonStandard, "McDn", a length of two octets for 40
  010c 0c00 04000800 01000000 // SC_CORE
  030c 1000 eb03 0300 ec03 ed03 ee03 0000 // SC_NET: I/O channel 1003; 1004, 1005, 1006; padding
  020c 0c00 00000000 00000000 // SC_SECURITY`;
export const responseOfXrdpValue: ConnectResponse = {
  ...responseOfWindowsValue,
  domainParameters: { ...responseOfWindowsValue.domainParameters, maxChannelIds: 22 },
  conference: {
    ...conference,
    blocks: [{ kind: 'core', value: { version: 0x00080004, clientRequestedProtocols: 1 } }, network, security],
  },
};
/** freerdp-shadow-cli 2.11.7 of Debian 12, to the same offer. */
export const responseOfShadow = `
  03000076 02f080 // TPKT, data TPDU
  7f66 6c // Connect-Response
  0a0100 020100 // rt-successful, called connect id
  301a 020122 020103 020100 020101 020100 020101 020300fff8 020102 // domain parameters
  0448 // user data
  00 0500147c0001 2a // T.124 key; connectPDU with the false length 0x2a
  14 760a 0101 00 01c0 // conferenceCreateResponse, node 31219, tag 1, success, one set of user data
  00 4d63446e 32 // h221NonStandard, "McDn"
  010c 1000 04000800 01000000 00000000 // SC_CORE
  030c 1000 eb03 0300 ec03 ed03 ee03 0000 // SC_NET: I/O channel 1003; 1004, 1005, 1006; padding
  020c 0c00 00000000 00000000 // SC_SECURITY
  040c 0600 ef03 // SC_MCS_MSGCHANNEL 1007`;
export const responseOfShadowValue: ConnectResponse = {
  ...responseOfWindowsValue,
  conference: {
    ...conference,
    blocks: [
      { kind: 'core', value: { version: 0x00080004, clientRequestedProtocols: 1, earlyCapabilityFlags: 0 } },
      network,
      security,
      { kind: 'messageChannel', value: { channelId: 1007 } },
    ],
  },
};
