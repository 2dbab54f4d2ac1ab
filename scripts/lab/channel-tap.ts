import type { RdpConnection } from '../../src/net/rdp-connect.ts';
import { ChannelReassembly } from '../../src/rdp/channel-reassembly.ts';
import { MOST_MESSAGE } from '../../src/rdp/channels.ts';
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
/**
 * Listens in on one channel of a connection, from what came while it was made on: both ways, chunks put together. It is the wire that is
 * listened to, below whoever drives the channel.
 */
export function tapChannel({ outcome, transport }: RdpConnection, name: string): readonly Tapped[] {
  const heard: Tapped[] = [];
  const id = outcome.agreed.channels.find((channel) => channel.name === name)?.channelId;
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
  for (const event of outcome.events) {
    if (event.kind === 'channel-data' && event.channelId === id) take('host', event.userData);
  }
  const { stream } = transport;
  const [receive, send] = [stream.receive.bind(stream), stream.send.bind(stream)];
  stream.receive = async (frame) => {
    const octets = await receive(frame);
    pdu('host', octets);
    return octets;
  };
  stream.send = (octets) => {
    for (let at = 0; at < octets.length; ) {
      const rest = octets.subarray(at);
      const length = rdpFrame(rest) ?? rest.length;
      pdu('client', rest.subarray(0, length));
      at += length;
    }
    return send(octets);
  };
  return heard;
}
