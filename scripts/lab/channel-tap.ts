import type { FramedStream } from '../../src/net/framed-stream.ts';
import { ChannelReassembly } from '../../src/rdp/channel-reassembly.ts';
import { MOST_MESSAGE } from '../../src/rdp/channels.ts';
import type { Connected } from '../../src/rdp/connection-sequence.ts';
import { domainFrame } from '../../src/rdp/mcs-domain.ts';
import { isFastPath, rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { decode } from '../../src/wire/codec.ts';

/** A whole message of a static channel. */
export interface Tapped {
  readonly from: 'host' | 'client';
  /** Milliseconds of the process's clock. */
  readonly at: number;
  readonly message: Uint8Array;
}
/** The stream of a connection, and what has passed on one of its channels. */
export type TappedChannel = Pick<FramedStream, 'receive' | 'send'> & { readonly heard: readonly Tapped[] };

/** Listens in on a channel from what came while the connection was made on: both ways, chunks put together, below whoever drives it. */
export function tapChannel(
  { agreed, events }: Connected,
  stream: Pick<FramedStream, 'receive' | 'send'>,
  name: string,
): TappedChannel {
  const heard: Tapped[] = [];
  const id = agreed.channels.find((channel) => channel.name === name)?.channelId;
  const parts = { host: new ChannelReassembly(MOST_MESSAGE), client: new ChannelReassembly(MOST_MESSAGE) };
  const take = (from: Tapped['from'], userData: Uint8Array) => {
    const received = parts[from].receive(userData);
    if (received.kind === 'message') heard.push({ from, at: performance.now(), message: received.message.slice() });
  };
  const pdu = (from: Tapped['from'], octets: Uint8Array) => {
    if (isFastPath(octets)) return;
    const domain = decode(domainFrame, octets);
    const kind = from === 'host' ? 'send-data-indication' : 'send-data-request';
    if (domain.kind === kind && domain.channelId === id) take(from, domain.userData);
  };
  for (const event of events) {
    if (event.kind === 'channel-data' && event.channelId === id) take('host', event.userData);
  }
  return {
    heard,
    async receive(frame, silence) {
      const octets = await stream.receive(frame, silence);
      pdu('host', octets);
      return octets;
    },
    send(octets) {
      for (let at = 0; at < octets.length; ) {
        const rest = octets.subarray(at);
        const length = rdpFrame(rest) ?? rest.length;
        pdu('client', rest.subarray(0, length));
        at += length;
      }
      return stream.send(octets);
    },
  };
}
