import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { ChannelReassembly } from '../../src/rdp/channel-reassembly.ts';
import { channelChunks, MOST_MESSAGE } from '../../src/rdp/channels.ts';
import { domainFrame } from '../../src/rdp/mcs-domain.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { channelFlag, channelPdu } from '../../src/rdp/virtual-channel.ts';
import { CardChannel } from '../../src/rdpdr/card-channel.ts';
import type { ReaderCard } from '../../src/rdpdr/card-connections.ts';
import { type CorePdu, corePdu } from '../../src/rdpdr/core-pdu.ts';
import { controlRequest, controlResponse, majorFunction } from '../../src/rdpdr/device-io.ts';
import type { EscCall } from '../../src/rdpdr/esc-call.ts';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import type { EscReturn } from '../../src/rdpdr/esc-return.ts';
import { readReturn } from '../../src/rdpdr/esc-return-codec.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { ids, RDPDR } from '../rdp/server-says.ts';
import * as xrdp from '../vectors/rdpdr/xrdp.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { atr, countedOctets, HandClock, none, settled, usual } from './reader-at-hand.ts';

/** Octets of a reply that takes two chunks. */
const OBJECT = 1850;

function atHand(transmit: ReaderCard['transmit'] = async () => new Uint8Array(OBJECT)) {
  const writes: Uint8Array[] = [];
  const clock = new HandClock();
  const channel = new CardChannel({
    connected: {
      agreed: { ioChannelId: ids.ioChannelId, channels: [{ name: 'rdpdr', channelId: RDPDR }], skipChannelJoin: false },
      ids,
      session: { chunkLength: 1600 },
    },
    card: { answerToReset: atr, transmit, reset: () => undefined },
    random: countedOctets(),
    after: clock.after,
    computerName: 'mayfly',
    cardHandle: 'without-context',
    write: (octets) => void writes.push(octets),
    events: () => undefined,
  });
  const hear = (message: Uint8Array) => channelChunks(message).map((userData) => channel.receive(RDPDR, userData));
  const handshake = () => xrdp.handshake.map(({ request }) => hear(bytes(request)));
  let completionId = 0;
  const ask = (call: EscCall) => {
    const { ioctl, input } = writeCall(call);
    const parameters = encode(controlRequest, { outputBufferLength: 8192, ioControlCode: ioctl, input });
    const on = { deviceId: 1, fileId: 1, majorFunction: majorFunction.deviceControl, minorFunction: 0 };
    return hear(encode(corePdu, { kind: 'device-io-request', ...on, completionId: completionId++, parameters }));
  };
  return { channel, writes, clock, hear, handshake, ask };
}
/** User data of the PDUs of a write. */
function unitsOf(write: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let rest = write; rest.length > 0; rest = rest.subarray(rdpFrame(rest))) {
    const pdu = decode(domainFrame, rest.subarray(0, rdpFrame(rest)));
    if (pdu.kind !== 'send-data-request' || pdu.channelId !== RDPDR) throw new Error(`not for the channel: ${pdu.kind}`);
    units.push(pdu.userData);
  }
  return units;
}
function messagesOf(writes: readonly Uint8Array[]): CorePdu[] {
  const reassembly = new ChannelReassembly(MOST_MESSAGE);
  return writes.flatMap(unitsOf).flatMap((unit) => {
    const received = reassembly.receive(unit);
    return received.kind === 'message' ? [decode(corePdu, received.message)] : [];
  });
}
/** What the last message answers. */
function answered(writes: readonly Uint8Array[], ioctl: number): EscReturn {
  const last = messagesOf(writes).at(-1);
  if (last?.kind !== 'device-io-completion') throw new Error(`no completion: ${last?.kind}`);
  return readReturn(ioctl, decode(controlResponse, last.results).output);
}
/** A context, a handle, and a command that may be answered. */
async function transmitted({ ask, writes }: ReturnType<typeof atHand>): Promise<void> {
  ask({ kind: 'establish-context', scope: 0 });
  await settled();
  const established = answered(writes, 0x9_0014);
  if (established.kind !== 'establish-context') throw new Error(established.kind);
  const { context } = established;
  ask({ kind: 'connect', context, ...usual.connect });
  await settled();
  const connected = answered(writes, 0x9_00b0);
  if (connected.kind !== 'connect') throw new Error(connected.kind);
  ask({ kind: 'transmit', context, card: connected.card, ...usual.transmit, receiveLength: 4096 });
  await settled();
}

describe("the card's channel", () => {
  it('writes a message of several chunks once, each chunk as long as the host takes it', async () => {
    const lengths: number[][] = [];
    for (const chunkLength of [1600, 4096]) {
      const made = atHand();
      made.handshake();
      made.channel.chunkLength = chunkLength;
      await transmitted(made);
      lengths.push(unitsOf(made.writes.at(-1) ?? none).map((unit) => decode(channelPdu, unit).chunk.length));
    }
    expect(lengths).toEqual([[1600, expect.any(Number)], [expect.any(Number)]]);
    expect(lengths[0]?.[1]).toBe((lengths[1]?.[0] ?? 0) - 1600);
  });
  it('is silent while the host wants silence, and says all of it afterwards, in order', async () => {
    const { channel, writes, handshake } = atHand();
    const flow = (flag: number) => channel.receive(RDPDR, encode(channelPdu, { length: 0, flags: flag, chunk: none }));
    expect(flow(channelFlag.suspend)).toBeUndefined();
    handshake();
    expect(writes).toEqual([]);
    flow(channelFlag.resume);
    const kinds = ['client-id-confirm', 'client-name', 'client-capability', 'device-list-announce'];
    expect(messagesOf(writes).map(({ kind }) => kind)).toEqual(kinds);
  });
  it('does not keep answers without limit for a host that wants silence', () => {
    const { channel, handshake, hear } = atHand();
    handshake();
    channel.receive(RDPDR, encode(channelPdu, { length: 0, flags: channelFlag.suspend, chunk: none }));
    const request = { deviceId: 9, fileId: 1, completionId: 1, majorFunction: 0, minorFunction: 0, parameters: none };
    const unknown = encode(corePdu, { kind: 'device-io-request', ...request });
    const refusals = Array.from({ length: 1000 }, () => hear(unknown)[0]);
    const first = refusals.findIndex((refusal) => refusal !== undefined);
    expect(first).toBeGreaterThan(100);
    expect(refusals[first]).toMatchObject({ code: 'too-much' });
  });
  it('tells the host that a card which does not answer has failed', async () => {
    const made = atHand(() => new Promise(() => undefined));
    made.handshake();
    await transmitted(made);
    const before = made.writes.length;
    made.clock.pass(19_999);
    await settled();
    expect(made.writes.length).toBe(before);
    made.clock.pass(1);
    await settled();
    expect(answered(made.writes, 0x9_00d0)).toMatchObject({ returnCode: scardCode.commError });
    expect(made.clock.running).toBe(0);
  });
  it('refuses chunks that make no sense, and takes whatever there is in one', () => {
    const units = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 });
    const headed = fc.array(
      fc.tuple(
        fc.constantFrom(1, 2, 3, 0, 0x20, 0x40, 0x20_0003),
        fc.uint8Array({ maxLength: 64 }),
        fc.integer({ min: 0, max: 70 }),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(units, headed, (raw, made) => {
        const { channel, handshake } = atHand();
        handshake();
        for (const unit of raw) channel.receive(RDPDR, unit);
        for (const [flags, chunk, length] of made) channel.receive(RDPDR, encode(channelPdu, { length, flags, chunk }));
        channel.end();
      }),
    );
    expect(atHand().channel.receive(RDPDR, none)).toMatchObject({ code: 'malformed' });
  });
});
