import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type CaProcess, startCaProcess } from './ca-process.ts';

/** Milliseconds: the pauses before a CA process that died is started again, and how long one lives that counts as well. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;
const WELL = 60_000;
/** How often one that somebody else has started is looked at. */
const LOOK = 1000;

export interface KeptCa {
  readonly name: string;
  /** Path of its socket. */
  readonly socket: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/** The CA process of a service that keeps its own: started again when it dies, ended with the service. */
export class KeptCaProcess {
  readonly #ca: KeptCa;
  readonly #stopping = new AbortController();
  #process: CaProcess | undefined;
  #life: Promise<void> = Promise.resolve();

  private constructor(ca: KeptCa) {
    this.#ca = ca;
  }
  /** Resolves when a CA process answers. @throws MayflyError `ca-process` */
  static async start(ca: KeptCa): Promise<KeptCaProcess> {
    const kept = new KeptCaProcess(ca);
    if (await answers(ca.socket)) ca.log('a CA process answers already: it is used as long as it lives');
    else await kept.#launch();
    kept.#life = kept.#keep();
    return kept;
  }
  /** Of the process that was started last; undefined where it is another's. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }
  async #launch(): Promise<void> {
    const { name, env, log } = this.#ca;
    const started = await startCaProcess(name, env, (line) => log(`ca: ${line}`));
    this.#process = started;
    log(`CA process ${started.pid} listens`);
    if (this.#stopping.signal.aborted) await started.stop();
  }
  async #keep(): Promise<void> {
    const { signal } = this.#stopping;
    let pause = FIRST_PAUSE;
    while (!signal.aborted) {
      const began = performance.now();
      if (this.#process) await this.#process.ended;
      else while (!signal.aborted && (await answers(this.#ca.socket))) await rest(LOOK, signal);
      if (signal.aborted) return;
      if (performance.now() - began > WELL) pause = FIRST_PAUSE;
      this.#ca.log(`the CA process has ended: started again in ${pause} ms`);
      await rest(pause, signal);
      pause = Math.min(LONGEST_PAUSE, pause * 2);
      if (!signal.aborted) await this.#again();
    }
  }
  async #again(): Promise<void> {
    this.#process = undefined;
    try {
      await this.#launch();
    } catch (e) {
      // The next round starts it again, later.
      this.#ca.log(e instanceof MayflyError ? e.message : 'the CA process cannot be started');
    }
  }
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#process?.stop();
    await this.#life;
  }
}
const rest = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const tell = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(LOOK, () => tell(false));
    socket.once('connect', () => tell(true));
    socket.once('error', () => tell(false));
  });
}
