import { Duplex, PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Relay } from '../../src/gateway/relay.ts';

const held = new Uint8Array();
const pdu = Uint8Array.of(0, 3, 0);
/** A relay whose host sends PDUs that are taken one by one; `take` is done to each. */
function relayed(host: Duplex, client: Duplex, take: (relay: Relay, octets: Uint8Array) => void): Relay {
  const relay: Relay = new Relay({
    host: { stream: host, held },
    client: { stream: client, held },
    fromHost: { verdict: () => 'take', pass: () => undefined, take: (octets) => take(relay, octets) },
    fromClient: { verdict: () => 'drop', pass: () => undefined, take: () => undefined },
    ended: () => undefined,
  });
  relay.begin();
  return relay;
}

// A host that poured small PDUs had a relay's process to itself: all that was there was read in one turn, and written one by one.
describe('a relay whose host pours small PDUs', () => {
  it('leaves turns for others', async () => {
    const host = new PassThrough();
    const pdus = 20;
    let taken = 0;
    relayed(host, new PassThrough(), () => {
      taken++;
      const until = performance.now() + 2;
      while (performance.now() < until);
    });
    for (let i = 0; i < pdus; i++) host.write(pdu);
    let turns = 0;
    const isDone = () => taken === pdus;
    for (; !isDone(); turns++) await new Promise(setImmediate);
    expect(turns).toBeGreaterThan(4);
  });
  it('writes what came in one piece in one piece', async () => {
    const [host, pieces] = [new PassThrough(), [] as number[]];
    const wrote = (chunks: readonly { readonly chunk: Buffer }[]) =>
      pieces.push(chunks.reduce((sum, { chunk }) => sum + chunk.length, 0));
    const client = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _, done) {
        wrote([{ chunk }]);
        done();
      },
      writev(chunks, done) {
        wrote(chunks);
        done();
      },
    });
    relayed(host, client, (relay, octets) => relay.toClient(octets));
    host.write(Buffer.concat(Array.from({ length: 100 }, () => pdu)));
    while (pieces.length === 0) await sleep(1);
    expect(pieces).toEqual([300]);
  });
});
