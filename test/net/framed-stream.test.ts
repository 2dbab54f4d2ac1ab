import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramedStream } from '../../src/net/framed-stream.ts';
import type { Frame } from '../../src/wire/conversation.ts';
import { hex } from '../wire/annotated-hex.ts';

/** A length in two octets, then as many. */
const frame: Frame = (have) => (have.length < 2 ? undefined : 2 + (((have[0] ?? 0) << 8) | (have[1] ?? 0)));
const unit = (content: Uint8Array) => Uint8Array.of(content.length >> 8, content.length & 0xff, ...content);
const streamed = () => {
  const stream = new PassThrough();
  return { stream, framed: new FramedStream(stream, { protocol: 'test', peer: 'peer', patience: 60_000 }) };
};

describe('a framed stream', () => {
  it('gives units as they were sent, however the octets came', async () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 2000 }), { minLength: 1, maxLength: 12 });
    const cuts = fc.infiniteStream(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3000 })));
    await fc.assert(
      fc.asyncProperty(contents, cuts, async (units, pieces) => {
        const { stream, framed } = streamed();
        let left: Uint8Array = new Uint8Array(Buffer.concat(units.map(unit)));
        const taken: string[] = [];
        const reading = (async () => {
          for (const _ of units) taken.push(hex(await framed.receive(frame)));
        })();
        for (const piece of pieces) {
          if (left.length === 0) break;
          stream.write(left.slice(0, piece));
          left = left.subarray(piece);
        }
        await reading;
        expect(taken).toEqual(units.map((content) => hex(unit(content))));
        framed.close();
      }),
      { numRuns: 100 },
    );
  });
  it('costs no more for a peer that drips', async () => {
    const { stream, framed } = streamed();
    const content = new Uint8Array(0xffff).map((_, i) => i);
    const reading = framed.receive(frame);
    for (const octet of unit(content)) stream.write(Uint8Array.of(octet));
    expect(hex(await reading)).toBe(hex(unit(content)));
    framed.close();
  });
  it('hands out octets that nothing else changes', async () => {
    const { stream, framed } = streamed();
    stream.write(unit(new Uint8Array([1, 2, 3])));
    const first = await framed.receive(frame);
    stream.write(unit(new Uint8Array([9, 9, 9])));
    const second = await framed.receive(frame);
    second.fill(7);
    expect(hex(first)).toBe('0003010203');
    framed.close();
  });
  it('waits as long as it is told for a unit to begin, and as long as usual for its end', async () => {
    const stream = new PassThrough();
    const framed = new FramedStream(stream, { protocol: 'test', peer: 'peer', patience: 60 });
    const received = framed.receive(frame, Number.POSITIVE_INFINITY);
    await new Promise((resolve) => setTimeout(resolve, 120));
    stream.write(unit(new Uint8Array([1])));
    expect(hex(await received)).toBe('000101');
    stream.write(Uint8Array.of(0));
    await expect(framed.receive(frame, Number.POSITIVE_INFINITY)).rejects.toMatchObject({ code: 'test-timeout' });
    await expect(framed.receive(() => undefined, 10)).rejects.toMatchObject({ code: 'test-timeout' });
    framed.close();
  });
});
