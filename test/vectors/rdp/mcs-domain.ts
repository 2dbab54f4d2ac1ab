import type { DomainPdu } from '../../../src/rdp/mcs-domain.ts';
import { bytes } from '../../wire/annotated-hex.ts';

/** A DomainMCSPDU with TPKT and data TPDU, and what it says. */
export interface DomainVector {
  readonly what: string;
  readonly source: string;
  readonly bytes: string;
  readonly pdu: DomainPdu;
}
/** Standard RDP security: header, length, encrypted client random. */
const securityExchange = `01020000 48000000
  91ac0c8f648c39f4 e7ff0a3b79115c13 512acb728f9db742 2ef7084c8eae5599
  62d28181e466c805 ead473063fc85faf 2afdfcf164b33f0a 151ddb2c109d3011
  0000000000000000`;
/** Encrypted: only its length matters here. */
const licensing = '88020203 8d439aabd52a3139 624dc1ec0d9988e6daab2c02724d4990';

export const domainVectors: readonly DomainVector[] = [
  {
    what: 'erect domain request',
    source: '[MS-RDPBCGR] 4.1.5',
    bytes: `0300000c 02f080 // TPKT, data TPDU
      04 0100 0100 // choice 1, subHeight 0, subInterval 0`,
    pdu: { kind: 'erect-domain-request', subHeight: 0, subInterval: 0 },
  },
  {
    what: 'attach user request',
    source: '[MS-RDPBCGR] 4.1.6',
    bytes: '03000008 02f080 28',
    pdu: { kind: 'attach-user-request' },
  },
  {
    what: 'attach user confirm: user id 1007',
    source: '[MS-RDPBCGR] 4.1.7',
    bytes: '0300000b 02f080 2e 00 0006',
    pdu: { kind: 'attach-user-confirm', result: 0, initiator: 1007 },
  },
  {
    what: 'attach user confirm that says no: rt-too-many-users, four bits over two octets',
    source: 'made by hand after T.125 7 part 5 and X.691 14',
    bytes: `03000009 02f080
      2d a0 // choice 11, no initiator, 1 | 101: 13`,
    pdu: { kind: 'attach-user-confirm', result: 13 },
  },
  {
    what: 'channel join request of user 1007 for its own channel',
    source: '[MS-RDPBCGR] 4.1.8.1.1',
    bytes: '0300000c 02f080 38 0006 03ef',
    pdu: { kind: 'channel-join-request', initiator: 1007, channelId: 1007 },
  },
  {
    what: 'channel join confirm',
    source: '[MS-RDPBCGR] 4.1.8.1.2',
    bytes: `0300000f 02f080
      3e 00 0006 // choice 15 with channelId, rt-successful, initiator 1007
      03ef 03ef // requested, joined`,
    pdu: { kind: 'channel-join-confirm', result: 0, initiator: 1007, requested: 1007, channelId: 1007 },
  },
  {
    what: 'channel join confirm that says no: rt-no-such-channel',
    source: 'made by hand after T.125 7 part 6',
    bytes: '0300000d 02f080 3c 60 0006 04b0',
    pdu: { kind: 'channel-join-confirm', result: 3, initiator: 1007, requested: 1200 },
  },
  {
    what: 'send data request with a security exchange PDU',
    source: '[MS-RDPBCGR] 4.1.9',
    bytes: `0300005e 02f080
      64 0006 03eb 70 50 // initiator 1007, channel 1003, high priority, whole, 80 octets
      ${securityExchange}`,
    pdu: { kind: 'send-data-request', initiator: 1007, channelId: 1003, priority: 1, userData: bytes(securityExchange) },
  },
  {
    what: 'send data indication with a licensing PDU',
    source: '[MS-RDPBCGR] 4.1.11',
    bytes: `0300002a 02f080
      68 0001 03eb 70 1c // initiator 1002, channel 1003, 28 octets
      ${licensing}`,
    pdu: { kind: 'send-data-indication', initiator: 1002, channelId: 1003, priority: 1, userData: bytes(licensing) },
  },
  {
    what: 'disconnect provider ultimatum: rn-user-requested',
    source: '[MS-RDPBCGR] 4.2.3; xrdp 0.9.21.1 sends the same at a log-off',
    bytes: '03000009 02f080 21 80',
    pdu: { kind: 'disconnect-provider-ultimatum', reason: 3 },
  },
];
