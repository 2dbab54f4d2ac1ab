import { describe, expect, it } from 'vitest';
import { knownCodes } from '../../src/cli/commands/known-codes.ts';
import { codeIndex, findCode, questionsOf } from '../../src/codes/find-code.ts';

const index = codeIndex(knownCodes);
const names = (asked: string) => findCode(index, asked).found.map(({ name }) => name);
const asShell = (line: string) => questionsOf(index, line.split(' '));

/** As the event viewer copies it; the result code stands behind 500 characters. */
const event4768 = `A Kerberos authentication ticket (TGT) was requested.

Account Information:
\tAccount Name:\t\talice
\tSupplied Realm Name:\tCORP.EXAMPLE
\tUser ID:\t\t\tNULL SID
Service Information:
\tService Name:\t\tkrbtgt/CORP.EXAMPLE
\tService ID:\t\tNULL SID
${'\tMSDS-SupportedEncryptionTypes:\t0x27 (DES, RC4, AES-Sk)\n'.repeat(8)}
Network Information:
\tClient Address:\t\t::ffff:192.0.2.7
\tClient Port:\t\t50123
Additional Information:
\tTicket Options:\t\t0x40810010
\tResult Code:\t\t0x3E
\tTicket Encryption Type:\t0xFFFFFFFF
\tPre-Authentication Type:\t16`;

// A pasted event, a refused bind and a sentence without its quotes were each "in no table here".
describe('what people paste', () => {
  it.each([
    [event4768, ['KDC_ERR_CLIENT_NOT_TRUSTED']],
    ['Failure Code: 0x12', ['KDC_ERR_CLIENT_REVOKED']],
    [
      '80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563',
      ['SEC_E_INVALID_TOKEN', 'ERROR_LOGON_FAILURE'],
    ],
    ['the logon ended with -1073741024 (0xc0000320)', ['STATUS_PKINIT_FAILURE']],
    ['extended error code: 0x7', ['ERRINFO_SERVER_DENIED_CONNECTION']],
    ['no valid certificates were foud', ['No valid certificates were found on this smart card']],
    [
      "the sign-in method you\u2019re trying to use isn't allowed. For more info, contact your network administrator.",
      ["The sign-in method you're trying to use isn't allowed"],
    ],
    ['kdc err client not trusted', ['KDC_ERR_CLIENT_NOT_TRUSTED']],
  ])('%s', (asked, expected) => expect(names(asked)).toEqual(expected));
  it.each([
    'The system could not log you on. No valid certificates were found',
    'Event ID: 4768',
    'kdc err client not trusted',
    'Your credentials did not work',
  ])('%s is one question without quotes', (line) => {
    expect(asShell(line)).toEqual([line]);
    expect(names(line)).toHaveLength(1);
  });
  it('a list is as many questions as it has codes, and a text none of them', () => {
    expect(questionsOf(index, ['0x3e, 0x12'])).toEqual(['0x3e', '0x12']);
    expect(questionsOf(index, ['62', 'host-refused,idle'])).toEqual(['62', 'host-refused', 'idle']);
    expect(asShell('STATUS_PKINIT_FALURE SCARD_W_REMOVED_CARD')).toHaveLength(2);
  });
  it('is like sentences where it is one, and not like names that happen to be short', () => {
    const { found, nearest } = findCode(index, 'we do not know why it happened today');
    expect([found, nearest]).toEqual([[], []]);
    expect(findCode(index, 'the smart card certificate was revoked').nearest[0]).toMatch(/revoked/);
  });
});
