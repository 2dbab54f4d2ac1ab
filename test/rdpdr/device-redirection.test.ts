import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { type CorePdu, corePdu } from '../../src/rdpdr/core-pdu.ts';
import { controlRequest, controlResponse, ioStatus, majorFunction } from '../../src/rdpdr/device-io.ts';
import { DeviceRedirection } from '../../src/rdpdr/device-redirection.ts';
import type { EscCall } from '../../src/rdpdr/esc-call.ts';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { readReturn } from '../../src/rdpdr/esc-return-codec.ts';
import type { RedirectionEvent } from '../../src/rdpdr/redirection-event.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { none, pnp, readerAtHand, settled, usual } from './reader-at-hand.ts';

const announce: CorePdu = { kind: 'server-announce', versionMajor: 1, versionMinor: 13, clientId: 7 };
const confirm: CorePdu = { kind: 'client-id-confirm', versionMajor: 1, versionMinor: 12, clientId: 7 };
const capability: CorePdu = { kind: 'server-capability', capabilities: [] };
const handshake = [announce, capability, confirm];

function atHand() {
  const { reader, card } = readerAtHand();
  const sent: CorePdu[] = [];
  const events: RedirectionEvent[] = [];
  const redirection = new DeviceRedirection({
    computerName: 'mayfly',
    reader,
    send: (message) => void sent.push(decode(corePdu, message)),
    events: (event) => void events.push(event),
  });
  const hear = async (...pdus: readonly CorePdu[]) => {
    for (const pdu of pdus) redirection.receive(encode(corePdu, pdu));
    await settled();
    return sent.splice(0);
  };
  const asks = (call: EscCall, outputBufferLength = 2048, completionId = 3): CorePdu => {
    const { ioctl: ioControlCode, input } = writeCall(call);
    const parameters = encode(controlRequest, { outputBufferLength, ioControlCode, input });
    const to = { deviceId: 1, fileId: 1, minorFunction: 0, majorFunction: majorFunction.deviceControl };
    return { kind: 'device-io-request', ...to, completionId, parameters };
  };
  /** IoStatus and, where there is a reply, its return code. */
  const asked = async (call: EscCall, room?: number) => {
    const [completion] = await hear(asks(call, room));
    if (completion?.kind !== 'device-io-completion') throw new Error('not completed');
    if (completion.ioStatus !== ioStatus.success) return completion.ioStatus;
    return readReturn(writeCall(call).ioctl, decode(controlResponse, completion.results).output);
  };
  const connected = async () => {
    const established = await asked({ kind: 'establish-context', scope: 0 });
    if (typeof established === 'number' || established.kind !== 'establish-context') throw new Error('no context');
    const { context } = established;
    const reply = await asked({ kind: 'connect', context, ...usual.connect });
    if (typeof reply === 'number' || reply.kind !== 'connect') throw new Error('no card');
    return { context, card: reply.card };
  };
  return { redirection, reader, card, events, hear, asks, asked, connected };
}
const kinds = (pdus: readonly CorePdu[]) => pdus.map(({ kind }) => kind);

describe('the handshake', () => {
  it.each([
    ['capabilities first', [announce, capability, confirm]],
    ['the id first', [announce, confirm, capability]],
    ['somebody logged on before either, as xrdp says it', [announce, { kind: 'user-logged-on' }, capability, confirm]],
  ] as const)('%s: ends in one smart card', async (_, pdus) => {
    const said = await atHand().hear(...pdus);
    expect(kinds(said)).toEqual(['client-id-confirm', 'client-name', 'client-capability', 'device-list-announce']);
    expect(said.at(-1)).toMatchObject({ devices: [{ deviceType: 0x20, deviceId: 1 }] });
  });
  it('has the id of the server, or one of its own where the server has none', async () => {
    const { hear } = atHand();
    expect((await hear(announce))[0]).toMatchObject({ versionMinor: 12, clientId: 7 });
    expect((await hear({ ...announce, versionMinor: 5 }))[0]).toMatchObject({ clientId: 1 });
  });
  it('begins anew whenever the server does: same device, and nothing of what was open', async () => {
    const { hear, asks, connected, reader, card } = atHand();
    await hear(...handshake);
    const { context } = await connected();
    const states = [{ reader: pnp, currentState: 0, eventState: 0, atr: none }];
    await hear(asks({ kind: 'get-status-change', wide: true, context, timeout: 0xffff_ffff, states }, 2048, 5));
    const said = await hear(...handshake);
    expect(kinds(said)).toEqual(['client-id-confirm', 'client-name', 'client-capability', 'device-list-announce']);
    expect([reader.held, card.done]).toEqual([{ contexts: 0, cards: 0, waits: 0, cached: 0 }, ['reset']]);
  });
  it.each<readonly [string, readonly CorePdu[], CorePdu]>([
    ['capabilities before the announcement', [], capability],
    ['capabilities twice', [announce, capability], capability],
    ['an id twice', [announce, confirm], confirm],
    [
      'a request before the device is listed',
      [announce],
      {
        kind: 'device-io-request',
        deviceId: 1,
        fileId: 0,
        completionId: 0,
        majorFunction: 14,
        minorFunction: 0,
        parameters: none,
      },
    ],
    ['a reply about another device', handshake, { kind: 'device-reply', deviceId: 2, resultCode: 0 }],
    ['what a client says', handshake, { kind: 'device-list-remove', deviceIds: [1] }],
    ['what is of a printer', handshake, { kind: 'other', component: 0x5052, packetId: 1, body: none }],
  ])('%s: is ignored by name', async (_, before, pdu) => {
    const { hear, events } = atHand();
    await hear(...before);
    events.length = 0;
    expect(await hear(pdu)).toEqual([]);
    expect(kinds(events as never)).toEqual(['message-ignored']);
  });
  it('of a device that is refused is told; after the end nothing is said', async () => {
    const { hear, events, redirection } = atHand();
    await hear(...handshake, { kind: 'device-reply', deviceId: 1, resultCode: 0xc000_0001 });
    expect(events.at(-1)).toEqual({ kind: 'device-refused', status: 0xc000_0001 });
    redirection.end();
    expect(await hear(...handshake)).toEqual([]);
  });
});

describe('a request', () => {
  it('to open or close the device is granted; nobody needs it', async () => {
    const { hear } = atHand();
    await hear(...handshake);
    const to = {
      kind: 'device-io-request',
      deviceId: 1,
      fileId: 0,
      completionId: 9,
      minorFunction: 0,
      parameters: none,
    } as const;
    for (const asked of [majorFunction.create, majorFunction.close])
      expect(await hear({ ...to, majorFunction: asked })).toMatchObject([{ completionId: 9, ioStatus: 0 }]);
  });
  it('whose reply finds no room is not done twice when it comes again with more', async () => {
    const { hear, asked, connected, card } = atHand();
    await hear(...handshake);
    const handle = await connected();
    const call = { kind: 'transmit', ...handle, ...usual.transmit } as const;
    expect(await asked(call, 16)).toBe(ioStatus.bufferTooSmall);
    expect(await asked(call, 32)).toBe(ioStatus.bufferTooSmall);
    expect(await asked(call, 2048)).toMatchObject({ returnCode: scardCode.success });
    expect(card.done).toHaveLength(1);
    // The same command later is a new one; and so it is when another came in between.
    expect(await asked(call, 16)).toBe(ioStatus.bufferTooSmall);
    await asked({ ...call, send: Uint8Array.of(1, 2, 3, 4) });
    await asked(call);
    expect(card.done).toHaveLength(4);
  });
  it('for a card handle whose reply finds no room leaves no second handle behind', async () => {
    const { hear, asked, connected, reader } = atHand();
    await hear(...handshake);
    const { context } = await connected();
    const call = { kind: 'connect', context, ...usual.connect } as const;
    expect(await asked(call, 8)).toBe(ioStatus.bufferTooSmall);
    expect(await asked(call)).toMatchObject({ returnCode: scardCode.success });
    expect(reader.held.cards).toBe(2);
  });
});
