import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryText, type JournalEntry, readEntry } from '../../src/journal/entry.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { anyEntry } from './any-entry.ts';

const requested: JournalEntry = {
  event: 'card-requested',
  at: 1_790_000_000,
  session: 's1',
  card: 'c1',
  keyDigest: 'ab'.repeat(32),
};

describe('the text of an entry', () => {
  it('is JSON with sorted names and no white space', () => {
    const text = `{"at":1790000000,"card":"c1","event":"card-requested","keyDigest":"${'ab'.repeat(32)}","session":"s1"}`;
    expect(entryText(requested)).toBe(text);
  });
  it('leaves out what is undefined', () => {
    const text = entryText({ event: 'session-decided', at: 1, session: 's', effect: 'denied', rules: [], sentence: undefined });
    expect(text).toBe('{"at":1,"effect":"denied","event":"session-decided","rules":[],"session":"s"}');
  });
  it('takes nothing that the event does not name, such as the PIN of a card handed in whole', () => {
    const card = { ...requested, pin: '271828', privateKey: 'secret' };
    expect(entryText(card)).toBe(entryText(requested));
  });
  it('cuts texts and lists without end, and says so', () => {
    const refused = entryText({
      event: 'card-refused',
      at: 1,
      session: 's',
      card: 'c',
      reasons: [...'x'.repeat(100)].map(() => 'y'.repeat(5000)),
    });
    const { reasons } = JSON.parse(refused) as { readonly reasons: readonly string[] };
    expect(reasons.map(({ length }) => length)).toEqual([...Array.from({ length: 63 }, () => 1024), '… 37 more'.length]);
    expect(reasons[0]?.endsWith('y…')).toBe(true);
    expect(reasons.at(-1)).toBe('… 37 more');
  });
  it.each([
    ['a number that is none', { ...requested, event: 'key-destroyed', cause: 'expired', ms: Number.NaN, delayMs: 0 }],
    ['a time that is none', { ...requested, at: Number.POSITIVE_INFINITY }],
    ['a field missing', { event: 'card-requested', at: 1, session: 's', card: 'c' }],
    ['a word that is not one of the event', { event: 'session-ended', at: 1, session: 's', state: 'granted', cause: 'c' }],
    ['an event that is none', { event: 'constructor', at: 1 }],
  ])('is not made of %s', (_, entry) => {
    expect(() => entryText(entry as JournalEntry)).toThrow(expect.objectContaining({ code: 'journal-entry' }));
  });
  it('comes back as what it was made of', () => {
    fc.assert(
      fc.property(
        anyEntry,
        fuzzed('journal entry', (entry) => {
          const text = entryText(entry);
          const read = readEntry(text);
          expect(read).toEqual(JSON.parse(JSON.stringify(entry)));
          expect(entryText(read as JournalEntry)).toBe(text);
        }),
      ),
      { numRuns: fuzzRuns },
    );
  });
});

describe('an entry that is read', () => {
  it('of an event nobody knows yet is kept as it is', () => {
    const text = '{"at":5,"card":"c","event":"card-polished","with":{"wax":[1,2]}}';
    expect(readEntry(text)).toEqual({ at: 5, card: 'c', event: 'card-polished', with: { wax: [1, 2] } });
  });
  it('keeps a field that a newer Mayfly added', () => {
    expect(readEntry('{"at":5,"colour":"blue","event":"service-stopped"}')).toHaveProperty('colour', 'blue');
  });
  it.each([
    ['white space', '{"at": 5,"event":"service-stopped"}'],
    ['a name given twice', '{"at":4,"at":5,"event":"service-stopped"}'],
    ['names out of order', '{"event":"service-stopped","at":5}'],
    ['another spelling of a character', '{"at":5,"event":"service\\u002dstopped"}'],
    ['another spelling of a number', '{"at":5.0,"event":"service-stopped"}'],
    ['no time', '{"event":"service-stopped"}'],
    ['a time in words', '{"at":"now","event":"service-stopped"}'],
    ['no event', '{"at":5}'],
    ['a field missing', '{"at":5,"event":"card-authenticated","session":"s"}'],
    ['a list where a text belongs', '{"at":5,"card":["c"],"event":"card-authenticated","session":"s"}'],
    ['a list', '[1,2]'],
    ['nothing', ''],
    ['null', 'null'],
    ['nesting without end', '['.repeat(500_000)],
    ['nesting without end that is closed', `${'['.repeat(500_000)}${']'.repeat(500_000)}`],
    ['more than any entry', `"${'x'.repeat(2 ** 20)}"`],
  ])('is refused with %s', (_, text) => {
    expect(() => readEntry(text)).toThrow(DecodeError);
  });
  it('is an entry or a DecodeError, whatever the text', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ at: 1, event: value })),
    );
    fc.assert(
      fc.property(
        hostile,
        fuzzed('journal entry text', (text) => {
          try {
            expect(JSON.stringify(readEntry(text))).toBe(text);
          } catch (e) {
            expect(e).toBeInstanceOf(DecodeError);
          }
        }),
      ),
      { numRuns: fuzzRuns },
    );
  });
});
