import { readFileSync } from 'node:fs';
import type { LabRun } from './lab-run.ts';
import type { Pcscd } from './pcscd.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

const PROGRAM = new URL('./clients/card-bridge.ts', import.meta.url).pathname;
let bridges = 0;

/** The card of an xrdp session in pcscd's reader, by a program that runs as the session's user. */
export class CardBridge {
  /** What the program found in the session. */
  readonly said: string;
  readonly #lab: LabRun;
  readonly #process: ProcessGroup;

  private constructor(lab: LabRun, process: ProcessGroup, said: string) {
    this.#lab = lab;
    this.#process = process;
    this.said = said;
  }
  /** @param socket of the session's channel server */
  static async start(lab: LabRun, pcscd: Pcscd, socket: string, user: number): Promise<CardBridge> {
    bridges += 1;
    const name = `card-bridge-${bridges}`;
    await pcscd.card(false); // a second card would wait in vpcd's queue
    const port = pcscd.vpcd.split(':').at(-1) ?? '';
    const started = lab.start(name, process.execPath, ['--no-warnings', PROGRAM, socket, port, String(user)]);
    const told = () => readFileSync(lab.path('log', `${name}.out`), 'utf8');
    await poll('the card in the reader', 60_000, () => {
      started.assertRunning();
      return told().includes('attached') ? true : undefined;
    });
    await pcscd.card(true);
    return new CardBridge(lab, started, told().split('\n')[0] ?? '');
  }
  stop(): Promise<void> {
    return this.#lab.stop(this.#process);
  }
}
