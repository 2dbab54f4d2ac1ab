/**
 * What xrdp 0.9.21 of Debian 12 asked of a card of ours on behalf of a program in its session, and what it was content with; recorded on
 * the channel, put together from its chunks. Layouts: [MS-RDPEFS] 2.2.1.4.5, 2.2.1.5.5 and [MS-RDPESC] 2.2.2, 2.2.3. What showed a PIN or
 * a signature is left out.
 */
/** Type serialization, version 1. No comment in it: octets follow on its line. */
export const header = '01100800 cccccccc';
export const padding = '00'.repeat(20);

export interface RecordedExchange {
  readonly name: string;
  /** One message of the host's. */
  readonly request: string;
  /** Messages that answered it, in their order. */
  readonly replies: readonly string[];
}
/** The random parts of the recording: a context and a card handle, in the order in which they were drawn. */
export const drawn = ['d7180848', '95854dc1'];
/** Octets of the certificate that the card had; of its object only the beginning is kept below. */
export const certificateLength = 1834;
export const certificateBegins = '30820726';

export const handshake: readonly RecordedExchange[] = [
  {
    name: 'server announce, version 1.12',
    request: `7244 6e49 01000c00 92fdc62b`,
    replies: [
      `7244 4343 01000c00 92fdc62b` /* announce reply */,
      `7244 4e43 01000000 00000000 0e000000 6d006100 79006600 6c007900 0000` /* client name */,
    ],
  },
  {
    name: 'user logged on, before the capabilities',
    request: `7244 4c55`,
    replies: [],
  },
  {
    name: 'server capabilities',
    request: `7244 5053 05000000 01002c00 02000000 02000000 00000000 01000c00 ffff0000 00000000 07000000 00000000 00000000 02000000 02000800 01000000 03000800 01000000 04000800 02000000 05000800 01000000`,
    replies: [
      `7244 5043 02000000 01002c00 02000000 02000000 00000000 01000c00 ffff0000 00000000 07000000 00000000 00000000 01000000 05000800 01000000`,
    ],
  },
  {
    name: 'client id confirmed',
    request: `7244 4343 01000c00 92fdc62b`,
    replies: [`7244 4144 01000000 20000000 01000000 53434152 44000000 00000000`],
  },
  {
    name: 'the device is taken',
    request: `7244 7264 01000000 00000000`,
    replies: [],
  },
];
export const exchanges: readonly RecordedExchange[] = [
  {
    name: 'ESTABLISHCONTEXT: a context for the system',
    request: `
      7244 5249 01000000 00000000 01000000 // device, file, completion 1
      0e000000 00000000 00080000 18000000 14000900 // room for 2048, 24 octets, ESTABLISHCONTEXT
      ${padding}
      ${header} 08000000 00000000
      02000000 00000000`,
    replies: [
      `
      7244 4349 01000000 01000000 00000000 28000000 // completion 1, success, 40 octets
      ${header} 18000000 00000000
      00000000 04000000 00000200 04000000 d7180848 00000000`,
    ],
  },
  {
    name: 'LISTREADERSW: readers of any group, room for 8192 characters',
    request: `
      7244 5249 01000000 00000000 02000000 // device, file, completion 2
      0e000000 00000000 00080000 30000000 2c000900 // room for 2048, 48 octets, LISTREADERSW
      ${padding}
      ${header} 20000000 00000000
      04000000 00000200 00000000 00000000 00000000 00200000
      04000000 d7180848`,
    replies: [
      `
      7244 4349 01000000 02000000 00000000 48000000 // completion 2, success, 72 octets
      ${header} 38000000 00000000
      00000000 22000000 00000200 22000000 4d006100 79006600
      6c007900 20005200 65006100 64006500 72002000 30000000
      00000000 00000000`,
    ],
  },
  {
    name: 'GETSTATUSCHANGEW: the state of a reader of which nothing is known, at once',
    request: `
      7244 5249 01000000 00000000 03000000 // device, file, completion 3
      0e000000 00000000 00080000 94000000 a4000900 // room for 2048, 148 octets, GETSTATUSCHANGEW
      ${padding}
      ${header} 84000000 00000000
      04000000 00000200 00000000 01000000 04000200 04000000
      d7180848 01000000 08000200 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 11000000 00000000 11000000
      4d006100 79006600 6c007900 20005200 65006100 64006500
      72002000 30000000 00000000`,
    replies: [
      `
      7244 4349 01000000 03000000 00000000 50000000 // completion 3, success, 80 octets
      ${header} 40000000 00000000
      00000000 01000000 00000200 01000000 00000000 22000000
      0a000000 3b86014d 4159464c 59810000 00000000 00000000
      00000000 00000000 00000000 00000000`,
    ],
  },
  {
    name: 'CONNECTW: connect, shared, T=0 or T=1',
    request: `
      7244 5249 01000000 00000000 04000000 // device, file, completion 4
      0e000000 00000000 00080000 60000000 b0000900 // room for 2048, 96 octets, CONNECTW
      ${padding}
      ${header} 50000000 00000000
      00000200 04000000 04000200 02000000 03000000 11000000
      00000000 11000000 4d006100 79006600 6c007900 20005200
      65006100 64006500 72002000 30000000 00000000 04000000
      d7180848 00000000`,
    replies: [
      `
      7244 4349 01000000 04000000 00000000 30000000 // completion 4, success, 48 octets
      ${header} 20000000 00000000
      00000000 00000000 00000000 04000000 00000200 02000000
      04000000 95854dc1`,
    ],
  },
  {
    name: 'STATUSW: status; there is no buffer, and it has 100 characters',
    request: `
      7244 5249 01000000 00000000 05000000 // device, file, completion 5
      0e000000 00000000 00080000 40000000 cc000900 // room for 2048, 64 octets, STATUSW
      ${padding}
      ${header} 30000000 00000000
      04000000 00000200 04000000 04000200 01000000 64000000
      24000000 04000000 d7180848 04000000 95854dc1 00000000`,
    replies: [
      `
      7244 4349 01000000 05000000 00000000 70000000 // completion 5, success, 112 octets
      ${header} 60000000 00000000
      00000000 22000000 00000200 06000000 02000000 3b86014d
      4159464c 59810000 00000000 00000000 00000000 00000000
      00000000 0a000000 22000000 4d006100 79006600 6c007900
      20005200 65006100 64006500 72002000 30000000 00000000`,
    ],
  },
  {
    name: 'CONTROL: control: which features has the reader',
    request: `
      7244 5249 01000000 00000000 06000000 // device, file, completion 6
      0e000000 00000000 00080000 48000000 d4000900 // room for 2048, 72 octets, CONTROL
      ${padding}
      ${header} 38000000 00000000
      04000000 00000200 04000000 04000200 20353100 00000000
      00000000 00000000 00010000 04000000 d7180848 04000000
      95854dc1 00000000`,
    replies: [
      `
      7244 4349 01000000 06000000 00000000 20000000 // completion 6, success, 32 octets
      ${header} 10000000 00000000
      00000000 00000000 00000200 00000000`,
    ],
  },
  {
    name: 'BEGINTRANSACTION: transaction, begun',
    request: `
      7244 5249 01000000 00000000 07000000 // device, file, completion 7
      0e000000 00000000 00080000 38000000 bc000900 // room for 2048, 56 octets, BEGINTRANSACTION
      ${padding}
      ${header} 28000000 00000000
      04000000 00000200 04000000 04000200 00000000 04000000
      d7180848 04000000 95854dc1 00000000`,
    replies: [
      `
      7244 4349 01000000 07000000 00000000 18000000 // completion 7, success, 24 octets
      ${header} 08000000 00000000
      00000000 00000000`,
    ],
  },
  {
    name: 'TRANSMIT: SELECT PIV',
    request: `
      7244 5249 01000000 00000000 08000000 // device, file, completion 8
      0e000000 00000000 00080000 64000000 d0000900 // room for 2048, 100 octets, TRANSMIT
      ${padding}
      ${header} 54000000 00000000
      04000000 00000200 04000000 04000200 02000000 00000000
      00000000 0e000000 08000200 00000000 00000000 02010000
      04000000 d7180848 04000000 95854dc1 0e000000 00a40400
      09a00000 03080000 10000000`,
    replies: [
      `
      7244 4349 01000000 08000000 00000000 50000000 // completion 8, success, 80 octets
      ${header} 40000000 00000000
      00000000 00000000 25000000 00000200 25000000 61214f06
      00001000 01007907 4f05a000 00030850 064d6179 666c79ac
      06800107 06010090 00000000 00000000`,
    ],
  },
  {
    name: 'TRANSMIT: GET DATA 5FC105, the whole object at once',
    request: `
      7244 5249 01000000 00000000 09000000 // device, file, completion 9
      0e000000 00000000 00080000 64000000 d0000900 // room for 2048, 100 octets, TRANSMIT
      ${padding}
      ${header} 54000000 00000000
      04000000 00000200 04000000 04000200 02000000 00000000
      00000000 0e000000 08000200 00000000 00000000 401f0000
      04000000 d7180848 04000000 95854dc1 0e000000 00cb3fff
      0000055c 035fc105 00000000`,
    replies: [
      `
      7244 4349 01000000 09000000 00000000 60070000 // completion 9, success, 1888 octets
      ${header} 50070000 00000000
      00000000 00000000 39070000 00000200 39070000 53820733
      7082072a 30820726`,
    ],
  },
  {
    name: 'ENDTRANSACTION: transaction, ended',
    request: `
      7244 5249 01000000 00000000 0f000000 // device, file, completion 15
      0e000000 00000000 00080000 38000000 c0000900 // room for 2048, 56 octets, ENDTRANSACTION
      ${padding}
      ${header} 28000000 00000000
      04000000 00000200 04000000 04000200 00000000 04000000
      d7180848 04000000 95854dc1 00000000`,
    replies: [
      `
      7244 4349 01000000 0f000000 00000000 18000000 // completion 15, success, 24 octets
      ${header} 08000000 00000000
      00000000 00000000`,
    ],
  },
  {
    name: 'GETSTATUSCHANGEW: state, until it is another: parked',
    request: `
      7244 5249 01000000 00000000 10000000 // device, file, completion 16
      0e000000 00000000 00080000 94000000 a4000900 // room for 2048, 148 octets, GETSTATUSCHANGEW
      ${padding}
      ${header} 84000000 00000000
      04000000 00000200 ffffffff 01000000 04000200 04000000
      d7180848 01000000 08000200 20000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 11000000 00000000 11000000
      4d006100 79006600 6c007900 20005200 65006100 64006500
      72002000 30000000 00000000`,
    replies: [],
  },
  {
    name: 'CANCEL: cancel: the parked call first, then this one',
    request: `
      7244 5249 01000000 00000000 13000000 // device, file, completion 19
      0e000000 00000000 00080000 20000000 a8000900 // room for 2048, 32 octets, CANCEL
      ${padding}
      ${header} 10000000 00000000
      04000000 00000200 04000000 d7180848`,
    replies: [
      `
      7244 4349 01000000 10000000 00000000 20000000 // completion 16, success, 32 octets
      ${header} 10000000 00000000
      02001080 00000000 00000000 00000000`,
      `
      7244 4349 01000000 13000000 00000000 18000000 // completion 19, success, 24 octets
      ${header} 08000000 00000000
      00000000 00000000`,
    ],
  },
  {
    name: 'DISCONNECT: disconnect, the card left as it is',
    request: `
      7244 5249 01000000 00000000 15000000 // device, file, completion 21
      0e000000 00000000 00080000 38000000 b8000900 // room for 2048, 56 octets, DISCONNECT
      ${padding}
      ${header} 28000000 00000000
      04000000 00000200 04000000 04000200 00000000 04000000
      d7180848 04000000 95854dc1 00000000`,
    replies: [
      `
      7244 4349 01000000 15000000 00000000 18000000 // completion 21, success, 24 octets
      ${header} 08000000 00000000
      00000000 00000000`,
    ],
  },
  {
    name: 'RELEASECONTEXT: release of the context',
    request: `
      7244 5249 01000000 00000000 16000000 // device, file, completion 22
      0e000000 00000000 00080000 20000000 18000900 // room for 2048, 32 octets, RELEASECONTEXT
      ${padding}
      ${header} 10000000 00000000
      04000000 00000200 04000000 d7180848`,
    replies: [
      `
      7244 4349 01000000 16000000 00000000 18000000 // completion 22, success, 24 octets
      ${header} 08000000 00000000
      00000000 00000000`,
    ],
  },
];
