import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { hex } from '../wire/annotated-hex.ts';
import { echoCard, insert, message, ScriptedReader } from './scripted-reader.ts';

const runs = Math.ceil(fuzzRuns / 20);

/** What a reader may ask, and the answers that belong to it. */
const exchange = fc.oneof(
  fc.constant({ sent: message(4), answer: '3b80800101' }),
  fc.constantFrom(0, 1, 2, 3, 7).map((control) => ({ sent: message(control), answer: undefined })),
  fc
    .oneof(fc.uint8Array({ minLength: 2, maxLength: 40 }), fc.uint8Array({ minLength: 250, maxLength: 300 }))
    .map((apdu) => ({ sent: message(...apdu), answer: `${hex(apdu.subarray(0, 200))}9000` })),
);
it('the same messages, cut up anyhow, get the same answers', async () => {
  const peer = await ScriptedReader.listen();
  const { reader, left } = insert(echoCard(), peer.port, '127.0.0.1', { pause: 5, connect: 60_000, silence: 60_000 });
  const { socket, next } = await peer.accept();
  const check = async (exchanges: { sent: Buffer; answer: string | undefined }[], cuts: number[]) => {
    const whole = Buffer.concat([...exchanges.map(({ sent }) => sent), message(4)]);
    const at = [...new Set(cuts.map((cut) => cut % whole.length))].sort((a, b) => a - b);
    for (const [i, cut] of [0, ...at].entries()) {
      socket.write(whole.subarray(cut, at[i] ?? whole.length));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const expected = [...exchanges.map(({ answer }) => answer).filter((answer) => answer !== undefined), '3b80800101'];
    for (const answer of expected) {
      const got = hex(await next());
      if (got !== answer) throw new Error(`${got} is not ${answer}`);
    }
  };
  const values = [fc.array(exchange, { maxLength: 12 }), fc.array(fc.nat(3000), { maxLength: 6 })] as const;
  await fc.assert(fc.asyncProperty(...values, fuzzed('vpcd', check)), { numRuns: runs });
  reader.leave();
  await left;
  await peer.close();
});
it('any bytes, and an end at any time: the card comes back', async () => {
  const peer = await ScriptedReader.listen();
  const card = echoCard();
  const { reader, left } = insert(card, peer.port, '127.0.0.1', { pause: 0, connect: 60_000, silence: 60_000 });
  const check = async (garbage: Uint8Array, end: 'end' | 'destroy' | 'resetAndDestroy') => {
    const c = await peer.accept();
    c.socket.write(garbage);
    c.socket[end]();
    await c.closed;
  };
  const values = [
    fc.uint8Array({ maxLength: 400 }),
    fc.constantFrom('end' as const, 'destroy' as const, 'resetAndDestroy' as const),
  ] as const;
  await fc.assert(fc.asyncProperty(...values, fuzzed('vpcd garbage', check)), { numRuns: runs });
  const { socket, next } = await peer.accept();
  socket.write(message(4));
  expect(hex(await next())).toBe('3b80800101');
  await expect.poll(() => card.resets).toBeGreaterThanOrEqual(runs);
  reader.leave();
  await left;
  await peer.close();
});
