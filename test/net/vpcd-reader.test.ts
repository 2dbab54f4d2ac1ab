import { execFile } from 'node:child_process';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cardInHand, pinStatus, ready, select, verify } from '../piv/card-in-hand.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { leavingNothing } from './open-handles.ts';
import {
  answerToReset,
  type Connection,
  echoCard,
  type Inserted,
  impatient,
  insert,
  message,
  powerOff,
  powerOn,
  quick,
  reset,
  ScriptedReader,
} from './scripted-reader.ts';

const apdu = (hexadecimal: string) => message(...bytes(hexadecimal));
const atr = '3b80800101';

/** A reader with a card in it, for as long as `work` takes; then nothing of either is left. */
async function withReader(
  card: ReturnType<typeof echoCard>,
  work: (c: Connection, all: Inserted & { peer: ScriptedReader }) => unknown,
  timing = quick,
): Promise<void> {
  await leavingNothing(async () => {
    const peer = await ScriptedReader.listen();
    const inserted = insert(card, peer.port, '127.0.0.1', timing);
    const c = await peer.accept();
    await work(c, { ...inserted, peer });
    inserted.reader.leave();
    await inserted.left;
    c.socket.resume();
    await c.closed;
    await peer.close();
  });
}
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a card in a vpcd reader', () => {
  it('answers as pcscd asks: power, answer to reset, commands', async () => {
    const card = echoCard();
    await withReader(card, async ({ socket, next }, { events }) => {
      socket.write(Buffer.concat([powerOn, answerToReset]));
      expect(hex(await next())).toBe(atr);
      await expect.poll(() => events).toEqual(['attached']);
      socket.write(apdu('00a40400'));
      expect(hex(await next())).toBe('00a404009000');
      socket.write(Buffer.concat([answerToReset, answerToReset, powerOff]));
      expect([hex(await next()), hex(await next())]).toEqual([atr, atr]);
      expect(events).toEqual(['attached']);
      await expect.poll(() => card.resets).toBe(2);
    });
  });
  it('is reset by power off, power on and reset, which have no answer', async () => {
    const card = echoCard();
    await withReader(card, async ({ socket, next, chunks }) => {
      socket.write(Buffer.concat([powerOff, powerOn, reset, answerToReset]));
      expect(hex(await next())).toBe(atr);
      expect(card.resets).toBe(3);
      expect(Buffer.concat(chunks).length).toBe(7);
    });
  });
  it('does not answer controls that it does not know', async () => {
    const card = echoCard();
    await withReader(card, async ({ socket, next, chunks }) => {
      socket.write(Buffer.concat([message(3), message(5), message(0xff), answerToReset]));
      expect(hex(await next())).toBe(atr);
      expect(card.resets).toBe(0);
      expect(Buffer.concat(chunks).length).toBe(7);
    });
  });
  it('reads by length, not by packet: everything glued together', async () => {
    const card = echoCard();
    await withReader(card, async ({ socket, next }) => {
      socket.write(Buffer.concat([powerOn, answerToReset, apdu('00a40400'), apdu('00cb3fff'), answerToReset]));
      const all = [await next(), await next(), await next(), await next()].map(hex);
      expect(all).toEqual([atr, '00a404009000', '00cb3fff9000', atr]);
    });
  });
  it('reads by length, not by packet: octet by octet', async () => {
    const card = echoCard();
    await withReader(card, async ({ socket, next }) => {
      for (const octet of Buffer.concat([powerOn, answerToReset, apdu('00a4040005a000000308')])) {
        socket.write(Uint8Array.of(octet));
        await sleep(1);
      }
      expect([hex(await next()), hex(await next())]).toEqual([atr, '00a4040005a0000003089000']);
    });
  });
  it('takes a message of 65535 octets and one of none', async () => {
    const card = echoCard();
    await withReader(card, async ({ socket, next }) => {
      socket.write(Buffer.concat([message(...new Uint8Array(65_535)), message(), answerToReset]));
      expect([(await next()).length, hex(await next()), hex(await next())]).toEqual([202, '9000', atr]);
      expect(card.sent.map((sent) => sent.length)).toEqual([65_535, 0]);
    });
  });
  it('writes each answer in one piece', async () => {
    const write = vi.spyOn(Socket.prototype, 'write');
    const card = echoCard();
    await withReader(card, async ({ socket, next }) => {
      const ours = () => write.mock.calls.filter((_, i) => write.mock.contexts[i] !== socket).map(([data]) => data);
      for (const command of ['00a40400', '00cb3fff']) {
        socket.write(apdu(command));
        await next();
      }
      expect(ours().map((data) => data instanceof Uint8Array && hex(data))).toEqual(['000600a404009000', '000600cb3fff9000']);
    });
  });
  it('needs well under Nagle’s 40 ms for an exchange', async () => {
    const card = echoCard();
    await withReader(card, async ({ socket, next }) => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 50; i++) {
        const began = performance.now();
        socket.write(apdu('00a40400'));
        await next();
        least = Math.min(least, performance.now() - began);
      }
      // Where Nagle waits, it waits each time; another process does not.
      expect(least).toBeLessThan(10);
    });
  });
  it('does not hold what a flood sends that reads no answers', async () => {
    const card = { ...echoCard(), transmit: vi.fn(async () => new Uint8Array(65_000)) };
    await withReader(card, async ({ socket }) => {
      socket.pause();
      const before = process.memoryUsage();
      const flood = Buffer.concat(Array.from({ length: 10_000 }, () => apdu('00c00000')));
      for (let i = 0; i < 100; i++) socket.write(flood);
      await expect.poll(() => card.transmit).toHaveBeenCalled();
      let answered = -1;
      while (answered !== card.transmit.mock.calls.length) {
        answered = card.transmit.mock.calls.length;
        await sleep(60);
      }
      // What the kernel takes, and no more.
      expect(answered).toBeLessThan(500);
      const { external, arrayBuffers } = process.memoryUsage();
      expect(external + arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(40e6);
      socket.destroy();
    });
  });
  it('lets others have their turn during a flood of controls', async () => {
    const card = echoCard();
    await withReader(card, async ({ socket, next }) => {
      let turns = 0;
      const counting = setInterval(() => {
        turns++;
      }, 0);
      const flood = Buffer.concat(Array.from({ length: 100_000 }, () => reset));
      for (let i = 0; i < 5; i++) socket.write(flood);
      socket.write(answerToReset);
      expect(hex(await next())).toBe(atr);
      clearInterval(counting);
      expect(card.resets).toBe(500_000);
      expect(turns).toBeGreaterThan(5);
    });
  });
});

describe('a reader that is not as it should be', () => {
  const comesBack = (spoil: (c: Connection) => unknown, reason: RegExp) => {
    const card = echoCard();
    const work = async (c: Connection, { events, peer }: Inserted & { peer: ScriptedReader }) => {
      await spoil(c);
      const again = await peer.accept();
      again.socket.write(answerToReset);
      expect(hex(await again.next())).toBe(atr);
      await expect.poll(() => events).toContain('attached');
      expect(events[0]).toMatch(reason);
      expect(card.resets).toBeGreaterThan(0);
    };
    return withReader(card, work, reason.test('the reader says nothing') ? impatient : quick);
  };
  it.each<[string, (c: Connection) => unknown, RegExp]>([
    ['closes at once', ({ socket }) => socket.end(), /closed the connection/],
    ['resets at once', ({ socket }) => socket.resetAndDestroy(), /ECONNRESET|closed/],
    ['closes within a length', ({ socket }) => socket.end(Uint8Array.of(0)), /closed the connection/],
    ['closes within a message', ({ socket }) => socket.end(Uint8Array.of(0, 5, 0, 0xa4)), /closed the connection/],
    ['closes behind a message', ({ socket }) => socket.end(apdu('00a40400')), /closed the connection/],
    [
      'resets behind a message',
      ({ socket }) => socket.write(apdu('00a40400'), () => socket.resetAndDestroy()),
      /ECONNRESET|EPIPE|closed/,
    ],
    [
      'resets while answers are on their way',
      ({ socket }) => {
        socket.pause();
        socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => apdu('00a40400'))), () => socket.resetAndDestroy());
      },
      /ECONNRESET|EPIPE|closed/,
    ],
    ['never says anything', () => undefined, /the reader says nothing/],
    ['says half a length and no more', ({ socket }) => socket.write(Uint8Array.of(0)), /the reader says nothing/],
    ['says half a message and no more', ({ socket }) => socket.write(Uint8Array.of(0xff, 0xff, 0)), /the reader says nothing/],
    [
      'asks and never reads',
      ({ socket }) => {
        socket.pause();
        socket.write(Buffer.concat(Array.from({ length: 60_000 }, () => message(...new Uint8Array(200)))));
      },
      /the reader says nothing/,
    ],
  ])('%s: the card comes back', async (_, spoil, reason) => comesBack(spoil, reason));

  it('restarts, and again: the card comes back each time, reset', async () => {
    const card = echoCard();
    await withReader(card, async (first, { events, peer }) => {
      let c = first;
      for (let i = 0; i < 5; i++) {
        c.socket.write(answerToReset);
        await c.next();
        c.socket.destroy();
        c = await peer.accept();
      }
      c.socket.write(answerToReset);
      await c.next();
      await expect.poll(() => events.filter((event) => event === 'attached').length).toBe(6);
      expect(card.resets).toBe(5);
      expect(peer.connections).toBe(6);
    });
  });
  it('is refused, then there', async () => {
    await leavingNothing(async () => {
      const first = await ScriptedReader.listen();
      const { port } = first;
      await first.close();
      const { reader, events, left } = insert(echoCard(), port);
      await expect.poll(() => events.length).toBeGreaterThan(0);
      expect(events).toEqual([`detached: connect ECONNREFUSED 127.0.0.1:${port}`]);
      const peer = await ScriptedReader.listen(port);
      const { socket, next } = await peer.accept();
      socket.write(answerToReset);
      expect(hex(await next())).toBe(atr);
      reader.leave();
      await left;
      await peer.close();
    });
  });
  it('is named by what the failure was, for a host of several addresses as well', async () => {
    const closed = await ScriptedReader.listen();
    const { port } = closed;
    await closed.close();
    const { reader, events, left } = insert(echoCard(), port, 'localhost');
    await expect.poll(() => events.length).toBeGreaterThan(0);
    reader.leave();
    await left;
    expect(events[0]).toMatch(/^detached: connect ECONNREFUSED /);
  });
  it('has a name that nobody knows', async () => {
    await leavingNothing(async () => {
      const { reader, events, left } = insert(echoCard(), 35_963, 'no-such-host.invalid', quick);
      await expect.poll(() => events.length).toBeGreaterThan(0);
      reader.leave();
      await left;
      expect(events[0]).toMatch(/^detached: (getaddrinfo (ENOTFOUND|EAI_AGAIN) no-such-host.invalid|the reader says nothing)$/);
    });
  });
});

describe('leaving', () => {
  it.each<[string, number]>([
    ['before anything is connected', 0],
    ['while it connects', 1],
    ['between two attempts', 60],
  ])('%s', async (_, after) => {
    await leavingNothing(async () => {
      const closed = await ScriptedReader.listen();
      const { port } = closed;
      await closed.close();
      const { reader, left } = insert(echoCard(), port, '127.0.0.1', { ...quick, pause: 10_000 });
      if (after > 0) await sleep(after);
      reader.leave();
      await left;
    });
  });
  it('at any time of a conversation ends it, with no word of a detachment', async () => {
    for (const after of [0, 1, 2, 5, 10]) {
      const card = echoCard();
      await withReader(card, async ({ socket }, { reader, left, events }) => {
        socket.write(Buffer.concat([answerToReset, apdu('00a40400'), apdu('00a4')]));
        await sleep(after);
        reader.leave();
        await left;
        expect(events.filter((event) => event !== 'attached')).toEqual([]);
        expect(card.resets).toBe(1);
      });
    }
  });
  it.each(['connected', 'refused'])('leaves no timer behind either: a process that was %s ends by itself', async (how) => {
    const peer = await ScriptedReader.listen();
    const { port } = peer;
    if (how === 'refused') await peer.close();
    const source = `
      const { VpcdReader } = await import(${JSON.stringify(new URL('../../src/net/vpcd-reader.ts', import.meta.url).href)});
      const card = { answerToReset: new Uint8Array(5), transmit: async (apdu) => apdu, reset() {} };
      const events = { attached: leave, detached: leave };
      const reader = new VpcdReader({ host: '127.0.0.1', port: ${port} }, card, events);
      function leave() { reader.leave(); }
      await reader.stay();
      console.log('left');`;
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source], { timeout: 60_000 });
    if (how === 'connected') (await peer.accept()).socket.write(answerToReset);
    expect((await child).stdout).toBe('left\n');
    if (how === 'connected') await peer.close();
  });
  it('twice is leaving', async () => {
    await withReader(echoCard(), async (_, { reader, left }) => {
      reader.leave();
      reader.leave();
      await left;
    });
  });
});

describe('what one connection leaves to the next', () => {
  const piv = () => {
    const { card } = cardInHand();
    return Object.assign(echoCard(), { transmit: (octets: Uint8Array) => card.transmit(octets), reset: () => card.reset() });
  };
  const asked = async ({ socket, next }: Connection, ...commands: readonly string[]) => {
    const statuses: string[] = [];
    for (const command of commands) {
      socket.write(apdu(command));
      statuses.push(hex((await next()).subarray(-2)));
    }
    return statuses;
  };
  it.each<[string, (c: Connection) => unknown]>([
    ['closed', ({ socket }) => socket.end()],
    ['reset', ({ socket }) => socket.resetAndDestroy()],
  ])('is no PIN and no selection when it was %s, but the tries', async (_, end) => {
    await withReader(piv(), async (c, { peer }) => {
      expect(await asked(c, ...ready, pinStatus)).toEqual(['9000', '9000', '9000']);
      await end(c);
      const again = await peer.accept();
      expect(await asked(again, pinStatus, select, pinStatus, verify('12345679'))).toEqual(['6d00', '9000', '63c3', '63c2']);
      await end(again);
      const third = await peer.accept();
      expect(await asked(third, select, verify('12345679'), verify('12345679'))).toEqual(['9000', '63c1', '6983']);
      await end(third);
      expect(await asked(await peer.accept(), select, verify())).toEqual(['9000', '6983']);
    });
  });
  it('is a status word for whatever comes', async () => {
    await withReader(piv(), async (c) => {
      expect(await asked(c, '', '0000', '00a4040003a0')).toEqual(['6700', '6700', '6700']);
      c.socket.write(message(...new Uint8Array(65_535).fill(0xff)));
      expect(hex(await c.next())).toBe('6700');
    });
  });
});
