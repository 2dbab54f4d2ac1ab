import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PduStream, type PduVerdict } from '../../src/gateway/pdu-stream.ts';
import { fastPathPdu } from '../../src/rdp/fast-path.ts';
import { indication } from '../../src/rdp/session-ids.ts';
import { encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';

const verdicts: readonly PduVerdict[] = ['pass', 'take', 'drop'];
const fast = fc
  .record({ body: fc.uint8Array({ minLength: 1, maxLength: 300 }), header: fc.nat(63) })
  .map(({ body, header }) => encode(fastPathPdu, { header, body }));
const slow = fc
  .record({ channel: fc.integer({ min: 1003, max: 1010 }), body: fc.uint8Array({ maxLength: 300 }) })
  .map(({ channel, body }) => indication(channel, body));
const streams = fc.array(fc.record({ pdu: fc.oneof(fast, slow), verdict: fc.constantFrom(...verdicts), needs: fc.nat(32) }), {
  maxLength: 20,
});

describe('a stream of PDUs', () => {
  it('passes, takes and drops each of them whole and in order, however it is cut', () => {
    fc.assert(
      fc.property(streams, fc.infiniteStream(fc.integer({ min: 1, max: 64 })), (all, cuts) => {
        const said: [PduVerdict, Uint8Array][] = [];
        let next = 0;
        const stream = new PduStream({
          verdict: (head, length) => {
            const { verdict, needs = 0 } = all[next] ?? {};
            if (head.length < Math.min(needs, length)) return undefined;
            next++;
            return verdict;
          },
          pass: (run) => void said.push(['pass', run.slice()]),
          take: (pdu) => void said.push(['take', pdu]),
        });
        const octets = Buffer.concat(all.map(({ pdu }) => pdu));
        for (let at = 0; at < octets.length; ) {
          const length = Number(cuts.next().value);
          stream.feed(new Uint8Array(octets.subarray(at, at + length)));
          at += length;
        }
        const of = (kind: PduVerdict) =>
          Buffer.concat(said.filter(([verdict]) => verdict === kind).map(([, part]) => part)).toString('hex');
        const wanted = (kind: PduVerdict) =>
          Buffer.concat(all.filter(({ verdict }) => verdict === kind).map(({ pdu }) => pdu)).toString('hex');
        expect([of('pass'), of('take')]).toEqual([wanted('pass'), wanted('take')]);
        const inOrder = Buffer.concat(said.map(([, part]) => part)).toString('hex');
        const kept = all.filter(({ verdict }) => verdict !== 'drop').map(({ pdu }) => pdu);
        expect(inOrder).toBe(Buffer.concat(kept).toString('hex'));
      }),
    );
  });
  it('hands on what passes in the memory in which it came, before it is complete', () => {
    const runs: Uint8Array[] = [];
    const stream = new PduStream({ verdict: () => 'pass', pass: (run) => void runs.push(run), take: () => undefined });
    const pdu = indication(1004, new Uint8Array(1000));
    const chunk = Uint8Array.from(pdu.subarray(0, 500));
    stream.feed(chunk);
    expect(runs.map(({ buffer, length }) => [buffer === chunk.buffer, length])).toEqual([[true, 500]]);
  });
  it('refuses what is no stream of RDP', () => {
    const stream = new PduStream({ verdict: () => 'pass', pass: () => undefined, take: () => undefined });
    expect(() => stream.feed(Uint8Array.of(0x41, 0x41, 0x41, 0x41))).toThrow(DecodeError);
  });
});
