import { nextLink } from './chain.ts';
import { type Finding, findingOf } from './finding.ts';
import { sameOctets } from './same-octets.ts';

/** One entry as it is kept. */
export interface JournalRow {
  readonly sequence: number;
  readonly text: string;
  readonly hash: Uint8Array;
}
/** Hashes that the entry before may have had, the likeliest first. */
export type Anchors = readonly Uint8Array[];

/** Which of the anchors the row follows as entry number `place`; -1: none. */
export const anchorOf = ({ text, hash }: JournalRow, place: number, anchors: Anchors): number =>
  anchors.findIndex((anchor) => sameOctets(nextLink(anchor, place, text), hash));
const follows = (row: JournalRow, place: number, anchors: Anchors): boolean => anchorOf(row, place, anchors) >= 0;

/** A row that does not follow what stands before it. */
interface Misfit {
  readonly row: JournalRow;
  readonly place: number;
  readonly anchors: Anchors;
  /** The hash that its text has where it stands. */
  readonly recomputed: Uint8Array | undefined;
}
/** Entries that are missing, and the row after them. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly anchors: Anchors;
  readonly after: JournalRow | undefined;
}
/** Rows and gaps that are remembered each; the oldest are reported as they are when there are more. */
const MOST = 16;

function moved(from: number, to: number): Finding {
  if (from === to) return findingOf('moved', to, to, 'the entry stands out of order');
  return findingOf('moved', Math.min(from, to), Math.max(from, to), `entry ${to} stands in the place of entry ${from}`);
}

/**
 * What was found where it does not belong: an entry that was moved is recognized when its place, or the entry for its place, turns
 * up. Holds a few rows at any time.
 */
export class OutOfPlace {
  #misfits: Misfit[] = [];
  /** Rows whose place another row has been shown to own. */
  #strays: Misfit[] = [];
  #gaps: Gap[] = [];
  #run: { readonly from: number; readonly to: number } | undefined;
  #out: Finding[] = [];

  /** What is certain by now. */
  drain(): readonly Finding[] {
    const found = this.#out;
    this.#out = [];
    return found;
  }
  isMisfit(place: number): boolean {
    return this.#misfits.some((misfit) => misfit.place === place);
  }
  holdMisfit(misfit: Misfit): void {
    this.#misfits.push(misfit);
    if (MOST < this.#misfits.length) this.#reportMisfit(this.#misfits.shift());
  }
  holdStray(row: JournalRow, place: number): void {
    this.#strays.push({ row, place, anchors: [], recomputed: undefined });
    if (MOST < this.#strays.length) this.#reportStray(this.#strays.shift());
  }
  holdGap(gap: Gap): void {
    this.#gaps.push(gap);
    if (MOST < this.#gaps.length) this.#reportGap(this.#gaps.shift());
  }
  /** The gap that ends before this row, to be looked at anew. */
  takeGapBefore(row: JournalRow): Gap | undefined {
    const gap = this.#gaps.find(({ after }) => after === row);
    if (gap) this.#gaps = this.#gaps.filter((each) => each !== gap);
    return gap;
  }

  /** The earlier place that this row belongs to, if it does; that place is filled. */
  fillEarlier(row: JournalRow, place: number): number | undefined {
    const gap = this.#gaps.find(({ from, anchors }) => follows(row, from, anchors));
    if (gap) {
      this.#out.push(moved(place, gap.from));
      this.#fill(gap, row);
      return gap.from;
    }
    const misfit = this.#misfits.find((held) => held.place !== place && follows(row, held.place, held.anchors));
    if (!misfit) return undefined;
    this.#out.push(moved(place, misfit.place));
    this.#misfits = this.#misfits.filter((each) => each !== misfit);
    this.holdStray(misfit.row, misfit.place);
    this.#prove(misfit.place + 1, row.hash);
    return misfit.place;
  }
  /** A row found earlier that belongs to this place, if there is one; its hash. */
  fillFromHeld(place: number, anchors: Anchors): Uint8Array | undefined {
    const stray = this.#strays.find(({ row }) => follows(row, place, anchors));
    if (stray) {
      this.#strays = this.#strays.filter((each) => each !== stray);
      this.#out.push(moved(stray.place, place));
      return stray.row.hash;
    }
    const misfit = this.#misfits.find((held) => held.place !== place && follows(held.row, place, anchors));
    if (!misfit) return undefined;
    this.#misfits = this.#misfits.filter((each) => each !== misfit);
    this.#out.push(moved(misfit.place, place));
    this.holdGap({ from: misfit.place, to: misfit.place, anchors: misfit.anchors, after: undefined });
    return misfit.row.hash;
  }
  /** A row has turned up at its place; whether another one like it was put in before. */
  dropCopy({ hash, text }: JournalRow, place: number): void {
    const copy = this.#strays.find(({ row }) => row.text === text && sameOctets(row.hash, hash));
    if (!copy) return;
    this.#strays = this.#strays.filter((each) => each !== copy);
    this.#out.push(findingOf('duplicate', place, place, 'the entry is there twice'));
  }
  /** What stands before `place` is known to have this hash: where its text has it too, only its hash was changed, and so before it. */
  blameHashes(place: number, hash: Uint8Array | undefined): void {
    if (!hash) return;
    for (let at = place - 1; ; at--) {
      const misfit = this.#misfits.find((held) => held.place === at);
      if (!misfit?.recomputed) return;
      const { recomputed } = misfit;
      if (at === place - 1 && !sameOctets(recomputed, hash)) return;
      this.#misfits = this.#misfits.filter((each) => each !== misfit);
      this.#out.push(findingOf('hash-changed', at, at, 'the hash of the entry was changed; its text is what was written'));
    }
  }
  /** Forgets the misfits that end before `place`: what became of them has been found out. @returns where they begin */
  explainBefore(place: number): number {
    let from = place;
    while (this.isMisfit(from - 1)) from--;
    this.#misfits = this.#misfits.filter((held) => held.place < from || place <= held.place);
    return from;
  }

  #fill(gap: Gap, { hash }: JournalRow): void {
    this.#gaps = this.#gaps.filter((each) => each !== gap);
    const { from, to, after } = gap;
    if (from < to) this.#gaps.push({ from: from + 1, to, anchors: [hash], after });
    else if (after && !follows(after, to + 1, [hash])) this.#extendRun(to + 1);
    this.#prove(from + 1, hash);
  }
  /** What the entry before had for its hash is known now. */
  #prove(place: number, hash: Uint8Array): void {
    this.#misfits = this.#misfits.filter((held) => held.place !== place || !follows(held.row, place, [hash]));
    this.#gaps = this.#gaps.map((gap) => (gap.from === place ? { ...gap, anchors: [...gap.anchors, hash] } : gap));
  }
  #reportMisfit(misfit: Misfit | undefined): void {
    if (misfit) this.#extendRun(misfit.place);
  }
  /** Entries next to each other that do not fit are one finding, however many. */
  #extendRun(place: number): void {
    if (this.#run?.to === place - 1) this.#run = { from: this.#run.from, to: place };
    else {
      this.#reportRun();
      this.#run = { from: place, to: place };
    }
  }
  #reportRun(): void {
    if (!this.#run) return;
    const { from, to } = this.#run;
    const before = from === 1 ? '' : `, or entry ${from - 1} was rewritten together with its hash`;
    const sentence = from === to ? `the entry is not what was written${before}` : `the entries are not what was written${before}`;
    this.#out.push(findingOf('changed', from, to, sentence));
    this.#run = undefined;
  }
  #reportGap(gap: Gap | undefined): void {
    if (!gap) return;
    const { from, to, after } = gap;
    const what = from === to ? 'the entry is missing' : 'the entries are missing';
    const unproven = after ? `, and so entry ${to + 1} cannot be checked by itself` : '';
    this.#out.push(findingOf('dropped', from, to, `${what}${unproven}`));
  }
  #reportStray(stray: Misfit | undefined): void {
    if (stray)
      this.#out.push(findingOf('moved', stray.place, stray.place, 'a row with this number stands where it does not belong'));
  }
  end(): readonly Finding[] {
    for (const gap of this.#gaps) this.#reportGap(gap);
    for (const misfit of this.#misfits) this.#reportMisfit(misfit);
    this.#reportRun();
    for (const stray of this.#strays) this.#reportStray(stray);
    return this.drain();
  }
}
