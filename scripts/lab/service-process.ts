import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import type { LabRun } from './lab-run.ts';
import type { Mayfly } from './mayfly.ts';
import { poll } from './poll.ts';
import type { ProcessGroup } from './process-group.ts';
import { runningProcesses } from './process-table.ts';

/** What `npm start` runs. */
const RUN = join(import.meta.dirname, '../run.js');

/** The service as `npm start` starts it, in a process of its own. */
export class ServiceProcess {
  readonly log: string;
  readonly #lab: LabRun;
  readonly #group: ProcessGroup;

  private constructor(lab: LabRun, group: ProcessGroup, log: string) {
    this.#lab = lab;
    this.#group = group;
    this.log = log;
  }

  /** Until it says that it serves. */
  static async start(lab: LabRun, mayfly: Mayfly, name: string, ...options: string[]): Promise<ServiceProcess> {
    const group = lab.start(name, process.execPath, [RUN, 'mayfly', 'serve', ...options], mayfly.environment);
    const service = new ServiceProcess(lab, group, lab.path('log', `${name}.out`));
    await poll('the service serving', 60_000, () => {
      group.assertRunning();
      return service.said().includes('Mayfly serves') ? true : undefined;
    });
    return service;
  }

  said(): string {
    return readFileSync(this.log, 'utf8');
  }
  get pid(): number {
    return this.#group.id ?? 0;
  }
  /** Of the CA process that it started last. */
  get caPid(): number {
    return Number([...this.said().matchAll(/CA process (\d+) listens/g)].at(-1)?.[1] ?? 0);
  }
  /** SIGTERM; it ends by itself, with code 0, and its CA process with it. */
  async stop(): Promise<string> {
    const ca = this.caPid;
    await this.#lab.stop(this.#group);
    const code = await this.#group.exited;
    if (code !== 0) throw new MayflyError('lab-service', `the service ended with code ${code}: ${this.said().slice(-400)}`);
    await gone(ca);
    return 'code 0';
  }
  /** SIGKILL: nothing is cleared up; its CA process sees by itself that it is alone. */
  async kill(): Promise<void> {
    const ca = this.caPid;
    process.kill(this.pid, 'SIGKILL');
    await this.#group.exited;
    await gone(ca);
    await this.#lab.stop(this.#group);
  }
}
const gone = (pid: number) =>
  poll(`the end of process ${pid}`, 60_000, () => (runningProcesses().some((each) => each.pid === pid) ? undefined : true));
