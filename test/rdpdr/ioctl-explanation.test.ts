import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { corePdu } from '../../src/rdpdr/core-pdu.ts';
import { controlRequest, controlResponse, ioStatus, majorFunction } from '../../src/rdpdr/device-io.ts';
import { INFINITE } from '../../src/rdpdr/esc-call.ts';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { NOTHING, readerState } from '../../src/rdpdr/esc-return.ts';
import { writeReturn } from '../../src/rdpdr/esc-return-codec.ts';
import { IoctlExplanation, isCorePdu, pduLine } from '../../src/rdpdr/ioctl-explanation.ts';
import { encode } from '../../src/wire/codec.ts';
import * as esc from '../vectors/rdpdr/esc-calls.ts';
import * as handshake from '../vectors/rdpdr/handshake.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { mutated, property, same } from '../wire/property.ts';

const context = Uint8Array.of(1, 0, 0, 0);
const card = Uint8Array.of(7, 0, 0, 0);
const handles = { context, card };
const request = (completionId: number, ioControlCode: number, input: Uint8Array) =>
  encode(corePdu, {
    kind: 'device-io-request',
    deviceId: 1,
    fileId: 1,
    completionId,
    majorFunction: majorFunction.deviceControl,
    minorFunction: 0,
    parameters: encode(controlRequest, { outputBufferLength: 2048, ioControlCode, input }),
  });
const asks = (completionId: number, call: Parameters<typeof writeCall>[0]) => {
  const { ioctl, input } = writeCall(call);
  return request(completionId, ioctl, input);
};
const completes = (completionId: number, results: Uint8Array, status: number = ioStatus.success) =>
  encode(corePdu, { kind: 'device-io-completion', deviceId: 1, completionId, ioStatus: status, results });
const answers = (completionId: number, answer: Parameters<typeof writeReturn>[0]) =>
  completes(completionId, encode(controlResponse, { output: writeReturn(answer) }));
const told = (...messages: readonly Uint8Array[]) => {
  const explanation = new IoctlExplanation();
  return messages.map((message) => pduLine(explanation.explain(message)));
};
const transmit = (completionId: number, apdu: string) =>
  asks(completionId, {
    kind: 'transmit',
    ...handles,
    sendPci: { protocol: 2, extra: new Uint8Array() },
    send: bytes(apdu),
    receiveIsNull: false,
    receiveLength: 258,
  });
const transmitted = (completionId: number, answer: string) =>
  answers(completionId, { kind: 'transmit', returnCode: 0, data: bytes(answer) });

describe('captured messages of the device redirection channel', () => {
  it('are told by their names', () => {
    const messages = [handshake.serverAnnounce, handshake.serverCapability, handshake.clientIdConfirm].map(bytes);
    expect(told(...messages)).toEqual([
      '> server-announce: version 1.13, client 3',
      '> server-capability',
      '> client-id-confirm: version 1.13, client 3',
    ]);
    expect(messages.every(isCorePdu)).toBe(true);
  });
  it('are told with what was asked and answered', () => {
    const reader = 'Mayfly 0';
    const state = { reader, currentState: readerState.present, eventState: 0, atr: new Uint8Array() };
    expect(
      told(
        asks(3, { kind: 'get-status-change', wide: true, context, timeout: INFINITE, states: [state] }),
        asks(4, { kind: 'cancel', context }),
        answers(3, { kind: 'get-status-change', returnCode: scardCode.cancelled, states: [] }),
        answers(4, { kind: 'long', returnCode: 0 }),
        asks(5, { kind: 'list-readers', wide: true, context, groups: undefined, readersIsNull: false, length: 0xffff_ffff }),
        answers(5, { kind: 'list-readers', returnCode: scardCode.noReadersAvailable, readers: NOTHING }),
      ),
    ).toEqual([
      '> GETSTATUSCHANGEW: device 1, completion 3, room for 2048, context 01000000, no time limit, readers "Mayfly 0" is present',
      '> CANCEL: device 1, completion 4, room for 2048, context 01000000',
      '< GETSTATUSCHANGEW: device 1, completion 3, SCARD_E_CANCELLED, a Cancel call ended it',
      '< CANCEL: device 1, completion 4, SCARD_S_SUCCESS',
      '> LISTREADERSW: device 1, completion 5, room for 2048, context 01000000, groups none, any length',
      '< LISTREADERSW: device 1, completion 5, SCARD_E_NO_READERS_AVAILABLE, there is no reader at all',
    ]);
  });
  it('are told with the APDUs in them, and without the PIN', () => {
    const lines = told(
      transmit(1, '00 20 00 80 08 3132333435363738'),
      transmitted(1, '63c2'),
      transmit(2, '00 cb 3f ff 05 5c035fc10a 00'),
      transmitted(2, '6a82'),
    );
    expect(lines.map((line) => line.replace(/device 1.*card 07000000, /, ''))).toEqual([
      '> TRANSMIT: VERIFY: application PIN, 8 octets, not shown',
      '< TRANSMIT: device 1, completion 1, SCARD_S_SUCCESS, VERIFY: 63c2, the PIN is wrong, 2 tries left',
      '> TRANSMIT: GET DATA: 5fc10a, certificate for digital signature',
      '< TRANSMIT: device 1, completion 2, SCARD_S_SUCCESS, GET DATA: 6a82, there is no such application or object',
    ]);
  });
  it('are told where they are malformed, unknown or of nothing that was seen', () => {
    expect(
      told(
        bytes('7244 5249 01'),
        request(1, 0x9_00d0, bytes('01 10 0800')),
        request(2, 0x9_fffc, bytes('00')),
        completes(9, new Uint8Array()),
        completes(1, new Uint8Array(), ioStatus.unsuccessful),
        bytes('5250 4350 0000'),
      ),
    ).toEqual([
      expect.stringMatching(/^> device redirection: 5 octets \(malformed: device-io-request/),
      expect.stringMatching(/^> TRANSMIT: device 1, completion 1 \(malformed: /),
      '> control code 0x9fffc: device 1, completion 2, room for 2048, 1 octet',
      '< completion of what was not seen: device 1, completion 9',
      '< TRANSMIT: device 1, completion 1, 0xc0000001 unsuccessful',
      '< other: component 0x5052, packet 0x5043, 2 octets',
    ]);
  });
  it.each(Object.keys(esc.windows))("tells Windows' %s", (name) => {
    const input = bytes(esc.windows[name as keyof typeof esc.windows]);
    const kinds: Readonly<Record<string, number>> = {
      establishContext: 0x9_0014,
      releaseContext: 0x9_0018,
      listReadersOfGroup: 0x9_002c,
      listReaders: 0x9_002c,
      getStatusChange: 0x9_00a4,
      connect: 0x9_00b0,
      beginTransaction: 0x9_00bc,
      status: 0x9_00cc,
      transmit: 0x9_00d0,
      control: 0x9_00d4,
    };
    const [line = ''] = told(request(1, kinds[name] ?? 0, input));
    expect(line).not.toContain('malformed');
    expect(line).toMatch(/^> [A-Z]+: device 1, completion 1, room for 2048, (scope system|context 0[1-9a-f]000000)/);
  });
});

const message = mutated(
  fc.constantFrom(
    request(1, 0x9_00a4, bytes(esc.windows.getStatusChange)),
    request(1, 0x9_00d0, bytes(esc.windows.transmit)),
    transmitted(1, '6a82'),
    bytes(handshake.serverCapability),
    answers(1, { kind: 'list-readers', returnCode: 0, readers: bytes('4d0000000000') }),
  ),
);
property('whatever was captured is told, in a line of printable signs', fc.array(message, { maxLength: 4 }), (all) => {
  for (const line of told(...all)) same(/^[\x20-\x7e]{1,4000}$/.test(line), true, line);
});
