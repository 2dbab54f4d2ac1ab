import type { Account, Host } from '../policy/account.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { StaticDirectory } from './static-directory.ts';

/** The directory port over a file; `current` is its last state that had no fault. */
export class StaticDirectoryPort {
  readonly #current: () => StaticDirectory;
  readonly #clock: () => UnixSeconds;
  constructor(current: () => StaticDirectory, clock: () => UnixSeconds) {
    this.#current = current;
    this.#clock = clock;
  }
  async account(reference: string): Promise<Account | undefined> {
    return this.#current().account(reference, this.#clock());
  }
  async host(name: string): Promise<Host | undefined> {
    return this.#current().host(name);
  }
  async hosts(): Promise<readonly Host[]> {
    return this.#current().hosts;
  }
  async *accounts(): AsyncIterable<Account> {
    yield* this.#current().accounts(this.#clock());
  }
}
