import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { madeCa } from '../ca/made-ca.ts';
import { crlRequest, framed } from '../ca/raw-connection.ts';
import { servedCa } from '../ca/served-ca.ts';
import { inTime } from '../in-time.ts';

// Thousands of requests that had arrived before a peer left were all worked off for nobody; stopping waited for them.
it('drops what a peer that left has still asked', async () => {
  const ca = await servedCa(await madeCa());
  const begun = Promise.withResolvers<void>();
  const crl = ca.authority.crl.bind(ca.authority);
  const work = vi.spyOn(ca.authority, 'crl').mockImplementation((...asked) => {
    begun.resolve();
    return crl(...asked);
  });
  const peer = connect(ca.path);
  const requests = Array.from({ length: 6000 }, () => framed(crlRequest(false)));
  await new Promise<void>((resolve) => peer.write(Buffer.concat(requests), () => resolve()));
  await inTime(begun.promise, 'the first request');
  peer.destroy();
  let done = -1;
  while (done !== work.mock.calls.length) {
    done = work.mock.calls.length;
    await sleep(200);
  }
  expect(done).toBeLessThan(3000);
});
