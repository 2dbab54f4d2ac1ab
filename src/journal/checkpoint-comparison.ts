import { isoTime } from '../wire/der-time.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type Finding, findingOf } from './finding.ts';
import { sameOctets } from './same-octets.ts';

/** The chain as it is found, held against checkpoints: what the signer vouched for, and from where on something else stands. */
export class CheckpointComparison {
  readonly #bySequence = new Map<number, Checkpoint[]>();
  #proven = 0;
  #matched = 0;
  #rewritten: { readonly to: number; readonly first: Checkpoint } | undefined;
  constructor(checkpoints: Iterable<Checkpoint>) {
    for (const checkpoint of checkpoints) {
      const { sequence } = checkpoint;
      this.#bySequence.set(sequence, [...(this.#bySequence.get(sequence) ?? []), checkpoint]);
    }
  }
  /** The last entry that a checkpoint has confirmed. */
  get proven(): number {
    return this.#proven;
  }
  get matched(): number {
    return this.#matched;
  }
  /** What the hash of an entry must be. */
  hashesAt(sequence: number): readonly Uint8Array[] {
    return this.#bySequence.get(sequence)?.map(({ hash }) => hash) ?? [];
  }
  /** @param candidates hashes that the entry may have */
  take(sequence: number, candidates: readonly Uint8Array[]): readonly Finding[] {
    const checkpoints = this.#bySequence.get(sequence);
    if (!checkpoints) return [];
    const odd = checkpoints.find(({ hash }) => !candidates.some((candidate) => sameOctets(candidate, hash)));
    this.#matched += odd ? 0 : checkpoints.length;
    if (odd) {
      this.#rewritten = { to: sequence, first: this.#rewritten?.first ?? odd };
      return [];
    }
    const found = this.#flush();
    this.#proven = sequence;
    return found;
  }
  #flush(): readonly Finding[] {
    if (!this.#rewritten) return [];
    const { to, first } = this.#rewritten;
    this.#rewritten = undefined;
    const since = this.#proven === 0 ? 'from its start' : `after entry ${this.#proven}`;
    const sentence = `the journal is not the one that was signed at ${isoTime(first.at)} for entry ${first.sequence}: it was rewritten ${since}`;
    return [findingOf('rewritten', this.#proven + 1, to, sentence)];
  }
  /** @param last number of the last entry */
  end(last: number): readonly Finding[] {
    const found = [...this.#flush()];
    let beyond: Checkpoint | undefined;
    for (const [sequence, [checkpoint]] of this.#bySequence)
      if (checkpoint && last < sequence && (beyond?.sequence ?? 0) < sequence) beyond = checkpoint;
    if (beyond) {
      const sentence = `the journal ends at entry ${last}; entry ${beyond.sequence} was signed at ${isoTime(beyond.at)}: the end was cut off`;
      found.push(findingOf('truncated', last + 1, beyond.sequence, sentence));
    }
    return found;
  }
}
