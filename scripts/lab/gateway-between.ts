import { readFileSync } from 'node:fs';
import { assert } from './clients/expected.ts';
import { xfreerdp } from './freerdp.ts';
import { type GatewayLab, SHADOW, WIRE } from './gateway-service.ts';
import type { GatewayWire } from './gateway-wire.ts';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';

interface Stage {
  readonly lab: LabRun;
  readonly at: GatewayLab;
  readonly display: string;
}
/** Somebody stands between client and gateway, with a certificate of their own. */
export async function between({ lab, at, display }: Stage, wire: GatewayWire): Promise<void> {
  wire.isTapped = true;
  await lab.steps.run(
    'somebody between whom xfreerdp once trusted: mayfly connect leaves before it says anything',
    async () => {
      // The environment is that of `connect`, so that what is trusted here is known there.
      const once = { ...WIRE, user: 'anybody', home: lab.path('client'), certificates: 'tofu' };
      const trusting = xfreerdp(lab, display, once);
      await poll('a client that trusts on first use', 60_000, () => wire.fooled[0]);
      await lab.stop(trusting);
      // It may have tried again.
      const before = await poll('its end', 60_000, () => (wire.open === 0 ? wire.fooled.length : undefined));
      assert(wire.fooled[0] === 'settings', `it came to ${wire.fooled[0]}`);
      const client = at.connect('connect-between', SHADOW, display);
      const code = await client.exited;
      const told = readFileSync(lab.path('log', 'connect-between.out'), 'utf8');
      await poll('the end of its connection', 60_000, () => (wire.open === 0 ? true : undefined));
      const met = wire.fooled.slice(before);
      assert(met.includes('tls') && !met.includes('settings'), `somebody between met ${wire.fooled.join(', ')}: ${told}`);
      return `xfreerdp ends with ${code}; the one before it told its settings`;
    },
    String,
  );
  wire.isTapped = false;
}
