import type { ConnectionConfirm, ConnectionRequest } from '../../../src/rdp/negotiation.ts';

export interface RequestVector {
  readonly what: string;
  readonly source: string;
  readonly bytes: string;
  readonly request: ConnectionRequest;
}
const plain = { destination: 0, source: 0, classOption: 0 };
export const requestVectors: readonly RequestVector[] = [
  {
    what: 'cookie, and nothing but standard RDP security offered',
    source: '[MS-RDPBCGR] 4.1.1',
    bytes: `0300002c 27 e0 0000 0000 00 // TPKT; LI 39, connection request
      436f6f6b69653a206d737473686173683d 656c746f6e73 0d0a // Cookie: mstshash=eltons
      01 00 0800 00000000 // RDP_NEG_REQ: no flags, PROTOCOL_RDP`,
    request: { ...plain, cookie: 'eltons', negotiation: { flags: 0, protocols: 0 } },
  },
  {
    what: 'no line; TLS offered',
    source: 'sent to xrdp 0.9.21.1 and freerdp-shadow 2.11.7, which accept it',
    bytes: '03000013 0e e0 0000 0000 00 01 00 0800 01000000',
    request: { ...plain, negotiation: { flags: 0, protocols: 1 } },
  },
  {
    what: 'cookie of rdesktop; TLS and CredSSP offered',
    source: 'rdesktop, as wallix/redemption recorded it in tests/includes/fixtures/trace_rdesktop_client.hpp',
    bytes: '0300002b 26 e0 0000 0000 00 436f6f6b69653a206d737473686173683d727a686f750d0a 01 00 0800 03000000',
    request: { ...plain, cookie: 'rzhou', negotiation: { flags: 0, protocols: 3 } },
  },
  {
    what: 'routing token of a load balancer, which also begins with "Cookie:", from a client without negotiation',
    source: 'made by hand after [MS-RDPBCGR] 2.2.1.1; the token has the form that 3.2.5.3.1 refers to',
    bytes: `0300002f 2a e0 0000 0000 00
      436f6f6b69653a206d7374733d 333634303230353232382e31353632392e30303030 0d0a`,
    request: { ...plain, routingToken: 'Cookie: msts=3640205228.15629.0000' },
  },
  {
    what: 'correlation info',
    source: 'made by hand after [MS-RDPBCGR] 2.2.1.1.2',
    bytes: `03000037 32 e0 0000 0000 00
      01 08 0800 0b000000 // CORRELATION_INFO_PRESENT; SSL, HYBRID, HYBRID_EX
      06 00 2400 0102030405060708090a0b0c0e0f1011 00000000000000000000000000000000`,
    request: {
      ...plain,
      negotiation: { flags: 8, protocols: 11 },
      correlation: { correlationId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17) },
    },
  },
];
export interface ConfirmVector {
  readonly what: string;
  readonly source: string;
  readonly bytes: string;
  readonly confirm: ConnectionConfirm;
}
export const confirmVectors: readonly ConfirmVector[] = [
  {
    what: 'standard RDP security selected',
    source: '[MS-RDPBCGR] 4.1.2',
    bytes: '03000013 0e d0 0000 1234 00 02 00 0800 00000000',
    confirm: { ...plain, source: 0x1234, answer: { kind: 'response', flags: 0, protocol: 0 } },
  },
  {
    what: 'TLS selected, extended client data supported',
    source: 'xrdp 0.9.21.1',
    bytes: '03000013 0e d0 0000 1234 00 02 01 0800 01000000',
    confirm: { ...plain, source: 0x1234, answer: { kind: 'response', flags: 1, protocol: 1 } },
  },
  {
    what: 'no answer at all: standard RDP security only',
    source: 'wallix/redemption without TLS, same recording as the request of rdesktop',
    bytes: '0300000b 06 d0 0000 0000 00',
    confirm: plain,
  },
  {
    what: 'failure: SSL_REQUIRED_BY_SERVER, to an offer of CredSSP alone',
    source: 'xrdp 0.9.21.1',
    bytes: '03000013 0e d0 0000 1234 00 03 00 0800 01000000',
    confirm: { ...plain, source: 0x1234, answer: { kind: 'failure', flags: 0, code: 1 } },
  },
  {
    what: 'failure: HYBRID_REQUIRED_BY_SERVER',
    source: 'made by hand after [MS-RDPBCGR] 2.2.1.2.2; xfreerdp 2.11.7 reads it so',
    bytes: '03000013 0e d0 0000 0000 00 03 00 0800 05000000',
    confirm: { ...plain, answer: { kind: 'failure', flags: 0, code: 5 } },
  },
];
