import { describe, expect, it } from 'vitest';
import { answerToReset } from '../../src/piv/piv-card.ts';
import { DeviceRedirection } from '../../src/rdpdr/device-redirection.ts';
import type { RedirectionEvent } from '../../src/rdpdr/redirection-event.ts';
import { SmartCardReader } from '../../src/rdpdr/smart-card-reader.ts';
import { cardInHand } from '../piv/card-in-hand.ts';
import * as xrdp from '../vectors/rdpdr/xrdp.ts';
import * as opensc from '../vectors/rdpdr/xrdp-opensc.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
/** Beginnings are compared where the recording has no more than that: the rest is the certificate. */
const isBeginning = (recorded: string, got: string) => recorded.length < got.length;

function connected(handles: readonly string[] = xrdp.drawn) {
  const certificate = new Uint8Array(xrdp.certificateLength);
  certificate.set(bytes(xrdp.certificateBegins));
  const { card } = cardInHand({ certificate });
  const drawn = [...handles];
  const sent: string[] = [];
  const events: RedirectionEvent[] = [];
  const reader = new SmartCardReader({
    card: { answerToReset, transmit: (apdu) => card.transmit(apdu), reset: () => card.reset() },
    random: () => bytes(drawn.shift() ?? '00000001'),
    after: () => () => undefined,
  });
  const redirection = new DeviceRedirection({
    computerName: 'mayfly',
    reader,
    send: (message) => void sent.push(hex(message)),
    events: (event) => void events.push(event),
    cardHandle: 'without-context',
  });
  const ask = async (request: string) => {
    redirection.receive(bytes(request));
    await settled();
    return sent.splice(0);
  };
  return { ask, events };
}

describe('what a real xrdp asked', () => {
  it.each([
    ['a program in its session', xrdp],
    ['OpenSC in its session', opensc],
  ])('is answered as it was when %s used the card', async (_, { drawn, exchanges }) => {
    const { ask, events } = connected(drawn);
    for (const { name, request, replies } of [...xrdp.handshake, ...exchanges]) {
      const got = await ask(request);
      const recorded = replies.map((reply) => hex(bytes(reply)));
      const cut = got.map((reply, i) => (isBeginning(recorded[i] ?? '', reply) ? reply.slice(0, recorded[i]?.length) : reply));
      expect({ name, replies: cut }).toEqual({ name, replies: recorded });
    }
    const refused = events.filter(({ kind }) => kind === 'request-refused' || kind === 'message-ignored');
    expect(refused).toEqual([]);
  });
  it('has a whole certificate object in one reply of two chunks', async () => {
    const { ask } = connected();
    for (const { request } of xrdp.handshake) await ask(request);
    const lengths: Record<string, readonly number[]> = {};
    for (const { name, request } of xrdp.exchanges) lengths[name] = (await ask(request)).map((reply) => reply.length / 2);
    expect(lengths['TRANSMIT: GET DATA 5FC105, the whole object at once']).toEqual([1908]);
    const shorter = Object.values(lengths).flat();
    expect(Math.max(...shorter.filter((length) => length !== 1908))).toBeLessThan(1600);
  });
});
