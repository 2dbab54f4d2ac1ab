import type { ServiceLog } from '../service-log.ts';

interface Closer {
  readonly what: string;
  readonly close: () => unknown;
}
/** Milliseconds for each part: nobody keeps a service from ending. */
const PATIENCE = 5000;

/** What was opened, to be closed the last first, whatever becomes of each. */
export class Closing {
  readonly #closers: Closer[] = [];
  readonly #log: ServiceLog;
  constructor(log: ServiceLog) {
    this.#log = log;
  }
  add(what: string, close: Closer['close']): void {
    this.#closers.push({ what, close });
  }
  async run(): Promise<void> {
    for (let closer = this.#closers.pop(); closer; closer = this.#closers.pop()) await this.#one(closer);
  }
  async #one({ what, close }: Closer): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE);
    });
    try {
      if ((await Promise.race([Promise.resolve(close()), late])) === 'late') this.#log.line(`${what} did not close in time`);
    } catch (e) {
      this.#log.error(`${what} did not close`, e);
    } finally {
      clearTimeout(timer);
    }
  }
}
