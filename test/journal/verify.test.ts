import { describe, expect, it } from 'vitest';
import type { JournalRow } from '../../src/journal/out-of-place.ts';
import { chained, checkpointOf, checkpointsOf, findingsIn, madeJournal, summary, textOf } from './made-journal.ts';

const whole = madeJournal(30);
const at = (sequence: number): JournalRow => whole[sequence - 1]!;
/** The journal with other rows instead of those; `undefined` takes one out. */
const withRows = (changes: Readonly<Record<number, JournalRow | undefined>>): JournalRow[] =>
  whole.flatMap((row) => {
    const other = row.sequence in changes ? changes[row.sequence] : row;
    return other ? [other] : [];
  });
const flipped = (octets: Uint8Array): Uint8Array => octets.map((octet, i) => (i === 7 ? octet ^ 1 : octet));
const changedText = (sequence: number): JournalRow => ({ ...at(sequence), text: textOf(sequence, 'another') });
const changedHash = (sequence: number): JournalRow => ({ ...at(sequence), hash: flipped(at(sequence).hash) });
/** The content of one row under the number of another, as an UPDATE of two rows leaves it. */
const contentOf = (from: number, to: number): JournalRow => ({ ...at(from), sequence: to });
const found = (rows: readonly JournalRow[], every?: number) =>
  summary(findingsIn(rows, every ? checkpointsOf(whole, every) : []));
/** From this entry on every row has a number that is higher or lower by that. */
const renumbered = (rows: readonly JournalRow[], from: number, by: number) =>
  rows.map((row) => (row.sequence >= from ? { ...row, sequence: row.sequence + by } : row));

describe('a journal as it was written', () => {
  it.each([0, 1, 30])('of %i entries has no finding', (length) => {
    expect(found(whole.slice(0, length))).toEqual([]);
  });
  it('has no finding against its checkpoints, whatever lies beyond the last one', () => {
    expect(found(whole, 7)).toEqual([]);
  });
});

describe('a change is found where it was made, and the rest goes on', () => {
  it.each([
    ['the text of one entry', { 9: changedText(9) }, ['changed 9']],
    ['the text of the first', { 1: changedText(1) }, ['changed 1']],
    ['the text of the last', { 30: changedText(30) }, ['changed 30']],
    ['the hash of one entry', { 9: changedHash(9) }, ['hash-changed 9']],
    [
      'the hashes of three in a row',
      { 9: changedHash(9), 10: changedHash(10), 11: changedHash(11) },
      ['hash-changed 9', 'hash-changed 10', 'hash-changed 11'],
    ],
    ['the hash of the last, of which nothing tells', { 30: changedHash(30) }, ['changed 30']],
    ['text and hash of one entry by others', { 9: { ...changedText(9), hash: flipped(at(9).hash) } }, ['changed 9-10']],
    ['text and hash of one entry, so that they fit', { 9: chained([textOf(9, 'x')], 9, at(8).hash)[0] }, ['changed 10']],
    ['the texts of a range', { 9: changedText(9), 10: changedText(10), 11: changedText(11) }, ['changed 9-11']],
    ['two entries far apart', { 3: changedText(3), 25: changedText(25) }, ['changed 25', 'changed 3']],
    ['a hash of another length', { 9: { ...at(9), hash: new Uint8Array(5) } }, ['hash-changed 9']],
  ])('%s', (_, changes, findings) => {
    expect(found(withRows(changes))).toEqual([...findings].sort());
  });
});

describe('what is missing is named', () => {
  it.each([
    ['one entry', { 9: undefined }, ['dropped 9']],
    ['a range', { 9: undefined, 10: undefined, 11: undefined }, ['dropped 9-11']],
    ['the first', { 1: undefined }, ['dropped 1']],
    ['two apart', { 9: undefined, 20: undefined }, ['dropped 20', 'dropped 9']],
  ])('%s', (_, changes, findings) => {
    expect(found(withRows(changes))).toEqual(findings);
  });
  it('an entry that a checkpoint was made for: the one behind it is checked all the same', () => {
    const rows = withRows({ 10: undefined, 11: changedText(11) });
    expect(found(rows, 5)).toEqual(['changed 11', 'dropped 10']);
  });
  it.each([1, 2, 40])('%i in the middle, and the rest numbered through', (count) => {
    const long = madeJournal(120);
    const rows = renumbered([...long.slice(0, 8), ...long.slice(8 + count)], 9, -count);
    expect(summary(findingsIn(rows, checkpointsOf(long, 10)))).toEqual(['renumbered 9']);
  });
  it('an entry that was put in, and the rest numbered through', () => {
    const fake = chained([textOf(9, 'fake')], 9, at(8).hash);
    const rows = [...whole.slice(0, 8), ...fake, ...renumbered(whole.slice(8), 9, 1)];
    expect(found(rows)).toEqual(['renumbered 10']);
  });
});

describe('what was moved is recognized', () => {
  it.each([
    ['neighbours', { 9: contentOf(10, 9), 10: contentOf(9, 10) }, ['moved 9-10', 'moved 9-10']],
    ['entries far apart', { 4: contentOf(25, 4), 25: contentOf(4, 25) }, ['moved 4-25', 'moved 4-25']],
    ['first and last', { 1: contentOf(30, 1), 30: contentOf(1, 30) }, ['moved 1-30', 'moved 1-30']],
    [
      'three in a circle',
      { 5: contentOf(20, 5), 12: contentOf(5, 12), 20: contentOf(12, 20) },
      ['moved 12-20', 'moved 5-12', 'moved 5-20'],
    ],
    [
      'three in the other circle',
      { 5: contentOf(12, 5), 12: contentOf(20, 12), 20: contentOf(5, 20) },
      ['moved 12-20', 'moved 5-12', 'moved 5-20'],
    ],
  ])('%s, exchanged', (_, changes, findings) => {
    expect(found(withRows(changes))).toEqual(findings);
    expect(found(withRows(changes), 5)).toEqual(findings);
  });
  it('lines of an export exchanged', () => {
    expect(found([...whole.slice(0, 8), at(10), at(9), ...whole.slice(10)])).toEqual(['moved 10']);
  });
  it('a line of an export, far away from its place', () => {
    const rows = withRows({ 5: undefined });
    expect(found([...rows.slice(0, 20), at(5), ...rows.slice(20)])).toEqual(['moved 5']);
  });
  it('an entry under a number of nowhere', () => {
    expect(found(withRows({ 9: { ...at(9), sequence: 10 ** 15 } }))).toEqual(['moved 9']);
    expect(found([...withRows({ 9: undefined }), { ...at(9), sequence: 10 ** 15 }])).toEqual([`moved 9-${10 ** 15}`]);
  });
  it('an entry under a number of nowhere that was changed too: no number is waited for', () => {
    const rows = withRows({ 9: { ...changedText(9), sequence: 10 ** 15 } });
    expect(found(rows)).toEqual(['dropped 9', `moved ${10 ** 15}`]);
  });
});

describe('what is there twice is named', () => {
  it.each([
    ['right behind itself', 10, 9, ['duplicate 9']],
    ['far behind', 25, 9, ['duplicate 9']],
    ['ahead of itself', 4, 20, ['duplicate 20']],
  ])('%s', (_, place, sequence, findings) => {
    expect(found([...whole.slice(0, place), at(sequence), ...whole.slice(place)])).toEqual(findings);
  });
  it('a whole range as one', () => {
    expect(found([...whole, ...whole.slice(9, 20)])).toEqual(['duplicate 10-20']);
  });
});

describe('checkpoints tell of what the chain cannot', () => {
  it('the end cut off', () => {
    expect(found(whole.slice(0, 22), 5)).toEqual(['truncated 23-30']);
    expect(found([], 5)).toEqual(['truncated 1-30']);
  });
  it('all of it written anew', () => {
    const anew = chained(whole.map(({ sequence }) => textOf(sequence, 'anew')));
    expect(found(anew)).toEqual([]);
    expect(found(anew, 5)).toEqual(['rewritten 1-30']);
  });
  it('the end written anew, between two checkpoints', () => {
    const anew = [
      ...whole.slice(0, 17),
      ...chained(
        Array.from({ length: 13 }, (_, i) => textOf(i + 18, 'anew')),
        18,
        at(17).hash,
      ),
    ];
    expect(found(anew, 5)).toEqual(['rewritten 16-30']);
  });
  it('the end written anew and longer', () => {
    const anew = chained(Array.from({ length: 50 }, (_, i) => textOf(i + 1, 'anew')));
    expect(found(anew, 10)).toEqual(['rewritten 1-30']);
  });
  it('an entry rewritten with its hash, which the chain alone puts one entry too late', () => {
    const rows = withRows({ 10: chained([textOf(10, 'x')], 10, at(9).hash)[0] });
    expect(found(rows, 5)).toEqual(['rewritten 6-10']);
  });
  it('which of text and hash was changed, of the last entry too', () => {
    expect(found(withRows({ 30: changedHash(30) }), 5)).toEqual(['hash-changed 30']);
    expect(found(withRows({ 30: changedText(30) }), 5)).toEqual(['changed 30']);
  });
  it('two histories that were both signed', () => {
    const other = checkpointOf(chained([textOf(1, 'other')])[0]!);
    expect(summary(findingsIn(whole, [...checkpointsOf(whole, 1), other]))).toEqual(['rewritten 1']);
  });
});

describe('rows that are none', () => {
  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('number %d', (sequence) => {
    expect(found(withRows({ 9: { ...at(9), sequence } }))).toEqual(['dropped 9', 'unreadable 9']);
  });
});
