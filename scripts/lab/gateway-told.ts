import { readFileSync } from 'node:fs';
import { type Picture, pictureOf } from '../../src/gateway/painted-sentence.ts';
import { screenshot, virtualScreen, xfreerdp } from './freerdp.ts';
import type { DriveHost } from './gateway-drives.ts';
import { DRIVES, GATEWAY, type GatewayLab } from './gateway-service.ts';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';

const SCREEN = { width: 1024, height: 768, bitsPerPixel: 16 } as const;
/** What lies between a pixel of ink and one of ground, in the green of a screen of 32 bits. */
const BETWEEN = 128;
/** Pixels of a screen that are not as the picture has them. */
function differing(screen: Buffer, { hasInk }: Picture): number {
  let count = 0;
  for (let y = 0; y < SCREEN.height; y++)
    for (let x = 0; x < SCREEN.width; x++) if (BETWEEN < (screen[(y * SCREEN.width + x) * 4 + 1] ?? 0) !== hasInk(x, y)) count++;
  return count;
}
/** Looks until the screen shows the text: every pixel of it. */
const shows = (lab: LabRun, display: string, paragraphs: readonly string[]): Promise<string> =>
  poll('the text on the screen', 60_000, async () => {
    const picture = pictureOf(SCREEN, [...paragraphs, 'Press a key to close this.']);
    const wrong = differing(await screenshot(lab, display), picture);
    return wrong === 0 ? `"${paragraphs[0]}", all ${SCREEN.width * SCREEN.height} pixels as meant` : undefined;
  });
const asSentence = (clause: string) => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

/** A client that is sent away reads why on its screen: before there was a host, and in the middle of a session. */
export async function readsWhy(lab: LabRun, at: GatewayLab, looking: DriveHost): Promise<void> {
  const { steps } = lab;
  const screen = await steps.run('a screen to read on', () => virtualScreen(lab, ':73'));
  await steps.run(
    'xfreerdp with a token that is not good shows why',
    async () => {
      const client = xfreerdp(lab, screen, { ...GATEWAY, user: 'nobody' });
      const why = 'The launch token is not good: it was used, has expired or never was one; launch the session anew.';
      const seen = await shows(lab, screen, [why, '']);
      await lab.stop(client);
      return seen;
    },
    String,
  );
  await steps.run(
    'xfreerdp in a session that its owner ends shows why',
    async () => {
      looking.next = { who: { domain: 'LAB', userName: 'alice', sessionId: 2 } };
      const { session, file } = await at.launch(DRIVES);
      const before = (await at.journal('card-authenticated')).length;
      const client = xfreerdp(lab, screen, { ...GATEWAY, user: file.get('username') ?? '' });
      await poll('the logon', 60_000, async () => (await at.journal('card-authenticated'))[before]);
      await at.session('end', session);
      const entry = await poll('its end', 60_000, async () =>
        (await at.journal('gateway-ended')).find((each) => each['session'] === session),
      );
      const sentence = asSentence(String(entry['sentence']));
      const seen = await shows(lab, screen, [sentence, '', `Session ${session}`]);
      const error = await poll(
        'what the client is told at the end',
        60_000,
        () => /ERRINFO_[A-Z_]+/.exec(readFileSync(lab.path('log', 'xfreerdp.out'), 'utf8'))?.[0],
      );
      await lab.stop(client);
      return `${seen}; then ${error}`;
    },
    String,
  );
}
