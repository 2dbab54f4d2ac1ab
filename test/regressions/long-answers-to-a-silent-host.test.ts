import { expect, it } from 'vitest';
import { channelChunks } from '../../src/rdp/channels.ts';
import { channelFlag, channelPdu } from '../../src/rdp/virtual-channel.ts';
import { CardChannel } from '../../src/rdpdr/card-channel.ts';
import { corePdu } from '../../src/rdpdr/core-pdu.ts';
import { controlRequest, majorFunction } from '../../src/rdpdr/device-io.ts';
import type { EscCall } from '../../src/rdpdr/esc-call.ts';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { encode } from '../../src/wire/codec.ts';
import { countedOctets, HandClock, none, settled, usual, WrittenCard } from '../rdpdr/reader-at-hand.ts';
import * as xrdp from '../vectors/rdpdr/xrdp.ts';
import { bytes } from '../wire/annotated-hex.ts';

const RDPDR = 1004;
// Answers to a host that wanted silence were counted and not measured: 512 of 64 KiB each were held.
it('holds one megabyte of answers for a host that does not want to hear them', async () => {
  const written: Uint8Array[] = [];
  const channel = new CardChannel({
    connected: {
      agreed: { ioChannelId: 1003, channels: [{ name: 'rdpdr', channelId: RDPDR }], skipChannelJoin: false },
      ids: { userId: 1007, ioChannelId: 1003 },
      session: { chunkLength: 1600 },
    },
    card: new WrittenCard(),
    random: countedOctets(),
    after: new HandClock().after,
    computerName: 'mayfly',
    write: (octets) => void written.push(octets),
    events: () => undefined,
  });
  const hear = (message: Uint8Array) =>
    channelChunks(message, 0x1_0000)
      .map((chunk) => channel.receive(RDPDR, chunk))
      .at(-1);
  const ask = (call: EscCall) => {
    const { ioctl, input } = writeCall(call);
    const parameters = encode(controlRequest, { outputBufferLength: 0x2_0000, ioControlCode: ioctl, input });
    const on = { deviceId: 1, fileId: 1, completionId: 1, majorFunction: majorFunction.deviceControl, minorFunction: 0 };
    return hear(encode(corePdu, { kind: 'device-io-request', ...on, parameters }));
  };
  for (const { request } of xrdp.handshake) hear(bytes(request));
  ask({ kind: 'establish-context', scope: 0 });
  await settled();
  // The completion ends with the context, 4 octets and as many of padding.
  const context = written.at(-1)?.slice(-8, -4) ?? none;
  const { dataIsNull: _, dataLength: __, ...item } = usual['read-cache'];
  ask({ kind: 'write-cache', context, ...item, data: new Uint8Array(60_000) });
  await settled();
  channel.receive(RDPDR, encode(channelPdu, { length: 0, flags: channelFlag.suspend, chunk: none }));
  let answers = 0;
  for (let refused: unknown; refused === undefined && answers < 500; answers++) {
    refused = ask({ kind: 'read-cache', context, ...usual['read-cache'] });
    await settled();
  }
  expect(answers).toBeGreaterThan(10);
  expect(answers).toBeLessThan(30);
});
