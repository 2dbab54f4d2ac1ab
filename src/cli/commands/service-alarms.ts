import type { Store } from '../../store/store.ts';
import type { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import type { ServiceLog } from '../service-log.ts';

/** What is not as it should be although the service goes on: logged, journaled, and shown by /readyz until it is mended. */
export class Alarms {
  /** Codes, by what they are of. */
  readonly standing = new Map<string, string>();
  readonly #log: ServiceLog;
  readonly #store: Pick<Store, 'note'>;
  constructor(log: ServiceLog, store: Pick<Store, 'note'>) {
    this.#log = log;
    this.#store = store;
  }
  /** @param name a word: `certificate`, `rules` */
  tell(name: string, e: MayflyError | undefined): void {
    if (e) this.#raise(name, e);
    else if (this.standing.delete(name)) this.#log.line(`${name}: as it should be again`);
  }
  #raise(name: string, e: MayflyError): void {
    this.standing.set(name, e.code);
    this.#log.error(name, e);
    this.#store.note({ entries: [{ event: 'alarm', at: clock(), code: e.code, sentence: e.message }] });
  }
}
