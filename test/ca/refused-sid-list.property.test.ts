import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LIST, MOST_SIDS, readRefusedSidList, refusedSidListText } from '../../src/ca/refused-sid-list.ts';
import { mutated, property, same } from '../wire/property.ts';

const part = fc.oneof(fc.nat(9), fc.integer({ min: 0, max: 0xffff_ffff }));
const sid = fc.tuple(part, part, part, fc.integer({ min: 1, max: 0xffff_ffff })).map((parts) => `S-1-5-21-${parts.join('-')}`);
const list = fc.tuple(fc.array(sid, { maxLength: 12 }), fc.nat(4_000_000_000));
const octets = list.map(([sids, at]) => new Uint8Array(Buffer.from(refusedSidListText(sids, at))));

describe('a list of refused SIDs', () => {
  property('gives back what was written', list, ([sids, at]) => {
    const read = readRefusedSidList(Buffer.from(refusedSidListText(sids, at)));
    same(read, { writtenAt: at, sids: new Set(sids) }, 'read');
  });
  property(
    'takes what it would write and nothing else; the rest is a clause',
    fc.oneof(mutated(octets), fc.uint8Array()),
    (input) => {
      const read = readRefusedSidList(input);
      if (typeof read === 'string') same(/^(?:it|its|line \d+) [^\n]{3,100}[^.\n]$/.test(read), true, read);
      else same(refusedSidListText([...read.sids], read.writtenAt), Buffer.from(input).toString('latin1'), 're-encoded');
    },
  );

  const good = refusedSidListText(['S-1-5-21-1-2-3-1105', 'S-1-5-21-1-2-3-1106'], 1000);
  const body = good.slice(good.indexOf('\n') + 1);
  it.each([
    ['nothing', '', 'its first line is not that of a list'],
    ['no line feed', good.replaceAll('\n', ' '), 'its first line is not that of a list'],
    ['a header of another program', good.replace('mayfly', 'Mayfly'), 'its first line is not that of a list'],
    ['another version', good.replace('sids 1 ', 'sids 2 '), 'it is of version 2, which this CA does not know'],
    ['a time of 13 digits', good.replace(' 1000 ', ' 1000000000000 '), 'its first line is not that of a list'],
    ['half of it', good.slice(0, -20), 'its digest is another'],
    ['one digit changed', good.replace('1105', '1107'), 'its digest is another'],
    ['only the header', `${good.slice(0, good.indexOf('\n'))}\n`, 'its digest is another'],
    ['another list behind it', good + body, 'its digest is another'],
    ['another count', good.replace(' 1000 2 ', ' 1000 1 '), 'it has 2 SIDs where its first line says 1'],
  ])('that is damaged (%s) says so', (_, text, fault) => {
    expect(readRefusedSidList(Buffer.from(text))).toBe(fault);
  });
  it('that is too long is not looked into', () => {
    expect(readRefusedSidList(new Uint8Array(LONGEST_LIST + 1))).toBe(`it is over ${LONGEST_LIST} octets`);
  });
  it('is written without what the CA would not find in it', () => {
    for (const odd of [
      'S-1-5-32-544',
      's-1-5-21-1-2-3-1105',
      'S-1-5-21-1-2-3-01105',
      'S-1-5-21-1-2-3-1105\n',
      'S-1-5-21-1-2-4294967296-1',
    ])
      expect(() => refusedSidListText([odd], 0)).toThrow('is not the SID of a domain account');
    const many = Array.from({ length: MOST_SIDS + 1 }, (_, i) => `S-1-5-21-1-2-3-${i + 1}`);
    expect(() => refusedSidListText(many, 0)).toThrow(`there are ${MOST_SIDS + 1} SIDs to refuse, a list holds ${MOST_SIDS}`);
    expect(readRefusedSidList(Buffer.from(refusedSidListText(many.slice(1), 0)))).toMatchObject({ writtenAt: 0 });
  });
});
