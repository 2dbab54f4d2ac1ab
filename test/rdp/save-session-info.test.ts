import { describe, expect, it } from 'vitest';
import { logonError } from '../../src/rdp/logon-error.ts';
import {
  loggedOn,
  logonErrors,
  logonErrorsOf,
  logonLong,
  plainNotify,
  saveSessionInfo,
  withoutCookie,
} from '../../src/rdp/save-session-info.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import * as vector from '../vectors/rdp/save-session-info.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';

const read = (annotated: string) => decode(saveSessionInfo, bytes(annotated));
const eltons = { domain: 'NTDEV', userName: 'eltons', sessionId: 2 };

describe('the four forms', () => {
  it.each([
    ['logon', vector.logon, eltons],
    ['logon-long', vector.logonLong, eltons],
    ['plain-notify', vector.plainNotify, { domain: '', userName: '', sessionId: undefined }],
    ['extended-info', vector.extendedInfo, undefined],
  ])('%s', (kind, annotated, who) => {
    const session = read(annotated);
    expect(session.kind).toBe(kind);
    expect(loggedOn(session)).toEqual(who);
    expect(hex(encode(saveSessionInfo, session))).toBe(hex(bytes(annotated)));
  });
  it('are written as Windows writes them', () => {
    expect(hex(encode(saveSessionInfo, logonLong(eltons)))).toBe(hex(bytes(vector.logonLong)));
    expect(hex(encode(saveSessionInfo, plainNotify()))).toBe(hex(bytes(vector.plainNotify)));
  });
  it('one that is unknown says nothing of a logon', () => expect(loggedOn(read('04000000 0102'))).toBeUndefined());
  it('a count over the field counts the field', () => {
    const session = decode(saveSessionInfo, bytes(vector.logon).with(4, 0xff).with(5, 0xff));
    expect(loggedOn(session)).toEqual(eltons);
  });
});

describe('extended info', () => {
  it('holds a cookie that is taken out', () => {
    const session = withoutCookie(read(vector.extendedInfo));
    const written = encode(saveSessionInfo, session);
    expect(hex(written)).not.toContain('a802e725e24c82b752a55350');
    expect(hex(written.subarray(0, 22))).toBe('03000000 1200 02000000 08000000 faffffff 02000000'.replaceAll(' ', ''));
    expect(written.length).toBe(bytes(vector.extendedInfo).length - 32);
  });
  it('leaves other notifications alone', () => {
    const session = read(vector.logonLong);
    expect(withoutCookie(session)).toBe(session);
    expect(withoutCookie(logonErrors(1, 2))).toEqual(logonErrors(1, 2));
  });
  it('holds a logon error', () => {
    expect(logonErrorsOf(read(vector.extendedInfo))).toEqual({ type: 0xffff_fffa, data: 2 });
    expect(logonErrorsOf(decode(saveSessionInfo, encode(saveSessionInfo, logonErrors(0xc000_006d, 0))))).toEqual({
      type: 0xc000_006d,
      data: 0,
    });
    expect(logonErrorsOf(read(vector.logon))).toBeUndefined();
  });
  it('keeps a length and fields that are not known here', () => {
    const odd = '03000000 9900 08000000 01000000 aa';
    expect(hex(encode(saveSessionInfo, read(odd)))).toBe(hex(bytes(odd)));
  });
});

describe('logon errors', () => {
  it.each([
    [0xffff_fffe, 0, 'goes-on', 'LOGON_MSG_SESSION_CONTINUE'],
    [0xffff_fffd, 2, 'refused', 'LOGON_MSG_SESSION_TERMINATE'],
    [0xffff_fffb, 1, 'needs-a-person', 'LOGON_MSG_BUMP_OPTIONS'],
    [0xffff_fffc, 0, 'needs-a-person', 'LOGON_MSG_RECONNECT_OPTIONS'],
    [0xffff_fffa, 0, 'refused', 'LOGON_MSG_NO_PERMISSION'],
    [0xffff_fff8, 0, 'needs-a-person', 'LOGON_MSG_SESSION_BUSY_OPTIONS'],
    [0xffff_ffff, 0, 'refused', 'ERROR_CODE_ACCESS_DENIED'],
    [0xc000_006d, 0, 'refused', 'STATUS_LOGON_FAILURE'],
    [0xc000_006e, 2, 'refused', 'STATUS_ACCOUNT_RESTRICTION'],
    [0xc000_0224, 1, 'needs-a-person', 'STATUS_PASSWORD_MUST_CHANGE'],
    [0xc0ff_eeee, 2, 'refused', 'LOGON_FAILED_OTHER'],
    [0xc0ff_eeee, 3, 'refused', 'LOGON_WARNING'],
    [0x4000_0001, 3, 'goes-on', 'LOGON_WARNING'],
    [0xc0ff_eeee, 77, 'refused', '0xC0FFEEEE'],
  ])('%i with %i: %s', (type, data, effect, name) => {
    expect(logonError({ type, data })).toMatchObject({
      effect,
      name,
      sentence: expect.stringMatching(/^[a-z][^.]*$/) as unknown,
    });
  });
  it('name the status they are made of', () =>
    expect(logonError({ type: 0xc000_006d, data: 0 }).sentence).toContain('0xC000006D'));
});

describe('wrong in one way', () => {
  it.each([
    ['no type', '0300', 'infoType at byte 0: needs 4 bytes, 2 left'],
    ['a name of 4 GiB', `01000000 0100 12000000 00000000 ffffffff 00000000`, 'input at byte 22: a name over 32768 octets'],
    ['a field of 4 GiB', '03000000 0600 01000000 ffffffff', 'autoReconnectCookie at byte 14: 4294967295 octets, over 65535'],
    ['a domain cut short', '00000000 0c000000 4e', 'domain at byte 8: needs 52 bytes, 1 left'],
  ])('%s', (_, input, reason) => expect(refusal(saveSessionInfo, input)).toBe(reason));
});
