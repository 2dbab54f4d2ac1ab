import { MayflyError } from '../wire/mayfly-error.ts';
import type { CardKey } from './card-key.ts';
import { type EcKeyProcess, startEcKey } from './ec-key.ts';

/** Every P-256 key costs a process of some 50 MB: no more than so many at once. */
const MOST = 16;

/** The P-256 keys of a custody. */
export class EcKeys {
  readonly #processes = new Set<EcKeyProcess>();
  readonly #keys = new Set<CardKey>();
  #isClosed = false;

  get live(): number {
    return this.#keys.size;
  }
  /** @throws MayflyError `custody-busy`, `custody-closed`, `key-lost` */
  async take(): Promise<CardKey> {
    if (MOST <= this.#processes.size) {
      throw new MayflyError('custody-busy', `${MOST} P-256 keys are in use`, { next: 'try again when a card has ended' });
    }
    const started = startEcKey();
    this.#processes.add(started);
    void started.ended.then(() => this.#processes.delete(started));
    try {
      const key = await started.key;
      this.#keys.add(key);
      void started.ended.then(() => this.#keys.delete(key));
      // Custody was closed between the process's answer and this turn.
      if (this.#isClosed) throw closed();
      return key;
    } catch (e) {
      throw this.#isClosed ? closed() : e;
    }
  }
  /** Ends every process, also those that are still making their key. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#processes].map((started) => started.destroy()));
  }
}

const closed = (): MayflyError => new MayflyError('custody-closed', 'custody is closed');
