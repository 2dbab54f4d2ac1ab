import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { PduReader } from '../../src/gateway/pdu-stream.ts';
import { Relay } from '../../src/gateway/relay.ts';
import { fastPathPdu } from '../../src/rdp/fast-path.ts';
import { encode } from '../../src/wire/codec.ts';

const pdu = (fill: number, length: number) => encode(fastPathPdu, { header: 0, body: new Uint8Array(length).fill(fill) });
const none = new Uint8Array();
/** What one side says reaches `read`; what it is told, `written`. */
function side() {
  const [read, written] = [new PassThrough(), new PassThrough()];
  const stream = Object.assign(read, { write: written.write.bind(written), cork: () => undefined, uncork: () => undefined });
  return {
    stream,
    held: none,
    says: (octets: Uint8Array) => void stream.push(octets),
    told: () => written.read() as Buffer | null,
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

// The gateway answers for the client, or for the host, at any time: an answer in the middle of a PDU that was passing broke both.
it('puts nothing between two parts of a PDU that passes', async () => {
  const [client, host] = [side(), side()];
  const toClient = (octets: Uint8Array) => relay.toClient(octets);
  const toHost = (octets: Uint8Array) => relay.toHost(octets);
  const passing = (to: (octets: Uint8Array) => void): PduReader => ({ verdict: () => 'pass', pass: to, take: () => undefined });
  const ended: unknown[] = [];
  const relay: Relay = new Relay({
    ...{ client, host, fromClient: passing(toHost), fromHost: passing(toClient) },
    ended: (gone, cause) => void ended.push([gone, cause]),
  });
  relay.begin();
  const [long, short] = [pdu(1, 300), pdu(2, 10)];
  host.says(long.subarray(0, 100));
  await turn();
  relay.toClient(short);
  relay.toHost(short);
  host.says(long.subarray(100));
  await turn();
  expect(client.told()).toEqual(Buffer.concat([long, short]));
  expect(host.told()).toEqual(Buffer.from(short));
  expect(ended).toEqual([]);
});
