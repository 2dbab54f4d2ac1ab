import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LabRun } from './lab-run.ts';
import { poll } from './poll.ts';

/** What the process of the hosts says of itself. */
export type HostLine =
  | { readonly said: 'listens'; readonly port: number; readonly fingerprint: string }
  /** The key of the card is in use, and stays so until the guest leaves; modulus in hexadecimal. */
  | { readonly said: 'uses'; readonly guest: number; readonly modulus: string }
  | { readonly said: 'left'; readonly guest: number };
const PROGRAM = fileURLToPath(import.meta.resolve('./soak-hosts.ts'));

/** Hosts in a process of their own, heard by the file that it writes. */
export class SoakHosts {
  readonly port: number;
  readonly fingerprint: string;
  readonly #file: string;
  private constructor(file: string, { port, fingerprint }: HostLine & { readonly said: 'listens' }) {
    this.#file = file;
    this.port = port;
    this.fingerprint = fingerprint;
  }
  static async start(lab: LabRun): Promise<SoakHosts> {
    const group = lab.start('soak-hosts', process.execPath, ['--no-warnings', PROGRAM]);
    const file = lab.path('log', 'soak-hosts.out');
    const listens = await poll('the hosts listening', 60_000, () => {
      group.assertRunning();
      return linesOf(file).find((line) => line.said === 'listens');
    });
    return new SoakHosts(file, listens);
  }
  /** Moduli of the cards whose hosts have them in use. */
  get inUse(): readonly string[] {
    const using = new Map<number, string>();
    for (const line of linesOf(this.#file)) {
      if (line.said === 'uses') using.set(line.guest, line.modulus);
      else if (line.said === 'left') using.delete(line.guest);
    }
    return [...using.values()];
  }
}
/** What is no whole line yet is read the next time. */
const linesOf = (file: string): readonly HostLine[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as HostLine);
