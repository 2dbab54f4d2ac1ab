import { readFileSync } from 'node:fs';
import { type Shadow, screenshot, virtualScreen, xfreerdp } from './freerdp.ts';
import { GATEWAY, type GatewayLab, SHADOW } from './gateway-service.ts';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';

interface Stage {
  readonly lab: LabRun;
  readonly at: GatewayLab;
  readonly display: string;
}
/** Show 3: a picture through the gateway is the picture; a client of another hand sees it as well. */
export async function pictures({ lab, at, display }: Stage, shadow: Shadow): Promise<void> {
  const { steps } = lab;
  const shown = lab.start('xmessage', 'xmessage', ['-geometry', '600x400+100+100', 'the picture that is compared'], {
    DISPLAY: display,
  });
  const screen = await steps.run('another virtual screen', () => virtualScreen(lab, ':72'));
  await steps.run(
    "freerdp-shadow's picture through the gateway is the one seen directly",
    async () => {
      const direct = xfreerdp(lab, screen, { address: shadow.address, port: shadow.port, user: 'anybody' });
      let seen = await screenshot(lab, screen);
      // What stays for a while may be half of it on a busy machine.
      await poll('a picture that is whole', 240_000, async () => {
        const before = seen;
        seen = await screenshot(lab, screen);
        return seen.equals(before) ? true : undefined;
      });
      await lab.stop(direct);
      const client = at.connect('connect-shadow', SHADOW, screen);
      await poll('the same picture', 240_000, async () => {
        client.assertRunning();
        return seen.equals(await screenshot(lab, screen)) ? true : undefined;
      });
      await lab.stop(client);
      return `1024 by 768 pixels, ${new Set(seen).size} different octets, none of ${seen.length} differs`;
    },
    String,
  );
  await steps.run(
    'node-rdpjs-2 through the gateway: connected, drawn to',
    async () => {
      const { file } = await at.launch(SHADOW);
      const program = new URL('./clients/rdpjs-client.ts', import.meta.url).pathname;
      const given = [program, String(GATEWAY.port), GATEWAY.address, file.get('username') ?? ''];
      const client = lab.start('rdpjs-gateway', process.execPath, given);
      const told = await poll('a bitmap', 60_000, () => {
        client.assertRunning();
        return /^connect[\s\S]*^bitmap/m.exec(readFileSync(lab.path('log', 'rdpjs-gateway.out'), 'utf8'))?.[0];
      });
      await lab.stop(client);
      return told.replace(/\n/g, ', ');
    },
    String,
  );
  await lab.stop(shown);
}
