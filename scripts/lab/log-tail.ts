import { readFileSync } from 'node:fs';
import { poll } from './poll.ts';

/** What a peer's log says from a given moment on. */
export class LogTail {
  readonly #file: string;
  #offset = 0;

  constructor(file: string) {
    this.#file = file;
    this.#offset = this.#read().length;
  }

  lines(): string[] {
    return this.#read()
      .subarray(this.#offset)
      .toString('utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  /** The lines, as soon as one of them matches; also without a match when the limit has passed. */
  async settled(pattern: RegExp, limitMs = 30_000): Promise<string[]> {
    const matched = () => (this.lines().some((line) => pattern.test(line)) ? true : undefined);
    await poll('the log line', limitMs, matched).catch(() => undefined);
    return this.lines();
  }

  #read(): Buffer {
    try {
      return readFileSync(this.#file);
    } catch {
      return Buffer.alloc(0); // not begun yet
    }
  }
}
