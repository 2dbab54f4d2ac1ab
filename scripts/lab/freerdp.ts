import { globSync, mkdirSync, readFileSync } from 'node:fs';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

const DISPLAY = ':71';

/** A screen that nobody sees, for programs that want one. */
export async function virtualScreen(lab: LabRun): Promise<string> {
  mkdirSync('/tmp/.X11-unix', { recursive: true, mode: 0o1777 });
  const server = lab.start('xvfb', 'Xvfb', [DISPLAY, '-screen', '0', '1024x768x24', '-nolisten', 'tcp', '-noreset']);
  await poll('Xvfb', 10_000, async () => {
    server.assertRunning();
    return (await lab.attempt('xdpyinfo', ['-display', DISPLAY])).code === 0 ? true : undefined;
  });
  return DISPLAY;
}
/** FreeRDP's server, which shows the virtual screen: a second independent host, TLS alone, nobody asked who he is. */
export class Shadow {
  readonly address = '127.0.1.51';
  readonly port = 3389;
  readonly certificate: string;
  private constructor(certificate: string) {
    this.certificate = certificate;
  }
  static async start(lab: LabRun, display: string): Promise<Shadow> {
    const home = lab.path('shadow');
    mkdirSync(home, { recursive: true });
    const server = lab.start(
      'freerdp-shadow',
      'freerdp-shadow-cli',
      ['/port:3389', '/bind-address:127.0.1.51', '/sec:tls', '-auth'],
      { HOME: home, DISPLAY: display },
    );
    const shadow = await poll('the certificate of freerdp-shadow', 15_000, () => {
      server.assertRunning();
      const file = globSync(`${home}/.config/freerdp/*/*.crt`).find((each) => readFileSync(each, 'utf8').includes('END CERT'));
      return file === undefined ? undefined : new Shadow(file);
    });
    await server.listening(shadow.address, shadow.port);
    return shadow;
  }
}
export interface ClientOptions {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly more?: readonly string[];
}
/** The stock client, on the virtual screen; it runs until it is stopped. */
export function xfreerdp(lab: LabRun, display: string, { address, port, user, more = [] }: ClientOptions): ProcessGroup {
  const home = lab.path('xfreerdp');
  mkdirSync(home, { recursive: true });
  return lab.start(
    'xfreerdp',
    // What it says is waited for: it must not lie in a buffer.
    'stdbuf',
    [
      '-oL',
      'xfreerdp',
      `/v:${address}:${port}`,
      `/u:${user}`,
      '/p:1',
      '/cert:ignore',
      '/sec:tls',
      '/size:1024x768',
      '/log-level:INFO',
      ...more,
    ],
    { HOME: home, DISPLAY: display },
  );
}
