import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ask } from '../../src/wire/conversation.ts';
import { client } from '../rdp/connected-client.ts';
import { fakeHost } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { bytes } from '../wire/annotated-hex.ts';

// Each PDU came in time, so the way to a session took hours, the card's key alive all the while: longer than its certificate.
it('ends with a host that sends a little now and then, and no session', async () => {
  const host = await fakeHost(hostCertificate, {
    step: () => sleep(100),
    *beforeActivation() {
      for (;;) {
        yield* ask<'send'>({ do: 'send', bytes: bytes('00 03 00') });
        yield* ask<'wait-until'>({ do: 'wait-until', time: 0 });
      }
    },
  });
  await expect(client(host.port, undefined, { patience: 200 })).rejects.toMatchObject({
    code: 'rdp-timeout',
    stage: 'activation',
  });
  await host.end();
});
