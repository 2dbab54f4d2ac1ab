import { chainStart, nextLink } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointComparison } from './checkpoint-comparison.ts';
import { type Finding, findingOf } from './finding.ts';
import { type Anchors, anchorOf, type JournalRow, OutOfPlace } from './out-of-place.ts';
import { sameOctets } from './same-octets.ts';

export interface VerifiedChain {
  readonly rows: number;
  /** Number of the last entry. */
  readonly last: number;
  /** Number of the last entry that a checkpoint confirms; 0: none. */
  readonly proven: number;
  readonly checkpointsMatched: number;
}
/** Entries that were taken out and closed up again are looked for up to so many, so many times. */
const FARTHEST_SHIFT = 1000;
const MOST_SHIFT_SEARCHES = 16;

const isNumber = (sequence: number) => Number.isSafeInteger(sequence) && sequence > 0;

/**
 * Follows a journal from its first entry to its last, row by row in the order they are kept. It finds the first row that is not
 * what was written, picks up the chain again behind it, and goes on. Memory does not grow with the journal.
 */
export class ChainVerification {
  readonly #outOfPlace = new OutOfPlace();
  readonly #checkpoints: CheckpointComparison;
  /** Number of the next entry. Rows that were renumbered are counted as they were written. */
  #expected = 1;
  #shift = 0;
  #shiftSearches = 0;
  /** Of the entry before; what its text makes of its predecessor's hash stands last. */
  #anchors: Anchors = [chainStart];
  /** The row before, when it came behind a gap. */
  #jumped: JournalRow | undefined;
  #copies: { readonly from: number; readonly to: number } | undefined;
  #rows = 0;
  constructor(checkpoints: Iterable<Checkpoint>) {
    this.#checkpoints = new CheckpointComparison(checkpoints);
  }

  /** Takes the next row in; what is certain by now. */
  take(row: JournalRow): readonly Finding[] {
    this.#rows++;
    const found = [...this.#place(row)];
    return [...found, ...this.#outOfPlace.drain()];
  }
  #place(row: JournalRow): readonly Finding[] {
    if (!isNumber(row.sequence) || !isNumber(row.sequence + this.#shift))
      return [findingOf('unreadable', this.#expected, this.#expected, 'there is a row whose number is none')];
    const place = row.sequence + this.#shift;
    const jumped = this.#jumped;
    this.#jumped = undefined;
    const anchor = anchorOf(row, this.#expected, this.#anchors);
    if (anchor >= 0) {
      if (anchor > 0) this.#outOfPlace.blameHashes(this.#expected, this.#anchors[anchor]);
      const sentence = `the entry stands under number ${row.sequence}`;
      const odd = place === this.#expected ? [] : [findingOf('moved', this.#expected, this.#expected, sentence)];
      return [...odd, ...this.#accept(row)];
    }
    if (place === this.#expected) return this.#misfit(row);
    if (place > this.#expected) return this.#jump(row, place);
    return this.#late(row, place, jumped);
  }
  #accept(row: JournalRow, candidates: Anchors = [row.hash]): readonly Finding[] {
    const place = this.#expected;
    this.#outOfPlace.dropCopy(row, place);
    return this.#advance(place, candidates);
  }
  /** Goes on behind an entry that has one of these hashes. A checkpoint knows which. */
  #advance(place: number, candidates: Anchors): readonly Finding[] {
    const signed = this.#checkpoints.hashesAt(place);
    const known = candidates.filter((hash) => signed.some((each) => sameOctets(each, hash)));
    this.#anchors = known.length > 0 ? known : [...candidates, ...signed];
    this.#expected = place + 1;
    // Of a row that is known not to fit, a checkpoint has nothing to add but its hash.
    const isOdd = candidates.length !== 1 && known.length === 0;
    return [...this.#flushCopies(), ...(isOdd ? [] : this.#checkpoints.take(place, candidates))];
  }

  /** The row stands where its number says, but does not follow what stands before it. */
  #misfit(row: JournalRow): readonly Finding[] {
    const place = this.#expected;
    const filled = this.#outOfPlace.fillEarlier(row, place);
    const anchors = filled === place - 1 ? [...this.#anchors, row.hash] : this.#anchors;
    const guest = this.#outOfPlace.fillFromHeld(place, anchors);
    if (guest) {
      if (filled === undefined) this.#outOfPlace.holdStray(row, place);
      return this.#advance(place, [guest]);
    }
    if (filled !== undefined) {
      this.#outOfPlace.holdGap({ from: place, to: place, anchors, after: undefined });
      return this.#advance(place, []);
    }
    if (this.#outOfPlace.isMisfit(place - 1) && this.#findShift(row)) return this.#renumbered(row);
    const base = anchors.at(-1);
    const recomputed = base && nextLink(base, place, row.text);
    this.#outOfPlace.holdMisfit({ row, place, anchors, recomputed });
    const found = this.#advance(place, recomputed ? [row.hash, recomputed] : [row.hash, row.hash]);
    const [known, other] = this.#anchors;
    if (other === undefined) this.#outOfPlace.blameHashes(place + 1, known);
    return found;
  }
  /** Whether the row follows the one before under another number: rows were taken out or put in, and those behind renumbered. */
  #findShift(row: JournalRow): boolean {
    if (MOST_SHIFT_SEARCHES <= this.#shiftSearches++) return false;
    const stored = this.#anchors.slice(0, 1);
    for (let distance = 1; distance <= FARTHEST_SHIFT; distance++) {
      for (const shift of [distance, -distance]) {
        const place = this.#expected + shift;
        if (place < 1 || anchorOf(row, place, stored) < 0) continue;
        this.#shift += shift;
        return true;
      }
    }
    return false;
  }
  #renumbered(row: JournalRow): readonly Finding[] {
    const place = row.sequence + this.#shift;
    const from = this.#outOfPlace.explainBefore(this.#expected);
    const by = place - this.#expected;
    const what = by > 0 ? `${by} missing` : `${-by} put in`;
    const sentence = `from this entry on, entries carry other numbers than they were written with: ${what} here or just before`;
    this.#expected = place;
    return [findingOf('renumbered', from, from, sentence), ...this.#advance(place, [row.hash])];
  }

  /** Numbers were left out. */
  #jump(row: JournalRow, place: number): readonly Finding[] {
    const found: Finding[] = [];
    for (
      let hash = this.#fromHeld();
      hash && this.#expected < place;
      hash = this.#expected < place ? this.#fromHeld() : undefined
    )
      found.push(...this.#advance(this.#expected, [hash]));
    if (this.#expected === place) {
      const anchor = anchorOf(row, place, this.#anchors);
      return [...found, ...(anchor >= 0 ? this.#accept(row) : this.#misfit(row))];
    }
    if (this.#outOfPlace.fillEarlier(row, place) !== undefined) return found;
    this.#outOfPlace.holdGap({ from: this.#expected, to: place - 1, anchors: this.#anchors, after: row });
    this.#jumped = row;
    this.#anchors = this.#checkpoints.hashesAt(place - 1);
    this.#expected = place;
    if (this.#anchors.length > 0 && anchorOf(row, place, this.#anchors) < 0) return [...found, ...this.#misfit(row)];
    return [...found, ...this.#accept(row)];
  }
  #fromHeld(): Uint8Array | undefined {
    return this.#outOfPlace.fillFromHeld(this.#expected, this.#anchors);
  }

  /** A number that has been passed. */
  #late(row: JournalRow, place: number, jumped: JournalRow | undefined): readonly Finding[] {
    const gap = jumped && this.#outOfPlace.takeGapBefore(jumped);
    if (jumped && gap && gap.from <= place && place <= gap.to) {
      // It was the row before that stands out of place.
      this.#outOfPlace.holdStray(jumped, gap.to + 1);
      this.#expected = gap.from;
      this.#anchors = gap.anchors;
      return this.#place(row);
    }
    if (gap) this.#outOfPlace.holdGap(gap);
    if (this.#outOfPlace.fillEarlier(row, place) !== undefined) return [];
    if (this.#copies?.to === place - 1) {
      this.#copies = { from: this.#copies.from, to: place };
      return [];
    }
    const before = this.#flushCopies();
    this.#copies = { from: place, to: place };
    return before;
  }
  #flushCopies(): readonly Finding[] {
    if (!this.#copies) return [];
    const { from, to } = this.#copies;
    this.#copies = undefined;
    return [findingOf('duplicate', from, to, from === to ? 'the entry is there twice' : 'the entries are there twice')];
  }

  /** When there are no more rows. */
  end(): readonly Finding[] {
    return [...this.#flushCopies(), ...this.#outOfPlace.end(), ...this.#checkpoints.end(this.#expected - 1)];
  }
  get outcome(): VerifiedChain {
    const { proven, matched } = this.#checkpoints;
    return { rows: this.#rows, last: this.#expected - 1, proven, checkpointsMatched: matched };
  }
}
