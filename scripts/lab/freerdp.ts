import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

const DISPLAY = ':71';
/** Octets of 1024 by 768 pixels. */
const PIXELS = 1024 * 768 * 4;
/** Different octets of a picture that shows something, and looks at it that have to find it the same. */
const COLOURS = 2;
const STILL = 20;

/** A screen that nobody sees, for programs that want one. */
function screenFolder(lab: LabRun, display: string): string {
  const folder = lab.path(`screen${display.replace(':', '-')}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}
/** What the screen shows when nothing has changed on it for a while, and something is there: pixels, without what X says about them. */
export function screenshot(lab: LabRun, display: string): Promise<Buffer> {
  const file = join(screenFolder(lab, display), 'Xvfb_screen0');
  let last = Buffer.alloc(0);
  let same = 0;
  return poll('a picture that stays', 120_000, () => {
    const now = readFileSync(file).subarray(-PIXELS);
    same = now.equals(last) ? same + 1 : 0;
    last = now;
    // Counted when it is still: three mebibytes at each look take a processor that the peers need.
    return same < STILL || new Set(now).size <= COLOURS ? undefined : now;
  });
}
export async function virtualScreen(lab: LabRun, display = DISPLAY): Promise<string> {
  mkdirSync('/tmp/.X11-unix', { recursive: true, mode: 0o1777 });
  const server = lab.start(`xvfb${display}`, 'Xvfb', [
    display,
    '-screen',
    '0',
    '1024x768x24',
    '-nolisten',
    'tcp',
    '-noreset',
    '-fbdir',
    screenFolder(lab, display),
  ]);
  await poll('Xvfb', 60_000, async () => {
    server.assertRunning();
    return (await lab.attempt('xdpyinfo', ['-display', display])).code === 0 ? true : undefined;
  });
  return display;
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
    const shadow = await poll('the certificate of freerdp-shadow', 60_000, () => {
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
  /** Where it keeps what it trusts; a folder of its own unless given. */
  readonly home?: string;
  /** Instead of trusting every certificate. */
  readonly certificates?: string;
  readonly more?: readonly string[];
}
/** The stock client, on the virtual screen; it runs until it is stopped. */
export function xfreerdp(lab: LabRun, display: string, options: ClientOptions): ProcessGroup {
  const { address, port, user, home = lab.path('xfreerdp'), certificates = 'ignore', more = [] } = options;
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
      `/cert:${certificates}`,
      '/sec:tls',
      '/size:1024x768',
      '/log-level:INFO',
      ...more,
    ],
    { HOME: home, DISPLAY: display },
  );
}
