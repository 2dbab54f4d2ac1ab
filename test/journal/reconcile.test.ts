import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { type IssuedLine, Reconciliation } from '../../src/journal/reconcile.ts';

const at = 1_790_000_000;
const named = { session: 's', card: 'c' };
const decided: JournalEntry = { event: 'session-decided', at, session: 's', effect: 'granted', rules: [] };
const requested: JournalEntry = { event: 'card-requested', at, ...named, keyDigest: 'k' };
const issued: JournalEntry = {
  ...{ event: 'card-issued', at, ...named, serialNumber: '01', certificateDigest: 'd', notAfter: at + 300 },
  ...{ sid: 'S', userPrincipalName: 'u', ca: 'lab' },
};
const operated: JournalEntry = { event: 'key-operation', at, ...named, operation: 'private', number: 1 };
const destroyed: JournalEntry = { event: 'key-destroyed', at, ...named, cause: 'released', ms: 1, delayMs: 1 };
const refused: JournalEntry = { event: 'card-refused', at, ...named, reasons: [] };
const ended: JournalEntry = { event: 'session-ended', at, session: 's', state: 'ended', cause: 'x' };
const started: JournalEntry = { event: 'service-started', at, version: '0', configDigest: '0' };
const line: IssuedLine = { where: 'log:1', at, cardId: 'c', serialNumber: '01', keyDigest: 'k', certificateDigest: 'd' };

function found(entries: readonly JournalEntry[], lines?: readonly IssuedLine[]): string[] {
  const cards = new Reconciliation();
  const all = entries.flatMap((entry, i) => cards.take(i + 1, entry));
  all.push(...(lines ?? []).flatMap((each) => cards.takeIssued(each)), ...cards.end(lines !== undefined));
  return all.map(({ code, where }) => `${code} ${where}`);
}
const whole = [decided, requested, issued, operated, destroyed, ended];

describe('what entries say of each other', () => {
  it('fits in a journal as the service writes it', () => {
    expect(found(whole)).toEqual([]);
    expect(found([decided, requested, refused, ended])).toEqual([]);
    expect(found([started, decided, requested, issued, started, destroyed, ended])).toEqual([]);
  });
  it.each([
    ['a card in a session that nobody granted', [requested, destroyed], ['entry-out-of-turn entry 1']],
    ['a card after the end of its session', [decided, ended, requested, destroyed], ['entry-out-of-turn entry 3']],
    ['a certificate after it', [decided, requested, ended, issued, destroyed], ['entry-out-of-turn entry 4']],
    ['a certificate that nobody asked for', [decided, issued], ['entry-out-of-turn entry 2']],
    ['two certificates of one card', [decided, requested, issued, issued, destroyed], ['entry-out-of-turn entry 4']],
    ['a certificate after its refusal', [decided, requested, refused, issued], ['entry-out-of-turn entry 4']],
    ['a card asked for twice', [decided, requested, requested, destroyed], ['entry-out-of-turn entry 3']],
    ['a key used before its certificate', [decided, requested, operated, destroyed], ['entry-out-of-turn entry 3']],
    ['a key used after its destruction', [decided, requested, issued, destroyed, operated], ['entry-out-of-turn entry 5']],
    ['a key destroyed twice', [decided, requested, issued, destroyed, destroyed], ['entry-out-of-turn entry 5']],
    ['a key of no card', [decided, destroyed], ['entry-out-of-turn entry 2']],
    ['a card of which nothing says what became of it', [decided, requested, issued], ['still-open entry 2']],
    ['and which the next start did not close', [decided, requested, issued, started], ['left-open entry 2']],
  ])('does not: %s', (_, entries, expected) => {
    expect(found(entries)).toEqual(expected);
  });
});

describe('what a CA says that it issued', () => {
  it('fits where both have the same certificate', () => {
    expect(found(whole, [line])).toEqual([]);
  });
  it.each([
    ['a card that the journal does not know', [line, { ...line, cardId: 'x', where: 'log:2' }], ['issued-unrequested log:2']],
    ['another key', [{ ...line, keyDigest: 'z' }], ['issued-differs log:1']],
    ['another certificate', [{ ...line, certificateDigest: 'z' }], ['issued-differs log:1']],
    ['another serial number', [{ ...line, serialNumber: '02' }], ['issued-differs log:1']],
    ['nothing', [], ['issued-unknown entry 3']],
    ['what was before the journal', [line, { ...line, cardId: 'x', at: at - 1 }], []],
  ])('does not, or needs not: %s', (_, lines, expected) => {
    expect(found(whole, lines)).toEqual(expected);
  });
  it('may be more than was released: the service or its disk failed in between', () => {
    expect(found([decided, requested, refused, ended], [line])).toEqual(['never-released log:1']);
  });
});
