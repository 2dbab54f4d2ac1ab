import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/rdp/session-event.ts';
import { refusalIn } from '../../src/rdp/session-event.ts';
import { SERVER_USER_ID, shareIndications } from '../../src/rdp/session-ids.ts';
import { SessionReader } from '../../src/rdp/session-reader.ts';
import { pduType } from '../../src/rdp/share-control.ts';
import { dataPdu, pduType2 } from '../../src/rdp/share-data.ts';
import * as info from '../vectors/rdp/save-session-info.ts';
import * as vector from '../vectors/rdp/session-pdus.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { channel, data, demandPdu, ids, io, message, RDPDR, SHARE, share } from './server-says.ts';

const read = (pdu: Uint8Array, now = 0): readonly SessionEvent[] => new SessionReader(ids).read(pdu, now);
const one = (pdu: Uint8Array): SessionEvent => {
  const events = read(pdu);
  expect(events).toHaveLength(1);
  return events[0] ?? { kind: 'drawing' };
};
const clause = expect.stringMatching(/^[a-z][^.]*$/) as unknown;

describe('what a PDU of the server means', () => {
  it.each([
    ['fast-path output', bytes(vector.fastPathOutput), { kind: 'drawing' }],
    ['an Update', data(pduType2.update, '0300'), { kind: 'drawing' }],
    ['a Pointer Update', data(pduType2.pointer, '0100'), { kind: 'drawing' }],
    ['Play Sound', data(pduType2.playSound, '0000'), { kind: 'drawing' }],
    ['Flow', io(vector.flow), { kind: 'share', pdu: { kind: 'flow' } }],
    ['Synchronize', io(vector.serverSynchronize), { kind: 'share', data: { pduType2: 31, streamId: 0 } }],
    ['Control', data(pduType2.control, vector.granted), { kind: 'share', data: { pduType2: 20 } }],
    ['Shutdown Denied', data(pduType2.shutdownDenied, ''), { kind: 'share', data: { pduType2: 37 } }],
    ['Demand Active', demandPdu, { kind: 'demand-active', pduSource: 1002, demand: { shareId: SHARE } }],
    ['Deactivate All', io(vector.deactivateAll), { kind: 'deactivate-all', deactivate: { shareId: SHARE } }],
    ['Deactivate All of Windows XP', io(vector.shortDeactivateAll), { kind: 'deactivate-all', deactivate: {} }],
    [
      'Save Session Info',
      data(pduType2.saveSessionInfo, info.logonLong),
      { kind: 'save-session-info', loggedOn: { userName: 'eltons' } },
    ],
    ['Plain Notify', data(pduType2.saveSessionInfo, info.plainNotify), { kind: 'save-session-info', loggedOn: { userName: '' } }],
    ['Set Error Info: none', data(pduType2.setErrorInfo, '00000000'), { kind: 'error-info', info: { class: 'none' } }],
    [
      'Status Info',
      data(pduType2.statusInfo, vector.statusInfo),
      { kind: 'status-info', status: { name: 'TS_STATUS_REDIRECTING_TO_DESTINATION' } },
    ],
    [
      'Server Redirection',
      share(pduType.serverRedirection, vector.redirection),
      { kind: 'redirection', target: { follow: true, fqdn: 'h1.lab.test' } },
    ],
    ['licensing', io(vector.validClient), { kind: 'license', message: { type: 0xff } }],
    ['data of a channel', channel(RDPDR, vector.channelPdu), { kind: 'channel-data', channelId: RDPDR }],
    ['Heartbeat', message(`0040 0000 ${vector.heartbeat}`), { kind: 'heartbeat', heartbeat: { period: 5 } }],
    [
      'logon error that goes on',
      data(pduType2.saveSessionInfo, '03000000 1200 02000000 08000000 feffffff 00000000'),
      { kind: 'logon-error', meaning: { effect: 'goes-on' } },
    ],
  ])('%s', (_, pdu, expected) => {
    const event = one(pdu);
    expect(event).toMatchObject(expected);
    expect(refusalIn(event)).toBeUndefined();
  });
});

describe('what ends a session', () => {
  it.each([
    ['a refused logon', data(pduType2.saveSessionInfo, info.extendedInfo), 'logon-error', 'LOGON_MSG_NO_PERMISSION'],
    ['an error', data(pduType2.setErrorInfo, vector.setErrorInfo), 'error-info', 'ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES'],
    ['the end of the connection', bytes('03000009 02f080 2180'), 'disconnected', 'rn-user-requested'],
    ['a join confirm', bytes('0300000f 02f080 3e00 0006 03eb 03eb'), 'unexpected', 'unexpected'],
    ['rubbish', bytes('03000009 02f080 ffff'), 'malformed', 'malformed'],
    ['Save Session Info cut short', data(pduType2.saveSessionInfo, '00'), 'malformed', 'malformed'],
    ['nothing at all on the I/O channel', io(''), 'malformed', 'malformed'],
  ])('%s', (_, pdu, code, name) => {
    expect(refusalIn(one(pdu))).toEqual({ code, name, sentence: expect.stringMatching(/^[a-z]/) as unknown });
  });
  it('a compressed notification, which hides what it says', () => {
    const pdu = dataPdu({ shareId: SHARE, pduSource: SERVER_USER_ID, type: pduType2.saveSessionInfo, body: bytes('0102') });
    const compressed = { ...pdu, body: pdu.body.with(9, 0x21) };
    expect(refusalIn(one(shareIndications(ids, [compressed])))).toMatchObject({ code: 'compressed', sentence: clause });
  });
  it('not compressed drawing', () => {
    const pdu = dataPdu({ shareId: SHARE, pduSource: SERVER_USER_ID, type: pduType2.update, body: bytes('0102') });
    expect(one(shareIndications(ids, [{ ...pdu, body: pdu.body.with(9, 0x21) }]))).toEqual({ kind: 'drawing' });
  });
});

describe('several PDUs in one data unit', () => {
  const setErrorInfo = '1600 1700 0000 ea030100 00 01 0800 2f 00 0000 0c000000';
  it('are all read', () => {
    expect(read(io(`${vector.flow} ${setErrorInfo} ${vector.shortDeactivateAll}`)).map(({ kind }) => kind)).toEqual([
      'share',
      'error-info',
      'deactivate-all',
    ]);
  });
  it('are read up to the one that cannot be', () => {
    expect(read(io(`${setErrorInfo} 0300 1700`)).map(({ kind }) => kind)).toEqual(['error-info', 'unreadable']);
  });
  it('may end in filling', () => expect(read(io(`${setErrorInfo} 000000`)).map(({ kind }) => kind)).toEqual(['error-info']));
  it('are not taken for licensing by their length', () => {
    const deactivate = `8000 1600 ea03 ${'00'.repeat(0x80 - 6)}`;
    expect(read(io(`${deactivate} ${vector.flow}`)).map(({ kind }) => kind)).toEqual(['deactivate-all', 'share']);
  });
});

describe('the message channel', () => {
  const answerOf = (event: SessionEvent | undefined) =>
    'answer' in (event ?? {}) ? hex((event as { answer: Uint8Array }).answer) : undefined;
  it('is answered at once', () => {
    const [event] = read(message(`0010 0000 ${vector.rttMeasureRequest}`));
    expect(answerOf(event)).toBe(hex(bytes(`03000018 02f080 64 0006 03ee 70 0a 0020 0000 ${vector.rttMeasureResponse}`)));
  });
  it('measures bandwidth while connecting: octets of the payloads, milliseconds between start and stop', () => {
    const reader = new SessionReader(ids);
    const send = (annotated: string, now: number) => reader.read(message(`0010 0000 ${annotated}`), now)[0];
    expect(answerOf(send(vector.bandwidthStart, 1000))).toBeUndefined();
    expect(answerOf(send(vector.bandwidthPayload, 1050))).toBeUndefined();
    expect(answerOf(send(vector.bandwidthStopConnectTime, 1100))?.slice(-36)).toBe(
      hex(bytes(`0020 0000 ${vector.bandwidthResults}`)),
    );
  });
  it('measures bandwidth in the session: octets of all that came', () => {
    const reader = new SessionReader(ids);
    const start = message('0010 0000 06 00 0100 1400');
    const stop = message(`0010 0000 ${vector.bandwidthStopContinuous}`);
    reader.read(start, 2000);
    reader.read(new Uint8Array(500), 2001);
    const [event] = reader.read(stop, 2003);
    expect(answerOf(event)?.slice(-28)).toBe(
      hex(
        bytes(
          `0e 01 0400 0b00 03000000 ${(500 + stop.length)
            .toString(16)
            .padStart(4, '0')
            .replace(/(..)(..)/, '$2$1')}0000`,
        ),
      ),
    );
  });
  it('is told that there is no UDP', () => {
    const [event] = read(message(`0200 0000 ${vector.multitransportRequest}`));
    expect(answerOf(event)?.slice(-24)).toBe(hex(bytes(`0400 0000 ${vector.multitransportResponse}`)));
  });
  it.each([
    ['flags that are not known', '0001 0000'],
    ['a measurement that is not known', '0010 0000 06 00 0000 9999'],
    ['nothing', ''],
  ])('says nothing that a session depends on: %s', (_, annotated) => {
    const event = one(message(annotated));
    expect(event.kind).toBe('unreadable');
    expect(refusalIn(event)).toBeUndefined();
  });
  it('is a channel like others when none was agreed upon', () => {
    const reader = new SessionReader({ userId: 1007, ioChannelId: 1003 });
    expect(reader.read(message(`0040 0000 ${vector.heartbeat}`), 0)[0]?.kind).toBe('channel-data');
  });
});
