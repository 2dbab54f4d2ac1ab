import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Something that people write in files and that is in force while it runs. */
export interface Source<Value> {
  /** The folder whose changes are watched. */
  readonly folder: string;
  /** Another text whenever the files are others. Throws nothing: what cannot be looked at is a version, too. */
  readonly version: () => Promise<string>;
  readonly load: () => Promise<Value>;
}
/** Why what is in force is older than its files. */
export interface Alarm {
  readonly since: UnixSeconds;
  readonly error: MayflyError;
}
export interface InForceEvents<Value> {
  readonly replaced?: (value: Value) => void;
  /** Once for each state of the files; the last good one stays in force. */
  readonly failed?: (error: MayflyError) => void;
}
export interface InForceTimes {
  /** Milliseconds between two looks; a watch that misses something, or is none, costs this much time. */
  readonly poll: number;
  /** How long files must have been still: whoever writes several, or one in place, is waited for. */
  readonly settle: number;
}
const times: InForceTimes = { poll: 2000, settle: 400 };

/** One file as a version; what is replaced, written or given other rights is another. */
export async function fileVersion(path: string): Promise<string> {
  try {
    const { dev, ino, size, mode, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mode, mtimeNs, ctimeNs].join('.');
  } catch (e) {
    return e instanceof Error && 'code' in e ? String(e.code) : 'unknown cause';
  }
}

/** What is in force: the last state of the files that had no fault. */
export class InForce<Value> {
  readonly #source: Source<Value>;
  readonly #events: InForceEvents<Value>;
  readonly #times: InForceTimes;
  #value: Value;
  /** Of the files as they were last read, whether they were good or not. */
  #version: string;
  #seen: string | undefined;
  #alarm: Alarm | undefined;
  #looking: Promise<void> | undefined;
  #soon: NodeJS.Timeout | undefined;
  readonly #poll: NodeJS.Timeout;
  readonly #watcher: FSWatcher | undefined;

  private constructor(source: Source<Value>, value: Value, version: string, events: InForceEvents<Value>, given: InForceTimes) {
    this.#source = source;
    this.#value = value;
    this.#version = version;
    this.#events = events;
    this.#times = given;
    this.#poll = setInterval(() => void this.#look(), given.poll).unref();
    this.#watcher = watcherOf(source.folder, () => this.#lookSoon());
  }
  /** @throws MayflyError where the files are not good now: there is nothing to go on with */
  static async open<Value>(
    source: Source<Value>,
    events: InForceEvents<Value> = {},
    given: InForceTimes = times,
  ): Promise<InForce<Value>> {
    // Looked at before they are read: what changes meanwhile is read again.
    const version = await source.version();
    return new InForce(source, await source.load(), version, events, given);
  }
  get value(): Value {
    return this.#value;
  }
  /** Undefined: the files are in force. */
  get alarm(): Alarm | undefined {
    return this.#alarm;
  }
  #lookSoon(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.#look(), this.#times.settle).unref();
  }
  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }
  async #lookNow(): Promise<void> {
    const version = await this.#source.version();
    const isStill = version === this.#seen;
    this.#seen = version;
    if (version === this.#version) return;
    // Taken over only when two looks have found the same, and a third after it was read.
    if (!isStill) return this.#lookSoon();
    const read = await this.#source.load().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    this.#seen = await this.#source.version();
    if (this.#seen !== version) return this.#lookSoon();
    this.#version = version;
    if ('value' in read) {
      this.#value = read.value;
      this.#alarm = undefined;
      this.#events.replaced?.(read.value);
    } else {
      const error = mayflyError(read.error);
      this.#alarm = { since: this.#alarm?.since ?? Math.floor(Date.now() / 1000), error };
      this.#events.failed?.(error);
    }
  }
  async close(): Promise<void> {
    clearInterval(this.#poll);
    this.#watcher?.close();
    await this.#looking;
    clearTimeout(this.#soon);
  }
}

const mayflyError = (e: unknown): MayflyError =>
  e instanceof MayflyError ? e : new MayflyError('not-in-force', 'files that changed could not be read', { cause: e });

/** Where nothing can be watched, looking has to do. */
function watcherOf(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
