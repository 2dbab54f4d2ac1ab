import { describe, expect, it } from 'vitest';
import { acceptClientInfo } from '../../src/rdp/accept-client-info.ts';
import { activate } from '../../src/rdp/activate.ts';
import { AwaitedEvents } from '../../src/rdp/awaited-events.ts';
import { findCapability } from '../../src/rdp/capability-sets.ts';
import { channelMessage } from '../../src/rdp/channels.ts';
import { clientEvents } from '../../src/rdp/client-event.ts';
import { type InfoPacket, infoFlag, pinAsPassword } from '../../src/rdp/client-info.ts';
import { demandActivation } from '../../src/rdp/demand-activation.ts';
import { bitmapCapability } from '../../src/rdp/drawing-capabilities.ts';
import { grantLicense } from '../../src/rdp/grant-license.ts';
import { license } from '../../src/rdp/license-phase.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { sendClientInfo } from '../../src/rdp/send-client-info.ts';
import { request, SERVER_USER_ID } from '../../src/rdp/session-ids.ts';
import { SessionReader } from '../../src/rdp/session-reader.ts';
import { pduType } from '../../src/rdp/share-control.ts';
import { pduType2 } from '../../src/rdp/share-data.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import * as info from '../vectors/rdp/save-session-info.ts';
import * as vector from '../vectors/rdp/session-pdus.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { between, told } from './between-two.ts';
import { channel, data, demand, demandPdu, fontMapPdu, ids, io, message, RDPDR, share } from './server-says.ts';

const packet: InfoPacket = {
  codePage: 0,
  flags: infoFlag.unicode | infoFlag.autologon | infoFlag.passwordIsScPin,
  domain: '',
  userName: 'token',
  password: pinAsPassword(new TextEncoder().encode('12345678')),
  alternateShell: '',
  workingDir: '',
};
const keyboard = { keyboardLayout: 0x409, keyboardType: 4, keyboardSubType: 0, keyboardFunctionKey: 12 };
const offer = () => offeredCapabilities({ desktopWidth: 1024, desktopHeight: 768, bitsPerPixel: 32, ...keyboard });
const events = () => new AwaitedEvents(new SessionReader(ids));

function* client() {
  const awaited = events();
  yield* sendClientInfo(ids, packet);
  const licensed = yield* license(awaited);
  return { licensed, activated: yield* activate(awaited, offer) };
}
const sent = (pdu: Uint8Array): Conversation<void> => ask<'send'>({ do: 'send', bytes: pdu });

describe('client and server', () => {
  function* server() {
    const accepted = yield* acceptClientInfo(ids);
    yield* sent(message(`0010 0000 ${vector.rttMeasureRequest}`));
    yield* grantLicense(ids);
    return { accepted, demanded: yield* demandActivation(ids, demand) };
  }
  const { left, right } = between(client(), server());
  it('agree that the session is active', () => {
    expect(left?.licensed).toEqual({ kind: 'licensed' });
    expect(left?.activated).toMatchObject({
      kind: 'active',
      session: { shareId: 0x0001_03ea, serverSource: SERVER_USER_ID, chunkLength: 1600 },
    });
    expect(right?.demanded).toMatchObject({ kind: 'active', confirm: { shareId: 0x0001_03ea, originatorId: 1002 } });
  });
  it('have told each other what they need', () => {
    expect(right?.accepted).toMatchObject({ kind: 'client-info', info: { infoPacket: packet } });
    const confirmed = right?.demanded.kind === 'active' ? right.demanded.confirm.capabilitySets : [];
    expect(findCapability(confirmed, bitmapCapability)).toMatchObject({ desktopWidth: 1024, desktopHeight: 768 });
  });
});
it('a server that deactivates in between, twice', () => {
  function* server() {
    yield* acceptClientInfo(ids);
    yield* grantLicense(ids);
    for (const shareId of [0x0001_03ea, 0x0002_03ea]) {
      yield* demandActivationHalfway(shareId);
    }
    return yield* demandActivation(ids, { ...demand, shareId: 0x0003_03ea });
  }
  function* demandActivationHalfway(shareId: number) {
    yield* sent(demandPdu);
    const confirm = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
    expect(clientEvents(confirm, ids)[0]?.kind).toBe('confirm-active');
    for (let finalization = 0; finalization < 4; finalization++) yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
    yield* sent(shareId % 2 === 0 ? io(vector.shortDeactivateAll) : io(vector.deactivateAll));
  }
  const { left, right } = between(client(), server());
  expect(left?.activated).toMatchObject({ kind: 'active', session: { shareId: 0x0003_03ea } });
  expect(right?.kind).toBe('active');
});
it('channel data and notices on the way are kept, in order', () => {
  const rdpdr = channel(RDPDR, vector.channelPdu);
  const logon = data(pduType2.saveSessionInfo, info.plainNotify);
  const { outcome } = told(activate(events(), offer), rdpdr, bytes(vector.fastPathOutput), demandPdu, logon, rdpdr, fontMapPdu);
  expect(outcome).toMatchObject({
    kind: 'active',
    events: [{ kind: 'channel-data' }, { kind: 'save-session-info' }, { kind: 'channel-data', channelId: RDPDR }],
  });
});
it('a Font Map before any Demand Active activates nothing', () => {
  expect(told(activate(events(), offer), fontMapPdu).outcome).toBeUndefined();
});
it('a server that goes on without a licence', () => {
  const awaited = events();
  expect(told(license(awaited), demandPdu).outcome).toEqual({ kind: 'licensed' });
  expect(told(activate(awaited, offer), fontMapPdu).outcome?.kind).toBe('active');
});
it('a connection without a message channel needs no clock', () => {
  const awaited = new AwaitedEvents(new SessionReader({ userId: 1007, ioChannelId: 1003 }));
  const talk = license(awaited);
  talk.next();
  expect(talk.next(io(vector.validClient))).toEqual({ done: true, value: { kind: 'licensed' } });
});

describe('the long exchange of licences', () => {
  const demanded = io('8000 0000 01 03 0800 00000000');
  const challenge = io('8000 0000 02 03 0800 00000000');
  it('is declined, and a server that does not insist goes on', () => {
    const { outcome, answers } = told(license(events()), demanded, io(vector.validClient));
    expect(outcome).toEqual({ kind: 'licensed' });
    expect(answers).toEqual([request(ids, ids.ioChannelId, bytes(vector.noLicense))]);
  });
  it.each([
    ['another message of it', challenge, { kind: 'exchange', message: { type: 1 } }],
    ['the end of the connection', bytes('03000009 02f080 2180'), { kind: 'exchange', message: { type: 1 } }],
    ['a reason', data(pduType2.setErrorInfo, '02010000'), { kind: 'refused', refusal: { name: 'ERRINFO_LICENSE_NO_LICENSE' } }],
  ])('is declined, and answered with %s', (_, said, expected) => {
    expect(told(license(events()), demanded, said).outcome).toMatchObject(expected);
  });
});

describe('how it ends when it does not end well', () => {
  it.each([
    ['no licence', io(vector.noLicense), { kind: 'refused', refusal: { code: 'license-error', name: 'ERR_NO_LICENSE' } }],
    [
      'redirected',
      share(pduType.serverRedirection, vector.redirection),
      { kind: 'redirected', event: { target: { sessionId: 7 } } },
    ],
    ['ended', bytes('03000009 02f080 2180'), { kind: 'refused', refusal: { code: 'disconnected' } }],
    ['an error', data(pduType2.setErrorInfo, '02010000'), { kind: 'refused', refusal: { name: 'ERRINFO_LICENSE_NO_LICENSE' } }],
    ['rubbish', io('ffff ffff ff'), { kind: 'refused', refusal: { code: 'malformed' } }],
  ])('licensing: %s', (_, said, expected) => expect(told(license(events()), said).outcome).toMatchObject(expected));
  it.each([
    ['a refused logon', data(pduType2.saveSessionInfo, info.extendedInfo), { kind: 'refused', refusal: { code: 'logon-error' } }],
    ['redirected', share(pduType.serverRedirection, vector.redirection), { kind: 'redirected' }],
    ['ended', bytes('03000009 02f080 2180'), { kind: 'refused', refusal: { code: 'disconnected', name: 'rn-user-requested' } }],
  ])('activation: %s', (_, said, expected) =>
    expect(told(activate(events(), offer), demandPdu, said).outcome).toMatchObject(expected),
  );
  it('a redirection that is not to be followed is passed over', () => {
    const stay = share(pduType.serverRedirection, '0000 0004 0c00 07000000 80000000');
    expect(told(activate(events(), offer), stay, demandPdu, fontMapPdu).outcome?.kind).toBe('active');
  });
  it('activation demanded without end', () => {
    const said = Array.from({ length: 17 }, () => demandPdu);
    expect(told(activate(events(), offer), ...said).outcome).toMatchObject({ kind: 'refused', refusal: { code: 'too-much' } });
  });
  it('PDUs without end', () => {
    const said = Array.from({ length: 1025 }, () => bytes(vector.fastPathOutput));
    expect(told(license(events()), ...said).outcome).toMatchObject({ kind: 'refused', refusal: { code: 'too-much' } });
  });
  it('channel data without end', () => {
    const much = channel(RDPDR, '00'.repeat(16_000));
    const said = Array.from({ length: 66 }, () => much);
    expect(told(license(events()), ...said).outcome).toMatchObject({ kind: 'refused', refusal: { code: 'too-much' } });
  });
  it('a stream that is not RDP is the driver`s to end', () => {
    expect(() => told(license(events()), bytes('ff'))).toThrow(MayflyError);
  });
});

describe('a server with a client that does not behave', () => {
  const fromClient = (channelId: number, annotated: string) => request(ids, channelId, bytes(annotated));
  it('takes channel data before the Client Info', () => {
    const early = channelMessage(bytes('0102'), { kind: 'send-data-request', initiator: ids.userId, channelId: RDPDR });
    const { outcome } = told(
      acceptClientInfo(ids),
      early,
      fromClient(ids.ioChannelId, `4000 0000 00000000 10000000 ${'0000'.repeat(10)}`),
    );
    expect(outcome).toMatchObject({ kind: 'client-info' });
  });
  it.each([
    ['a share PDU first', fromClient(1003, vector.shutdownRequest), 'unexpected'],
    ['a Client Info that ends too early', fromClient(1003, '4000 0000 0000'), 'malformed'],
    ['the end', bytes('03000009 02f080 2180'), 'disconnected'],
  ])('%s', (_, said, code) =>
    expect(told(acceptClientInfo(ids), said).outcome).toMatchObject({ kind: 'refused', refusal: { code } }),
  );
  it('more than a Client Info can be', () => {
    expect(() => told(acceptClientInfo(ids), fromClient(1003, '00'.repeat(9000)))).toThrow('TPKT of');
  });
  it('a finalization without a Confirm Active', () => {
    const { outcome, answers } = told(
      demandActivation(ids, demand),
      fromClient(1003, '1a00 1700 ef03 ea030100 00 01 0c00 27 00 0000 0000 0000 0300 3200'),
    );
    expect([outcome, answers.length]).toEqual([undefined, 1]);
  });
});
