import { describe, expect, it } from 'vitest';
import { logonErrors, logonLong, plainNotify, type SaveSessionInfo, saveSessionInfo } from '../../src/rdp/save-session-info.ts';
import { SessionReader } from '../../src/rdp/session-reader.ts';
import { pduType2 } from '../../src/rdp/share-data.ts';
import { LogonProgress } from '../../src/rdpdr/logon-progress.ts';
import type { RedirectionEvent } from '../../src/rdpdr/redirection-event.ts';
import { logonStages, stalledLogon } from '../../src/rdpdr/stalled-logon.ts';
import { encode } from '../../src/wire/codec.ts';
import { data, ids } from '../rdp/server-says.ts';

const elton = { domain: 'NTDEV', userName: 'eltons', sessionId: 2 };
const sent = (follow: boolean) =>
  ({ kind: 'redirection', packet: { flags: 0, sessionId: 0 }, target: { sessionId: 0, smartCardLogon: true, follow } }) as const;
/** The first event of a PDU as a host sends it. */
const says = (type: number, body: Uint8Array | string) => new SessionReader(ids).read(data(type, body), 0)[0]!;
const saved = (info: SaveSessionInfo) => says(pduType2.saveSessionInfo, encode(saveSessionInfo, info));
const disconnect = { kind: 'disconnect', reason: 3, refusal: { code: 'disconnected', name: 'X', sentence: 'gone' } } as const;
const call = (kind: 'connect' | 'list-readers', returnCode = 0): RedirectionEvent => ({
  kind: 'call',
  call: kind,
  name: 'X',
  returnCode,
});

describe('a logon is over', () => {
  it('when the host says who is logged on, and not when the key was used', () => {
    const logon = new LogonProgress(0);
    logon.redirection({ kind: 'announced' }, 0);
    for (let i = 0; i < 12; i++) logon.card('key-used', i);
    expect(logon.end).toBeUndefined();
    expect(logon.session(saved(logonLong(elton)))).toEqual({ kind: 'logged-on', user: elton });
    expect(logon.session(disconnect)).toEqual({ kind: 'logged-on', user: elton });
    expect([logon.stalled(1e9), logon.stallsAt]).toEqual([undefined, undefined]);
  });
  it('when it says that somebody is, and nobody knows who', () => {
    expect(new LogonProgress(0).session(saved(plainNotify()))).toMatchObject({ kind: 'logged-on' });
    expect(new LogonProgress(0).redirection({ kind: 'user-logged-on', isEarly: false }, 0)).toEqual({ kind: 'logged-on' });
    expect(new LogonProgress(0).redirection({ kind: 'user-logged-on', isEarly: true }, 0)).toBeUndefined();
  });
  it.each([
    ['a logon error', saved(logonErrors(0xc000_006d, 0)), 'logon-error', 'STATUS_LOGON_FAILURE'],
    ['an error', says(pduType2.setErrorInfo, '09000000'), 'error-info', 'SERVER_INSUFFICIENT_PRIVILEGES'],
    ['a disconnect', disconnect, 'disconnected', 'X'],
  ])('by %s, with its name', (_, event, code, name) => {
    expect(new LogonProgress(0).session(event)).toMatchObject({
      kind: 'refused',
      refusal: { code, name: expect.stringContaining(name) },
    });
  });
  it('neither by a warning nor by a cookie', () => {
    const logon = new LogonProgress(0);
    logon.session(saved(logonErrors(0xffff_fffe, 0)));
    logon.session(
      saved({ kind: 'extended-info', info: { autoReconnectCookie: new Uint8Array(28), trailing: new Uint8Array() } }),
    );
    logon.session(says(pduType2.setErrorInfo, '00000000'));
    expect(logon.end).toBeUndefined();
  });
  it('when the certificate is, or the connection, with how far it came', () => {
    const logon = new LogonProgress(0);
    logon.redirection({ kind: 'announced' }, 0);
    expect(logon.connectionEnded()).toMatchObject({ kind: 'connection-ended', reached: { stage: 'no-card-call' } });
    expect(logon.expired()).toBe(logon.end);
    expect(new LogonProgress(0).expired()).toMatchObject({ kind: 'expired', reached: { stage: 'channel-silent' } });
  });
  it('not when the host sends the client on: another goes on with it', () => {
    const logon = new LogonProgress(0);
    logon.session(sent(true));
    expect([logon.session(disconnect), logon.connectionEnded(), logon.stalled(1e9)]).toEqual([undefined, undefined, undefined]);
    expect(logon.expired()).toMatchObject({ kind: 'expired' });
    const told = new LogonProgress(0);
    told.session(sent(false));
    expect(told.session(disconnect)).toMatchObject({ kind: 'refused' });
  });
});

describe('a stalled logon', () => {
  it('is named by the step that does not come, in time', () => {
    const logon = new LogonProgress(1000);
    const stages: string[] = [];
    let now = 1000;
    const stuck = () => {
      const at = logon.stallsAt!;
      expect(logon.stalled(at - 1)).toBeUndefined();
      stages.push(logon.stalled(at)!.stage);
      now = at;
    };
    stuck();
    for (const step of [
      () => logon.redirection({ kind: 'announced' }, now),
      () => logon.redirection(call('list-readers'), now),
      () => logon.redirection(call('connect', 0x8010_000b), now),
      () => logon.redirection(call('connect'), now),
      () => logon.card('certificate-read', now),
      () => logon.card('pin-refused', now),
      () => logon.card('pin-verified', now),
      () => logon.card('key-refused', now),
      () => logon.card('key-used', now),
    ]) {
      step();
      stuck();
    }
    expect(stages).toEqual([
      'channel-silent',
      'no-card-call',
      'reader-seen',
      'reader-seen',
      'card-opened',
      'certificate-read',
      'pin-refused',
      'pin-verified',
      'key-refused',
      'key-used',
    ]);
  });
  it('is known at once where the host refuses the device, and is none if it uses it all the same', () => {
    const logon = new LogonProgress(0);
    logon.redirection({ kind: 'announced' }, 0);
    logon.redirection({ kind: 'device-refused', status: 0xc000_0001 }, 5);
    expect(logon.stalled(5)?.stage).toBe('device-refused');
    logon.redirection(call('list-readers'), 6);
    logon.redirection({ kind: 'device-refused', status: 0xc000_0001 }, 7);
    expect(logon.reached.stage).toBe('reader-seen');
  });
  it('does not begin anew with calls that lead no further', () => {
    const logon = new LogonProgress(0);
    logon.redirection({ kind: 'announced' }, 0);
    for (let now = 0; now < 10_000; now += 100) logon.redirection(call('list-readers'), now);
    expect(logon.stalled(10_000)?.stage).toBe('reader-seen');
  });
  it.each(logonStages)('%s: one clause and what to do', (stage) => {
    const { sentence, fix } = stalledLogon(stage);
    for (const text of [sentence, fix]) expect(text).toMatch(/^[^.]+[^.\n]$/);
  });
});
