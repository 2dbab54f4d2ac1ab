import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { ask } from '../../src/wire/conversation.ts';
import { client } from '../rdp/connected-client.ts';
import { fakeHost } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { bytes } from '../wire/annotated-hex.ts';

// Each PDU came in time, so the way to a session took hours, the card's key alive all the while: longer than its certificate.
afterEach(() => vi.restoreAllMocks());
it('ends with a host that sends a little now and then, and no session', async () => {
  const elapsed = performance.now.bind(performance);
  let passed = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => elapsed() + passed);
  const host = await fakeHost(hostCertificate, {
    step: async () => {
      passed += 20_000;
      await turn();
    },
    *beforeActivation() {
      for (;;) {
        yield* ask<'send'>({ do: 'send', bytes: bytes('00 03 00') });
        yield* ask<'wait-until'>({ do: 'wait-until', time: 0 });
      }
    },
  });
  await expect(client(host.port, undefined, { patience: 60_000 })).rejects.toMatchObject({
    code: 'rdp-timeout',
    stage: 'activation',
  });
  await host.end();
});
