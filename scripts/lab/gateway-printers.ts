import { assert } from './clients/expected.ts';
import { xfreerdp } from './freerdp.ts';
import type { DriveHost } from './gateway-drives.ts';
import { CLOSED, DRIVES, GATEWAY, type GatewayLab } from './gateway-service.ts';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';

interface Stage {
  readonly lab: LabRun;
  readonly at: GatewayLab;
  readonly display: string;
}
/** STATUS_PRINT_QUEUE_FULL: what FreeRDP says of a job where no CUPS takes it. */
const NO_QUEUE = 0xc000_00c6;
/** Milliseconds in which a client would have announced its printer. */
const QUIET = 2000;

/** A printer of the client's: xfreerdp announces what it is told, whether a CUPS takes its jobs or not. */
export async function printers({ lab, at, display }: Stage, looking: DriveHost): Promise<void> {
  const { steps } = lab;
  const more = ['/printer:lab,MS Publisher Imagesetter'];
  const client = async (host: string) => {
    looking.next = { who: { domain: 'LAB', userName: 'alice', sessionId: 2 } };
    looking.devices.splice(0);
    const before = (await at.journal('card-authenticated')).length;
    const { file } = await at.launch(host);
    const running = xfreerdp(lab, display, { ...GATEWAY, user: file.get('username') ?? '', more });
    await poll('the logon', 60_000, async () => (await at.journal('card-authenticated'))[before]);
    return running;
  };
  await steps.run(
    "a printer of the client's: announced after the logon, and a job goes there and back",
    async () => {
      const running = await client(DRIVES);
      const [status = 0] = await poll('the answer to a print job', 60_000, () =>
        looking.printed.length > 0 ? looking.printed : undefined,
      );
      await lab.stop(running);
      looking.printed.splice(0);
      assert([0, NO_QUEUE].includes(status), `the client answers 0x${status.toString(16)}`);
      return `devices ${looking.devices.splice(0).join(', ')}; the job: 0x${status.toString(16)}`;
    },
    String,
  );
  await steps.run(
    'printers denied: the host sees our card alone',
    async () => {
      const running = await client(CLOSED);
      await new Promise((resolve) => setTimeout(resolve, QUIET));
      running.assertRunning();
      await lab.stop(running);
      const seen = looking.devices.splice(0);
      assert(seen.join() === '32', `it sees devices ${seen.join(', ')}`);
      return `devices ${seen.join(', ')}`;
    },
    String,
  );
}
