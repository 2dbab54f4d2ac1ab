import { readFileSync, statSync } from 'node:fs';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import type { LabRun } from './lab-run.ts';
import type { Mayfly } from './mayfly.ts';
import type { Pcscd } from './pcscd.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';

export interface CardHolder {
  readonly account: string;
  readonly upn: string;
  readonly sid: string;
}

let cards = 0;

/** `mayfly card attach` in a process of its own, its card in the reader. */
export class AttachedCard {
  readonly pin: string;
  readonly #lab: LabRun;
  readonly #process: ProcessGroup;
  readonly #output: string;

  constructor(lab: LabRun, process: ProcessGroup, output: string, pin: string) {
    this.pin = pin;
    this.#lab = lab;
    this.#process = process;
    this.#output = output;
  }

  /** Straight from the lab CA. @param options what else `mayfly card attach` is told */
  static attach(lab: LabRun, mayfly: Mayfly, pcscd: Pcscd, holder: CardHolder, ...options: string[]): Promise<AttachedCard> {
    const { account, upn, sid } = holder;
    return insert(lab, mayfly, pcscd, ['--ca', 'lab', '--upn', upn, '--sid', sid, '--account', account, ...options]);
  }

  /** That of a session. */
  static ofSession(lab: LabRun, mayfly: Mayfly, pcscd: Pcscd, session: string, ...options: string[]): Promise<AttachedCard> {
    return insert(lab, mayfly, pcscd, [session, ...options]);
  }

  /** The line that says that the key is destroyed, and why. */
  async keyDestroyed(): Promise<string> {
    return poll('"key destroyed"', 60_000, () =>
      readFileSync(this.#output, 'utf8')
        .split('\n')
        .find((line) => line.includes('key destroyed')),
    );
  }

  /** It ends by itself, because its card has; the last that it says. */
  async ended(): Promise<string> {
    const code = await this.#process.exited;
    await this.#lab.stop(this.#process);
    if (code !== 0) {
      throw new MayflyError('lab-card', `mayfly card attach ended with code ${code}`);
    }
    return readFileSync(this.#output, 'utf8').trim().split('\n').at(-1) ?? '';
  }

  /** SIGTERM, as its user would; it has to end by itself and to say that the key is destroyed. */
  async remove(): Promise<string> {
    await this.#lab.stop(this.#process);
    const code = await this.#process.exited;
    if (code !== 0) {
      throw new MayflyError('lab-card', `mayfly card attach ended with code ${code} after SIGTERM`);
    }
    return this.keyDestroyed();
  }
}

async function insert(lab: LabRun, mayfly: Mayfly, pcscd: Pcscd, options: readonly string[]): Promise<AttachedCard> {
  cards += 1;
  const name = `card-${cards}`;
  const pinFile = lab.path(`${name}.pin`);
  await pcscd.card(false); // a second card would wait in vpcd's queue
  const attached = mayfly.start(name, 'card', 'attach', '--vpcd', pcscd.vpcd, '--pin-file', pinFile, ...options);
  const output = lab.path('log', `${name}.out`);
  await poll('the card attached', 60_000, () => {
    attached.assertRunning();
    return readFileSync(output, 'utf8').includes('attached') ? true : undefined;
  });
  await pcscd.card(true);
  const mode = (statSync(pinFile).mode & 0o777).toString(8);
  if (mode !== '600') {
    throw new MayflyError('lab-card', `the PIN's file has mode ${mode}`);
  }
  return new AttachedCard(lab, attached, output, readFileSync(pinFile, 'utf8').trim());
}
