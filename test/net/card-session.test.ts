import { afterEach, describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { CardSession } from '../../src/net/card-session.ts';
import { demandActivation } from '../../src/rdp/demand-activation.ts';
import { responseFlag, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { indication, SERVER_USER_ID } from '../../src/rdp/session-ids.ts';
import { type ControlPdu, pduType } from '../../src/rdp/share-control.ts';
import { pduType2 } from '../../src/rdp/share-data.ts';
import type { EscReturn } from '../../src/rdpdr/esc-return.ts';
import { ask } from '../../src/wire/conversation.ts';
import { type CardWithStandIn, cardWithStandIn } from '../custody/card-with-stand-in.ts';
import { block, generalAuthenticate, select, verify } from '../piv/card-in-hand.ts';
import { client, screen } from '../rdp/connected-client.ts';
import { fakeHost, type HostScript, untilItLeaves, usualDemand } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { countedOctets, none, readerName, usual } from '../rdpdr/reader-at-hand.ts';
import * as info from '../vectors/rdp/save-session-info.ts';
import * as vector from '../vectors/rdp/session-pdus.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { after, begun, connected, data, endHosts, finding, hosts, loggedOn, say, transmitted } from './card-session-at-hand.ts';
import { RedirectingHost } from './redirecting-host.ts';

afterEach(endHosts);
const redirection: ControlPdu = {
  kind: 'control',
  pduType: pduType.serverRedirection,
  pduSource: SERVER_USER_ID,
  body: bytes(vector.redirection),
};

const present = { reader: readerName, currentState: 0x20, eventState: 0, atr: none };
const forEver = { kind: 'get-status-change', wide: true, timeout: 0xffff_ffff, states: [present] } as const;
const allReaders = { kind: 'list-readers', ...usual['list-readers'] } as const;
const wholeCertificate = '00cb3fff0000055c035fc1050000';
const sign = generalAuthenticate(block());
const causesOf = ({ destroyed }: CardWithStandIn) => destroyed.mock.calls.map(([cause]) => cause);
const digits = ({ card }: CardWithStandIn) => new TextDecoder().decode(card.pin);

describe('a session with a card', () => {
  it('answers whatever the host asks, and keeps a status wait open meanwhile', async () => {
    const made = cardWithStandIn();
    const { script, found } = finding(function* (host) {
      const devices = yield* host.announced();
      const on = yield* connected(host);
      const wait = yield* host.asked({ ...forEver, context: on.context });
      const object = yield* transmitted(host, on, select, wholeCertificate);
      const status = yield* transmitted(host, on, verify(digits(made)), ...sign);
      const isOpen = !host.isAnswered(wait);
      const cancel = yield* host.asked({ kind: 'cancel', context: on.context });
      const ends: EscReturn[] = [yield* host.answer(wait), yield* host.answer(cancel)];
      return { devices, object, status, isOpen, ends: ends.map(({ returnCode }) => returnCode) };
    });
    const { session, events } = await begun(made, script);
    const { devices, object, status, isOpen, ends } = await found;
    expect(devices).toMatchObject({ devices: [{ deviceType: 0x20, deviceId: 1 }] });
    expect(object.length / 2).toBeGreaterThan(900);
    expect([status.slice(-4), isOpen, ends]).toEqual(['6108', true, [scardCode.cancelled, 0]]);
    expect(events.slice(0, 3).map(({ kind }) => kind)).toEqual(['announced', 'device-accepted', 'call']);
    expect(causesOf(made)).toEqual([]);
    await expect(session.cancel()).resolves.toEqual({ kind: 'cancelled' });
    await expect(session.logon).resolves.toEqual({ kind: 'cancelled' });
    expect(session.reached.stage).toBe('key-used');
    expect(causesOf(made)).toEqual(['released']);
  });
  it('has another call answered while the key works, whatever that takes', async () => {
    const made = cardWithStandIn();
    const { promise: work, resolve: finish } = Promise.withResolvers<undefined>();
    made.operate.mockImplementation(async (input) => {
      await work;
      return input;
    });
    const { script, found } = finding(function* (host) {
      yield* host.announced();
      const on = yield* connected(host);
      yield* transmitted(host, on, select, verify(digits(made)), ...sign.slice(0, -1));
      const given = { sendPci: { protocol: 2, extra: none }, receiveIsNull: false, receiveLength: 258 };
      const signing = yield* host.asked({ kind: 'transmit', ...on, ...given, send: bytes(sign.at(-1) ?? '') });
      const { readers } = yield* host.call({ ...allReaders, context: on.context });
      const wasOpen = !host.isAnswered(signing);
      finish(undefined);
      const { returnCode } = yield* host.answer(signing);
      return { readers, wasOpen, returnCode };
    });
    const { session } = await begun(made, script);
    await expect(found).resolves.toMatchObject({ wasOpen: true, returnCode: 0 });
    await session.cancel();
  });
  it('ends the key with the logon and keeps the card for reading; the next announce shows the same', async () => {
    const made = cardWithStandIn();
    const { script, found } = finding(function* (host, { ids }) {
      const first = yield* host.announced();
      const on = yield* connected(host);
      const object = yield* transmitted(host, on, select, wholeCertificate);
      const { readers } = yield* host.call({ ...allReaders, context: on.context });
      yield* transmitted(host, on, verify(digits(made)));
      yield* say(ids, loggedOn);
      const again = yield* transmitted(host, on, wholeCertificate);
      const refused = yield* transmitted(host, on, ...sign);
      const second = yield* host.announced();
      const later = yield* connected(host);
      const listed = yield* host.call({ ...allReaders, context: later.context });
      const { atr: seen } = yield* host.call({ kind: 'status', ...later, ...usual.status });
      const stillRead = yield* transmitted(host, later, select, wholeCertificate);
      return { devices: [first, second], objects: [object, again, stillRead], refused, readers: [readers, listed.readers], seen };
    });
    const { session } = await begun(made, script);
    const { devices, objects, refused, readers, seen } = await found;
    expect(devices[0]).toEqual(devices[1]);
    expect(new Set(objects).size).toBe(1);
    expect(refused).toBe('6f00');
    expect(readers[0]).toEqual(readers[1]);
    expect(seen).toEqual(made.card.answerToReset);
    await expect(session.logon).resolves.toMatchObject({ kind: 'logged-on', who: { userName: 'eltons' } });
    expect(causesOf(made)).toEqual(['authenticated']);
    await session.cancel();
    expect(causesOf(made)).toEqual(['authenticated']);
  });
  it('takes part in measurements and in another activation', async () => {
    const made = cardWithStandIn();
    const { script, found } = finding(function* (host, { ids }) {
      const measure = indication(ids.messageChannelId ?? 0, bytes(`0010 0000 ${vector.rttMeasureRequest}`));
      yield* ask<'send'>({ do: 'send', bytes: measure });
      yield* host.announced();
      const measured = host.heard.find(({ kind }) => kind === 'auto-detect');
      const { kind } = yield* demandActivation(ids, usualDemand);
      const { context } = yield* host.call({ kind: 'establish-context', scope: 0 });
      return { measured, kind, context };
    });
    const { extendedClientDataSupported: flags } = responseFlag;
    const negotiate = () => ({ kind: 'response', flags, protocol: securityProtocol.ssl }) as const;
    const { session } = await begun(made, script, { script: { negotiate } });
    await expect(found).resolves.toMatchObject({ measured: { response: { kind: 'rtt-measure' } }, kind: 'active' });
    await session.cancel();
  });
});

describe('a session with a card ends', () => {
  it.each<[string, readonly ControlPdu[], object, string]>([
    [
      'when the host gives a reason',
      [data(pduType2.setErrorInfo, vector.setErrorInfo)],
      { kind: 'refused', refusal: { code: 'error-info', name: 'ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES' } },
      'logon-failed',
    ],
    [
      'when the logon is refused',
      [data(pduType2.saveSessionInfo, info.extendedInfo)],
      { kind: 'refused', refusal: { code: 'logon-error', name: 'LOGON_MSG_NO_PERMISSION' } },
      'logon-failed',
    ],
    [
      'when it is sent to another host',
      [redirection],
      { kind: 'redirected', target: { fqdn: 'h1.lab.test', follow: true } },
      'session-ended',
    ],
  ])('%s, and the key with it', async (_, pdus, end, cause) => {
    const made = cardWithStandIn();
    const { session, host } = await begun(made, function* ({ ids }) {
      yield* say(ids, ...pdus);
      yield* untilItLeaves(ids);
    });
    await expect(session.ended).resolves.toMatchObject(end);
    await expect(session.logon).resolves.toMatchObject(end);
    expect(causesOf(made)).toEqual([cause]);
    await expect.poll(() => host.open).toBe(0);
  });
  it('when the host is gone, and nobody waits for a change any longer', async () => {
    const made = cardWithStandIn();
    const { session } = await begun(made, function* (guest) {
      const host = new RedirectingHost(guest);
      yield* host.announced();
      const { context } = yield* host.call({ kind: 'establish-context', scope: 0 });
      yield* host.asked({ ...forEver, context });
    });
    await expect(session.ended).resolves.toMatchObject({ kind: 'host-gone' });
    expect(session.reached.stage).toBe('reader-seen');
    expect(causesOf(made)).toEqual(['session-ended']);
  });
  it('with the certificate, when nobody is logged on by then', async () => {
    const made = cardWithStandIn();
    const { session } = await begun(made, undefined, { notAfter: 50 });
    await expect(session.ended).resolves.toEqual({ kind: 'not-after' });
    expect(causesOf(made)).toEqual(['expired']);
  });
  it('not with the certificate where the card is for the session alone, and not at its logon', async () => {
    const made = cardWithStandIn();
    const { script, found } = finding(function* (host, { ids }) {
      yield* say(ids, loggedOn);
      yield* host.announced();
      return causesOf(made);
    });
    const notAfter = 3_600_000;
    let expire: (() => void) | undefined;
    const untilTold: typeof after = (ms, f) => {
      if (ms !== notAfter) return after(ms, f);
      expire = f;
      return () => undefined;
    };
    const { session, host } = await begun(made, script, { notAfter, after: untilTold, logon: 'without-card' });
    await expect(found).resolves.toEqual([]);
    expire?.();
    await expect(session.logon).resolves.toEqual({ kind: 'not-after' });
    expect([causesOf(made), host.open]).toEqual([['expired'], 1]);
    await expect(session.cancel()).resolves.toEqual({ kind: 'cancelled' });
  });
  it('when the host does not want the card', async () => {
    const made = cardWithStandIn();
    const { session } = await begun(made, function* (guest) {
      yield* new RedirectingHost(guest).announced(false);
      yield* untilItLeaves(guest.ids);
    });
    await expect(session.ended).resolves.toMatchObject({ kind: 'refused', refusal: { code: 'device-refused' } });
    expect([session.reached.stage, causesOf(made)]).toEqual(['device-refused', ['logon-failed']]);
  });
  it('when the host denies the channel', async () => {
    const made = cardWithStandIn();
    const settings: HostScript['settings'] = (_, usualResponse) => {
      const { conference } = usualResponse;
      const blocks = (conference?.blocks ?? []).map((block_) =>
        block_.kind === 'network' ? { ...block_, value: { ...block_.value, channelIds: [0, 1005] } } : block_,
      );
      return { ...usualResponse, ...(conference && { conference: { ...conference, blocks } }) };
    };
    const { session } = await begun(made, undefined, { script: { settings } });
    await expect(session.ended).resolves.toMatchObject({ kind: 'refused', refusal: { code: 'channel-denied' } });
  });
  it('when its chunks make no sense', async () => {
    const made = cardWithStandIn();
    const { session } = await begun(made, function* ({ ids }) {
      const chunk = indication(ids.channels[0]?.id ?? 0, bytes('08000000 02000000 7244'));
      yield* ask<'send'>({ do: 'send', bytes: chunk });
      yield* untilItLeaves(ids);
    });
    await expect(session.ended).resolves.toMatchObject({ kind: 'refused', refusal: { name: 'out-of-sequence' } });
  });
  it('when a host asks on and on and does not read the answers, with a bounded number of them', async () => {
    const made = cardWithStandIn();
    let asked = 0;
    const { session } = await begun(
      made,
      function* (guest) {
        const host = new RedirectingHost(guest);
        yield* host.announced();
        const on = yield* connected(host);
        const given = { sendPci: { protocol: 2, extra: none }, receiveIsNull: false, receiveLength: 4096 };
        yield* transmitted(host, on, select);
        for (;;) {
          yield* host.asked({ kind: 'transmit', ...on, ...given, send: bytes(wholeCertificate) });
          asked++;
        }
      },
      { patience: 1500 },
    );
    await expect(session.ended).resolves.toMatchObject({
      kind: 'host-gone',
      sentence: expect.stringContaining('is not read') as unknown,
    });
    expect(asked).toBeGreaterThan(100);
    expect(causesOf(made)).toEqual(['session-ended']);
  });
});

it('is not begun with a host that nothing has proven', async () => {
  const host = await fakeHost(hostCertificate);
  hosts.push(host);
  const { outcome, transport } = await client(host.port, undefined, { trust: { kind: 'unproven' } });
  if (outcome.kind !== 'active') throw new Error(outcome.sentence);
  const { card, destroyed } = cardWithStandIn();
  const begin = () =>
    new CardSession({
      connected: outcome,
      transport,
      card,
      notAfter: 1000,
      computerName: 'mayfly',
      capabilities: () => offeredCapabilities(screen),
      random: countedOctets(),
      after,
      elapsed: () => performance.now(),
    });
  expect(begin).toThrow(expect.objectContaining({ code: 'rdp-unproven' }) as Error);
  await expect.poll(() => host.open).toBe(0);
  expect(destroyed).not.toHaveBeenCalled();
});
