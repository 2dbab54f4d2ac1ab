import { connect } from 'node:net';
import { expect, it, vi } from 'vitest';
import { madeCa } from '../ca/made-ca.ts';
import { crlRequest, framed } from '../ca/raw-connection.ts';
import { servedCa } from '../ca/served-ca.ts';

// Thousands of requests that had arrived before a peer left were all worked off for nobody; stopping waited for them.
it('drops what a peer that left has still asked', async () => {
  const ca = await servedCa(await madeCa());
  const work = vi.spyOn(ca.authority, 'crl');
  const peer = connect(ca.path);
  const requests = Array.from({ length: 6000 }, () => framed(crlRequest(false)));
  await new Promise<void>((resolve) => peer.write(Buffer.concat(requests), () => resolve()));
  await expect.poll(() => work).toHaveBeenCalled();
  peer.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const done = work.mock.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(work.mock.calls.length - done).toBe(0);
  expect(done).toBeLessThan(3000);
});
