import { MayflyError } from '../wire/mayfly-error.ts';

interface Kept<Found> {
  readonly question: string;
  readonly found: Promise<Found>;
  /** Milliseconds; undefined while it is under way. */
  endedAt: number | undefined;
}
/** Milliseconds for which what was found is the answer: whoever puts something right looks again soon. */
const FRESH = 5000;

/** For callers over a network: one at a time, and whoever asks the same shares what is found, however often it is asked. */
export class Examinations<Question, Found> {
  readonly #examine: (question: Question) => Promise<Found>;
  readonly #elapsed: () => number;
  #last: Kept<Found> | undefined;

  /** @param elapsed milliseconds, of a clock that nobody sets */
  constructor(examine: (question: Question) => Promise<Found>, elapsed: () => number) {
    this.#examine = examine;
    this.#elapsed = elapsed;
  }
  /** @throws MayflyError `doctor-busy`, and what the examination throws */
  of(question: Question): Promise<Found> {
    const asked = JSON.stringify(question);
    const last = this.#last;
    const isFresh = last !== undefined && (last.endedAt === undefined || this.#elapsed() < last.endedAt + FRESH);
    if (isFresh && last.question === asked) return last.found;
    if (last !== undefined && last.endedAt === undefined)
      return Promise.reject(
        new MayflyError('doctor-busy', 'another examination is under way', { next: 'ask again in a few seconds' }),
      );
    const kept: Kept<Found> = { question: asked, found: this.#examine(question), endedAt: undefined };
    this.#last = kept;
    const end = () => {
      kept.endedAt = this.#elapsed();
    };
    const failed = () => {
      // What failed is no answer for those who come later.
      if (this.#last === kept) this.#last = undefined;
    };
    kept.found.then(end, failed);
    return kept.found;
  }
}
