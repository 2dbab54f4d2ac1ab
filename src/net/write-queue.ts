import { together } from '../rdp/session-ids.ts';

/**
 * Writes in order, one at a time. What is given while one is under way, or in the same turn, leaves in one piece: answers that belong
 * together are one TLS record.
 */
export class WriteQueue {
  readonly #send: (octets: Uint8Array) => Promise<void>;
  readonly #failed: (cause: unknown) => void;
  #waiting: Uint8Array[] = [];
  #running: Promise<void> | undefined;
  #isOver = false;
  /** @param send resolves when it may be called again @param failed told once; nothing is written any more */
  constructor(send: (octets: Uint8Array) => Promise<void>, failed: (cause: unknown) => void) {
    this.#send = send;
    this.#failed = failed;
  }
  write(octets: Uint8Array): void {
    if (this.#isOver) return;
    this.#waiting.push(octets);
    this.#running ??= this.#run();
  }
  /** Resolves when all that was given is on its way, or never will be: who waits for it asks no more of a peer than it reads. */
  async drained(): Promise<void> {
    await this.#running;
  }
  end(): void {
    this.#isOver = true;
    this.#waiting = [];
  }
  async #run(): Promise<void> {
    // The rest of this turn first.
    await Promise.resolve();
    try {
      for (let all = this.#take(); all; all = this.#take()) await this.#send(all);
    } catch (e) {
      this.end();
      this.#failed(e);
    }
    this.#running = undefined;
  }
  #take(): Uint8Array | undefined {
    const all = this.#waiting;
    this.#waiting = [];
    return all.length > 1 ? together(all) : all[0];
  }
}
