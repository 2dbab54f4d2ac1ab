import { afterEach, describe, expect, it } from 'vitest';
import { InsertedCard } from '../../src/gateway/inserted-card.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import type { LoggedOn } from '../../src/rdp/save-session-info.ts';
import type { LogonOutcome } from '../../src/rdpdr/session-logon.ts';
import { ask } from '../../src/wire/conversation.ts';
import { inTime } from '../in-time.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';
import { type HostScript, untilItLeaves } from '../rdp/fake-host.ts';
import { WindowsHost } from '../rdpdr/windows/logon.ts';
import { mintedCard } from '../rdpdr/windows/minted-card.ts';
import { OverRdp, saysLoggedOn } from '../rdpdr/windows/over-rdp.ts';
import { ManualTime } from '../session/manual-time.ts';
import { caller, endAll, gatewayAtHand } from './at-hand.ts';

afterEach(endAll);
const alice: LoggedOn = { domain: 'CORP', userName: 'alice', sessionId: 2 };

/** A Windows host on which somebody logs on, and unlocks the desktop later on with a PIN that they were told. */
function unlockedLater(says: LoggedOn | undefined) {
  const typed = Promise.withResolvers<string>();
  const unlocked = Promise.withResolvers<string>();
  let pin = '';
  const script: HostScript = {
    step: async () => {
      pin = await typed.promise;
    },
    session: function* (guest) {
      const channel = new OverRdp(guest);
      const windows = new WindowsHost();
      yield* channel.play(windows.logon({ pin: channel.pin }));
      yield* saysLoggedOn(alice);
      yield* ask<'wait-until'>({ do: 'wait-until', time: 1 });
      const { kind } = yield* channel.play(windows.unlock(pin));
      unlocked.resolve(kind);
      if (says) yield* saysLoggedOn(says);
      yield* untilItLeaves(guest.ids);
    },
  };
  return { script, type: typed.resolve, unlocked: unlocked.promise };
}
async function loggedOn(says: LoggedOn | undefined) {
  const host = unlockedLater(says);
  const at = await gatewayAtHand({ script: host.script });
  const info = clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
  const { outcome, transport } = await client(at.port, cardPlan({ clientInfo: () => info }));
  if (outcome.kind !== 'active') throw new Error(outcome.sentence);
  void (async () => {
    for (;;) await transport.stream.receive(rdpFrame, 60_000);
  })().catch(() => undefined);
  await inTime(at.entry('card-authenticated'), 'the logon');
  const destroyed = () => at.session.cards.map((each) => each.destroyed);
  /** Until the key of a card is gone. */
  const gone = async (place: number) => {
    while (at.session.cards[place]?.destroyed.length !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await inTime(gone(0), 'the end of the first key');
  return { ...host, at, transport, destroyed, gone };
}

describe('another card while the session goes on', () => {
  it('unlocks the desktop with the PIN that its owner was told, and its key is gone when somebody is logged on again', async () => {
    const { at, type, unlocked, destroyed, gone, transport } = await loggedOn(alice);
    expect(destroyed()).toEqual([['authenticated']]);
    const { pin, seconds, card } = await at.gateway.reauthenticate(caller, 's1', '10.0.0.9');
    expect([pin, seconds, card]).toEqual([at.session.cards[1]?.pin, 120, 'c2']);
    expect(at.session.opened).toEqual([
      ['127.0.0.1', undefined],
      ['10.0.0.9', 'reauthentication'],
    ]);
    type(pin);
    expect(await inTime(unlocked, 'the unlock')).toBe('done');
    await inTime(gone(1), 'the end of the second key');
    expect(destroyed()).toEqual([['authenticated'], ['authenticated']]);
    transport.close();
    expect(await at.entry('gateway-ended')).toMatchObject({ cause: 'client-left' });
  });
  it('takes a wrong PIN for one, and ends with the connection', async () => {
    const { at, type, unlocked, destroyed, transport } = await loggedOn(undefined);
    const { pin } = await at.gateway.reauthenticate(caller, 's1', '10.0.0.9');
    type(pin === '00000000' ? '00000001' : '00000000');
    expect(await inTime(unlocked, 'the unlock')).toBe('pin');
    expect(destroyed()).toEqual([['authenticated'], []]);
    transport.close();
    await at.entry('gateway-ended');
    expect(destroyed()).toEqual([['authenticated'], ['released']]);
  });
  it('logs nobody else on', async () => {
    const { at, type } = await loggedOn({ ...alice, userName: 'mallory' });
    type((await at.gateway.reauthenticate(caller, 's1', '10.0.0.9')).pin);
    expect(await at.entry('gateway-ended')).toMatchObject({ cause: 'other-account' });
    expect(at.session.cards[1]?.card.isDestroyed).toBe(true);
  });
  it('is for sessions alone in which somebody is logged on', async () => {
    const at = await gatewayAtHand({ script: {} });
    const refused = { code: 'session-not-connected' };
    await expect(at.gateway.reauthenticate(caller, 's1', '10.0.0.9')).rejects.toMatchObject(refused);
    const info = clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
    await client(at.port, cardPlan({ clientInfo: () => info }));
    await expect(at.gateway.reauthenticate(caller, 's1', '10.0.0.9')).rejects.toMatchObject(refused);
    expect(at.session.opened).toHaveLength(1);
  });
});

describe('its key', () => {
  /** Operations are what a host makes of them, so here they are said to have been made. */
  function inserted(left = 300) {
    const time = new ManualTime();
    const ended: string[] = [];
    const { card } = mintedCard({ told: (cause) => ended.push(cause) });
    return { time, ended, card, inserted: new InsertedCard({ card, notAfter: time.clock() + left }, time) };
  }
  const over: LogonOutcome = { kind: 'cancelled' };
  it.each([
    ['after two minutes', 300, 120],
    ['with its certificate', 30, 30],
  ])('ends %s', async (_, notAfter, seconds) => {
    const { time, ended, card } = inserted(notAfter);
    time.pass(seconds - 1);
    expect(card.isDestroyed).toBe(false);
    time.pass(1);
    expect(card.isDestroyed).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect([ended, time.timers]).toEqual([['expired'], 0]);
  });
  it('ends ten seconds after it was used last', async () => {
    const { time, card, inserted: held } = inserted();
    const use = async () => {
      for (const apdu of ['00a4040009a00000030800001000', `0020008008${Buffer.from(card.pin).toString('hex')}`, sign])
        expect(Buffer.from(await held.card.transmit(Buffer.from(apdu, 'hex'))).toString('hex')).toMatch(/(9000|61..)$/);
    };
    const challenge = `81820100${'01'.repeat(256)}`;
    const template = `8200${challenge}`;
    const sign = `0087079a00${(template.length / 2 + 4).toString(16).padStart(4, '0')}7c82${(template.length / 2).toString(16).padStart(4, '0')}${template}0000`;
    await use();
    time.pass(9);
    await use();
    time.pass(9);
    expect([card.isDestroyed, card.operations]).toEqual([false, 2]);
    time.pass(1);
    expect(card.isDestroyed).toBe(true);
    await held.over(over);
    expect(time.timers).toBe(0);
  });
});
