import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LdapReply, LONGEST_MESSAGE, messageLength, readLdapReply } from '../../src/directory/ldap-reply.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { mutated, property } from '../wire/property.ts';
import { ber, cookie, entry, message, result } from './scripted-ldap.ts';

const alice = message(3, entry('CN=Alice,DC=corp,DC=example', { sAMAccountName: ['alice'], tokenGroups: [Uint8Array.of(1, 2)] }));
const done = message(3, result(0x65), cookie(Uint8Array.of(7)));
const referral = message(9, result(0x67, 10, 'elsewhere\0', ber(0xa3, ber(0x04, 'ldap://dc2.corp.example/'))));
const reference = message(3, ber(0x73, ber(0x04, 'ldap://corp.example/CN=Configuration,DC=corp,DC=example')));
const bound = message(1, result(0x61));
const twice = ber(0x30, ber(0x04, 'cn'), ber(0x31));
const good = [alice, done, referral, reference, bound];

/** What any octets are read as; undefined where they are refused. */
function readOrRefused(octets: Uint8Array): LdapReply | undefined {
  try {
    return readLdapReply(octets);
  } catch (e) {
    if (e instanceof DecodeError && 0 <= e.at && e.at <= octets.length) return undefined;
    throw e;
  }
}
const reasonOf = (octets: Uint8Array): string => {
  try {
    return JSON.stringify(readLdapReply(octets));
  } catch (e) {
    return e instanceof DecodeError ? e.reason : String(e);
  }
};

describe('an answer of a directory', () => {
  it('is an entry with its attributes in lower case', () => {
    const read = readLdapReply(alice);
    expect(read).toMatchObject({ kind: 'entry', messageId: 3, name: 'CN=Alice,DC=corp,DC=example' });
    expect(read.kind === 'entry' && [...read.attributes]).toEqual([
      ['samaccountname', [new Uint8Array(Buffer.from('alice'))]],
      ['tokengroups', [Uint8Array.of(1, 2)]],
    ]);
  });
  it('is a result with the cookie of the next page, or none', () => {
    expect(readLdapReply(done)).toMatchObject({ kind: 'result', operation: 'search', code: 0, cookie: Uint8Array.of(7) });
    expect(readLdapReply(bound)).toMatchObject({ operation: 'bind', cookie: new Uint8Array(0) });
  });
  it('is a referral, its text without the NUL that Active Directory puts behind it', () => {
    expect(readLdapReply(referral)).toMatchObject({ code: 10, diagnostic: 'elsewhere', referrals: ['ldap://dc2.corp.example/'] });
    expect(readLdapReply(reference)).toMatchObject({ kind: 'reference' });
  });
  it.each([
    ['a length that reaches beyond the message', Buffer.from('3005020103640a', 'hex'), 'needs 10 bytes, 0 left'],
    ['an indefinite length', Buffer.from('3080020101', 'hex'), 'length is not 1 to 4 octets'],
    ['a length of five octets', Buffer.from('308500000000010201', 'hex'), 'length is not 1 to 4 octets'],
    ['an attribute twice', message(1, ber(0x64, ber(4, 'CN=x'), ber(0x30, twice, twice))), 'attribute is given twice'],
    ['an operation that is a request', message(1, ber(0x63)), 'operation 0x63 is no answer'],
    ['more than it says', Buffer.concat([bound, Buffer.of(0)]), '1 octets left over'],
    ['a number that is negative', message(1, ber(0x61, ber(0x0a, 0xff, 0, 0, 0), ber(4), ber(4))), 'integer is negative'],
    ['a name that is no text', message(1, ber(0x64, ber(4, Uint8Array.of(0xff)), ber(0x30))), 'text is not UTF-8'],
  ])('is refused: %s', (_, octets, reason) => {
    expect(reasonOf(octets)).toBe(reason);
  });
  property('is read or refused, whatever it is', mutated(fc.constantFrom(...good)), (octets) => void readOrRefused(octets));
});

describe('the length of an answer', () => {
  it('is known as soon as it can be', () => {
    expect(messageLength(alice)).toBe(alice.length);
    for (let octets = 0; octets < 6; octets++) expect(messageLength(alice.subarray(0, octets))).toBeUndefined();
  });
  it.each(['31', '3080', '3085', '308401000001', '3084ffffffff'])('is refused before anything is held: %s', (hex) => {
    expect(() => messageLength(Buffer.from(hex, 'hex'))).toThrow(DecodeError);
  });
  it('may be as long as a message may be', () => {
    const head = Buffer.from('308400000000', 'hex');
    head.writeUInt32BE(LONGEST_MESSAGE, 2);
    expect(messageLength(head)).toBe(LONGEST_MESSAGE + 6);
  });
});
