import { MayflyError } from '../wire/mayfly-error.ts';
import type { CardKey } from './card-key.ts';
import { makeEcKey } from './ec-key.ts';

/** Every P-256 key costs a process of some 50 MB: no more than so many at once. */
const MOST = 16;

/** The P-256 keys of a custody. */
export class EcKeys {
  readonly #keys = new Set<CardKey>();
  #processes = 0;
  #isClosed = false;

  get live(): number {
    return this.#keys.size;
  }
  /** @throws MayflyError `custody-busy`, `key-lost` */
  async take(): Promise<CardKey> {
    if (MOST <= this.#processes) {
      throw new MayflyError('custody-busy', `${MOST} P-256 keys are in use`, { next: 'try again when a card has ended' });
    }
    this.#processes++;
    let made: CardKey | undefined;
    const key = await makeEcKey(() => {
      this.#processes--;
      if (made) this.#keys.delete(made);
    });
    made = key;
    this.#keys.add(key);
    if (this.#isClosed) {
      await key.destroy();
      throw new MayflyError('custody-closed', 'custody is closed');
    }
    return key;
  }
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#keys].map((key) => key.destroy()));
  }
}
