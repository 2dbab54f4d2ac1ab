import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryText } from '../../src/journal/entry.ts';
import type { JournalRow } from '../../src/journal/out-of-place.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { anyEntry } from './any-entry.ts';
import { chained, checkpointOf, findingsIn } from './made-journal.ts';

const journal = fc.array(anyEntry, { minLength: 2, maxLength: 25 }).map((entries) => chained(entries.map(entryText)));
/** What somebody may do to a journal: rows in, rows out. */
type Mutation = (rows: readonly JournalRow[], pick: (most: number) => number) => JournalRow[];
const replaced = (rows: readonly JournalRow[], i: number, change: (row: JournalRow) => JournalRow) =>
  rows.with(i, change(rows[i]!));
const flipped = (octets: Uint8Array, bit: number) =>
  octets.map((octet, i) => (i === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));

const mutations: Readonly<Record<string, Mutation>> = {
  'one character of a text changed': (rows, pick) =>
    replaced(rows, pick(rows.length), (row) => {
      const at = pick(row.text.length);
      const other = row.text[at] === 'x' ? 'y' : 'x';
      return { ...row, text: `${row.text.slice(0, at)}${other}${row.text.slice(at + 1)}` };
    }),
  'one character of a text left out': (rows, pick) =>
    replaced(rows, pick(rows.length), (row) => {
      const at = pick(row.text.length);
      return { ...row, text: `${row.text.slice(0, at)}${row.text.slice(at + 1)}` };
    }),
  'one bit of a hash changed': (rows, pick) =>
    replaced(rows, pick(rows.length), (row) => ({ ...row, hash: flipped(row.hash, pick(256)) })),
  'another number': (rows, pick) =>
    replaced(rows, pick(rows.length), (row) => ({ ...row, sequence: row.sequence + 1 + pick(50) })),
  'one left out': (rows, pick) => rows.toSpliced(pick(rows.length), 1),
  'one left out and the rest numbered through': (rows, pick) =>
    rows.toSpliced(pick(rows.length), 1).map((row, i) => ({ ...row, sequence: i + 1 })),
  'two exchanged': (rows, pick) => {
    const [i, j] = [pick(rows.length), pick(rows.length - 1)];
    const other = i === j ? rows.length - 1 : j;
    return [...rows].with(i, rows[other]!).with(other, rows[i]!);
  },
  'the content of two exchanged': (rows, pick) => {
    const [i, j] = [pick(rows.length), pick(rows.length - 1)];
    const other = i === j ? rows.length - 1 : j;
    const [a, b] = [rows[i]!, rows[other]!];
    return [...rows].with(i, { ...b, sequence: a.sequence }).with(other, { ...a, sequence: b.sequence });
  },
  'the end cut off': (rows, pick) => rows.slice(0, pick(rows.length)),
  'written anew from one on': (rows, pick) => {
    const from = pick(rows.length);
    const texts = rows.slice(from).map(({ text }, i) => (i === 0 ? `${text} ` : text));
    return [...rows.slice(0, from), ...chained(texts, from + 1, rows[from - 1]?.hash)];
  },
};
const stillTheSame = (a: readonly JournalRow[], b: readonly JournalRow[]) => JSON.stringify(a) === JSON.stringify(b);
/** Where the journals differ first, by number. */
const firstDifference = (a: readonly JournalRow[], b: readonly JournalRow[]) =>
  a.findIndex((row, i) => !b[i] || !stillTheSame([row], [b[i]])) + 1 || a.length + 1;

describe('no single mutation of any journal escapes', () => {
  it.each(Object.entries(mutations))('%s', (name, mutate) => {
    fc.assert(
      fc.property(
        journal,
        fc.infiniteStream(fc.nat()),
        fc.nat({ max: 5 }),
        fuzzed(name, (rows, numbers, every) => {
          const mutant = mutate(rows, (most) => numbers.next().value % most);
          const checkpoints = rows
            .filter(({ sequence }) => sequence === rows.length || sequence % (every + 1) === 0)
            .map(checkpointOf);
          expect(findingsIn(rows, checkpoints)).toEqual([]);
          const findings = findingsIn(mutant, checkpoints);
          expect(findings.length).toBeGreaterThan(0);
          expect(findings.every(({ isFault }) => isFault)).toBe(true);
          // Nothing is blamed that comes before the first difference, but what no checkpoint can tell apart from it.
          const first = Math.min(...findings.map(({ sequence = 0 }) => sequence));
          const different = firstDifference(rows, mutant);
          expect(first).toBeGreaterThanOrEqual(different - every);
          // And the first difference, or the entry behind it, is among what is blamed.
          const covers = findings.some(({ sequence = 0, to = sequence }) => sequence <= different + 1 && different <= to);
          expect(covers).toBe(true);
        }),
      ),
      { numRuns: fuzzRuns / 4 },
    );
  });
  it('one there twice, wherever', () => {
    fc.assert(
      fc.property(
        journal,
        fc.nat(),
        fc.nat(),
        fuzzed('one there twice', (rows, a, b) => {
          const copy = rows[a % rows.length]!;
          const mutant = rows.toSpliced(b % (rows.length + 1), 0, copy);
          expect(findingsIn(mutant).map(({ code, sequence }) => [code, sequence])).toEqual([['duplicate', copy.sequence]]);
        }),
      ),
      { numRuns: fuzzRuns },
    );
  });
  it('and nothing that can stand in a row ends in an error', () => {
    const row: fc.Arbitrary<JournalRow> = fc.record({
      sequence: fc.oneof(fc.integer({ min: -2, max: 20 }), fc.maxSafeInteger(), fc.double()),
      text: fc.string({ maxLength: 10 }),
      hash: fc.uint8Array({ maxLength: 40 }),
    });
    const mixed = fc.tuple(journal, fc.array(fc.tuple(fc.nat(), row), { maxLength: 10 })).map(([rows, strange]) => {
      return strange.reduce((all, [at, each]) => all.toSpliced(at % (all.length + 1), at % 3, each), rows);
    });
    fc.assert(
      fc.property(
        mixed,
        fuzzed('strange rows', (rows) => {
          const isWhole =
            rows.every(({ sequence }, i) => sequence === i + 1) && stillTheSame(rows, chained(rows.map(({ text }) => text)));
          expect(findingsIn(rows).length > 0).toBe(!isWhole);
        }),
      ),
      { numRuns: fuzzRuns },
    );
  });
});
