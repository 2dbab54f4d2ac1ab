import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownCodes } from '../../src/cli/commands/known-codes.ts';
import { entryTitle } from '../../src/codes/entry.ts';
import { codeIndex, findCode, questionsOf } from '../../src/codes/find-code.ts';
import { bareName, comparableName, readSpelling } from '../../src/codes/spelling.ts';
import { refusalCodes } from '../vectors/explain/refusal-codes.ts';
import { property } from '../wire/property.ts';

const index = codeIndex(knownCodes);
const found = (asked: string) => findCode(index, asked).found;
const names = (asked: string) => found(asked).map(({ name }) => name);

describe('every code of the field', () => {
  it.each(refusalCodes)('$asked: $usual', ({ asked, kind, name, words }) => {
    const entry = found(asked).find(
      (each) => each.kind === kind && bareName(comparableName(each.name)) === bareName(comparableName(name)),
    );
    expect(entry).toBeDefined();
    const { cause = '', look = '', fix = '' } = entry ?? {};
    for (const clause of [cause, look, fix]) expect(clause.length).toBeGreaterThan(10);
    for (const word of words)
      expect(/4768|Kdcsvc|Security-Kerberos/.test(word.source) ? `${cause} ${look}` : cause).toMatch(word);
  });
});

describe('a code, however it is spelled', () => {
  const notTrusted = [
    ...['62', '0x3E', '0x3e', '0X3E', ' 62. ', '"62"', 'krb 62', 'KRB-ERROR: 62', 'kerberos error 62', '3Eh', '-1765328322'],
    ...['KDC_ERR_CLIENT_NOT_TRUSTED', 'kdc-err-client-not-trusted', 'CLIENT_NOT_TRUSTED', 'KRB5KDC_ERR_CLIENT_NOT_TRUSTED'],
  ];
  it.each(notTrusted)('%s', (asked) => expect(names(asked)).toEqual(['KDC_ERR_CLIENT_NOT_TRUSTED']));
  const failure = [
    ...['STATUS_PKINIT_FAILURE', 'pkinit_failure', '0xC0000320', 'c0000320', '0xc0000320,', '-1073741024', '3221226272'],
    ...['0xFFFFFFFFC0000320', 'ntstatus 0xC0000320', 'status: C0000320', 'Sub Status = 0xC0000320'],
  ];
  it.each(failure)('%s', (asked) => expect(names(asked)).toEqual(['STATUS_PKINIT_FAILURE']));
  it.each([
    ['SCARD_W_REMOVED_CARD', ['SCARD_W_REMOVED_CARD']],
    ['0x80100069', ['SCARD_W_REMOVED_CARD']],
    ['-2146434967', ['SCARD_W_REMOVED_CARD']],
    ['removed card', ['SCARD_W_REMOVED_CARD']],
    ['event 4768', ['Security 4768']],
    ['Event ID: 4768', ['Security 4768']],
    ['4768', ['Security 4768']],
    ['6982', ['6982']],
    ['sw 63c0', ['63C0']],
    ['data 52e', ['ERROR_LOGON_FAILURE']],
    ['errinfo 7', ['ERRINFO_SERVER_DENIED_CONNECTION']],
    ['negotiation failure 5', ['HYBRID_REQUIRED_BY_SERVER']],
    ['host-refused', ['host-refused']],
    ['TIER_ZERO_GROUP', ['tier-zero-group']],
    ['key-used', ['key-used']],
  ])('%s', (asked, expected) => expect(names(asked)).toEqual(expected));
  it('in what Mayfly says of a refusal', () =>
    expect(
      names('the certificate is revoked (KDC_ERR_CLIENT_NOT_TRUSTED 62, 0x80092010 CRYPT_E_REVOKED; the KDC says "REVOKED")'),
    ).toEqual(['CRYPT_E_REVOKED', 'KDC_ERR_CLIENT_NOT_TRUSTED'].sort((a, b) => b.localeCompare(a))));
  it('by part of what a screen says, and by more than that', () => {
    expect(names('no VALID certificates   were found')).toEqual(['No valid certificates were found on this smart card']);
    expect(names('Error: \u201cNo valid certificates were found on this smart card.\u201d Please try another one!')).toHaveLength(
      1,
    );
    expect(found('smart card certificate used for authentication').length).toBeGreaterThan(3);
  });
});

describe('a number that is several things', () => {
  it.each([
    ['41', ['krb-error', 'event', 'event']],
    ['52', ['krb-error', 'ldap']],
    ['8', ['krb-error', 'event', 'ldap']],
    ['20', ['krb-error', 'event', 'ldap']],
  ])('%s', (asked, kinds) => expect(found(asked).map(({ kind }) => kind)).toEqual(kinds));
  it('is one where its kind is said', () => expect(found('Kdcsvc 41').map(entryTitle)).toEqual(['Kdcsvc 41, Windows event']));
});

describe('what is in no table', () => {
  it.each(['', '.', '0xDEADBEEF', '99999999999999999999', 'event 1', '-3000000000', 'e', '🦋'])('%j', (asked) =>
    expect(findCode(index, asked)).toEqual({ asked, found: [], nearest: [] }),
  );
  it('has names like it', () => {
    expect(findCode(index, 'KDC_ERR_CLIENT_NOT_TRUSTD').nearest[0]).toBe('KDC_ERR_CLIENT_NOT_TRUSTED');
    expect(findCode(index, 'WRONG_PIN').nearest).toContain('STATUS_SMARTCARD_WRONG_PIN');
    expect(findCode(index, 'xyzzyplugh').nearest).toEqual([]);
  });
});

describe('operands of a shell', () => {
  it.each<[string[], string[]]>([
    [
      ['62', '0x3E'],
      ['62', '0x3E'],
    ],
    [
      ['event', '4768', '62'],
      ['event 4768', '62'],
    ],
    [['no', 'valid', 'certificates'], ['no valid certificates']],
    [
      ['KDC_ERR_POLICY', '12'],
      ['KDC_ERR_POLICY', '12'],
    ],
    [['event'], ['event']],
    [
      ['sw', '6982', 'event', '39'],
      ['sw 6982', 'event 39'],
    ],
  ])('%j', (operands, questions) => expect(questionsOf(index, operands)).toEqual(questions));
});

describe('the tables', () => {
  it('say cause, place and fix of every code in one clause each', () => {
    expect(knownCodes.length).toBeGreaterThan(350);
    for (const { name, cause, look, fix } of knownCodes)
      for (const clause of [cause, look, fix]) expect(clause, name).toMatch(/^[^\s.][^\n]*[^\s.]$/);
  });
  it('say nothing of one name twice, and find it by its own name', () => {
    // A gateway session and a request to the API may end for what is called alike.
    const all = knownCodes.map(({ name, cause, fix }) => `${name}: ${cause}; ${fix}`);
    expect(all.filter((said, i) => all.indexOf(said) !== i)).toEqual([]);
    for (const entry of knownCodes) expect(found(entry.name), entry.name).toContain(entry);
  });
  it('find every number by its own spellings', () => {
    for (const entry of knownCodes) {
      if (entry.number === undefined) continue;
      const spelled = [String(entry.number), `0x${entry.number.toString(16)}`, String(entry.number | 0)];
      for (const each of spelled) expect(found(each), each).toContain(entry);
    }
  });
});

describe('hostile spellings', () => {
  const words = fc.constantFrom(
    'event',
    'krb',
    'status',
    '0x',
    '-',
    '62',
    'C0000320',
    'SCARD_',
    '(',
    '"',
    ':',
    ' ',
    '\u2019',
    '_',
  );
  const spelled = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.constantFrom(' ', '_', 'a_', '(', '0x', 'a-', "'").map((part) => part.repeat(20_000)),
  );
  property('read as something or nothing, in bounded time', spelled, (text) => {
    const { numbers } = readSpelling(text);
    for (const number of numbers) expect(Number.isInteger(number) && 0 <= number && number < 2 ** 32).toBe(true);
    const { found: entries, nearest } = findCode(index, text);
    expect(entries.length === 0 || nearest.length === 0).toBe(true);
    expect(nearest.length).toBeLessThanOrEqual(3);
  });
});
