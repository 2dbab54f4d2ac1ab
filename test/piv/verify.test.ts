import { describe, expect, it } from 'vitest';
import { Pin } from '../../src/piv/pin.ts';
import { block, cardInHand, generalAuthenticate, pin, pinStatus, ready, select, verify } from './card-in-hand.ts';

const wrong = verify('12345679');
const discard = '00 20 ff 80';

/** SP 800-73-4 part 2 3.2.1. */
describe('VERIFY', () => {
  it('says how many tries are left, without and with Le', async () => {
    const { statuses } = cardInHand();
    expect(await statuses(select, pinStatus, `${pinStatus} 00`, pinStatus)).toEqual(['9000', '63c3', '63c3', '63c3']);
  });
  it('says 9000 to the right PIN, and from then on to who asks', async () => {
    const { statuses } = cardInHand();
    expect(await statuses(select, verify(), pinStatus, `${pinStatus} 00`)).toEqual(['9000', '9000', '9000', '9000']);
  });
  it('counts down to blocked, where the right PIN is refused as well', async () => {
    const { card, statuses } = cardInHand();
    expect(await statuses(select, wrong, pinStatus, wrong, pinStatus, wrong)).toEqual([
      '9000',
      '63c2',
      '63c2',
      '63c1',
      '63c1',
      '6983',
    ]);
    expect(card.isBlocked).toBe(true);
    expect(await statuses(verify(), pinStatus, wrong, ...generalAuthenticate(block()).slice(-1))).toEqual([
      '6983',
      '6983',
      '6983',
      '6982',
    ]);
  });
  it('does not forget tries at a reset', async () => {
    const { card, statuses } = cardInHand();
    await statuses(select, wrong);
    card.reset();
    expect(await statuses(select, pinStatus, wrong)).toEqual(['9000', '63c2', '63c1']);
    card.reset();
    expect(await statuses(select, pinStatus, wrong)).toEqual(['9000', '63c1', '6983']);
    card.reset();
    expect(await statuses(select, pinStatus, verify())).toEqual(['9000', '6983', '6983']);
  });
  it('spends a try even where the reset comes before the answer', async () => {
    const { card, statuses, send } = cardInHand();
    await send(select);
    for (const left of ['63c2', '63c1', '6983']) {
      const answer = send(wrong);
      card.reset();
      expect((await answer).status).toBe(left);
      await send(select);
      expect(await statuses(pinStatus)).toEqual([left]);
    }
  });
  it('gives the tries back for the right PIN', async () => {
    const { statuses } = cardInHand();
    expect(await statuses(select, wrong, wrong, verify(), wrong)).toEqual(['9000', '63c2', '63c1', '9000', '63c2']);
  });
  it('a wrong PIN ends what a right one had begun', async () => {
    const { statuses, operated } = cardInHand();
    const all = await statuses(...ready, wrong, pinStatus, ...generalAuthenticate(block()));
    expect(all.slice(2)).toEqual(['63c2', '63c2', '9000', '6982']);
    expect(operated).toEqual([]);
  });
  it.each([
    ['6 digits, padded', '31 32 33 34 35 36 ff ff'],
    ['7 digits of the PIN, padded', '31 32 33 34 35 36 37 ff'],
    ['no digits', 'ff ff ff ff ff ff ff ff'],
    ['zeros, which a wiped PIN is made of', '00 00 00 00 00 00 00 00'],
    ['letters', '61 62 63 64 65 66 67 68'],
    ['the first digit another', '32 32 33 34 35 36 37 38'],
  ])('%s is a wrong PIN, and counted', async (_, digits) => {
    const { statuses } = cardInHand();
    expect(await statuses(select, `00 20 00 80 08 ${digits}`, pinStatus)).toEqual(['9000', '63c2', '63c2']);
  });
  it.each([
    ['6 digits alone', verify('123456')],
    ['7 octets', verify(pin.slice(0, 7))],
    ['9 octets', verify(`${pin}9`)],
    ['1 octet', '00 20 00 80 01 31'],
    ['300 octets', `00 20 00 80 00 012c ${'31'.repeat(300)}`],
  ])('%s is no PIN: no try is spent, no PIN state lost', async (_, apdu) => {
    const { statuses } = cardInHand();
    expect(await statuses(select, apdu, pinStatus, verify(), apdu, pinStatus)).toEqual([
      '9000',
      '6a80',
      '63c3',
      '9000',
      '6a80',
      '9000',
    ]);
  });
  it('takes the PIN with extended lengths and with a superfluous Le', async () => {
    const digits = verify().slice(-16);
    for (const apdu of [`00 20 00 80 00 0008 ${digits}`, `00 20 00 80 08 ${digits} 00`]) {
      const { statuses } = cardInHand();
      expect(await statuses(select, apdu, pinStatus)).toEqual(['9000', '9000', '9000']);
    }
  });
  it.each(['81', '00', '96', '98', 'ff'])('knows no reference %s', async (p2) => {
    const { statuses } = cardInHand();
    const digits = verify().slice(-16);
    expect(await statuses(select, `00 20 00 ${p2}`, `00 20 00 ${p2} 08 ${digits}`, `00 20 ff ${p2}`, pinStatus)).toEqual([
      '9000',
      '6a88',
      '6a88',
      '6a88',
      '63c3',
    ]);
  });
  it('P1 FF gives the PIN state up', async () => {
    const { statuses } = cardInHand();
    expect(await statuses(select, discard, verify(), discard, pinStatus)).toEqual(['9000', '9000', '9000', '9000', '63c3']);
  });
  it('P1 FF with data, and every other P1, is refused and changes nothing', async () => {
    const { statuses } = cardInHand();
    const digits = verify().slice(-16);
    expect(await statuses(...ready, `00 20 ff 80 08 ${digits}`, '00 20 01 80', `00 20 01 80 08 ${digits}`, pinStatus)).toEqual([
      '9000',
      '9000',
      '6a86',
      '6a86',
      '6a86',
      '9000',
    ]);
  });
});
describe('a PIN', () => {
  const digits = (text: string) => new TextEncoder().encode(text);
  it('is its own copy, wiped when it is destroyed', () => {
    const given = digits(pin);
    const own = new Pin(given);
    given.fill(0);
    expect(own.verify(digits(pin))).toBe(true);
    own.destroy();
    expect(own.triesLeft).toBe(0);
    expect(own.verify(digits(pin))).toBe(false);
    expect(own.verify(new Uint8Array(8))).toBe(false);
  });
  it('has spent the try before it looks at what it was given', () => {
    const own = new Pin(digits(pin));
    const seen: number[] = [];
    const watched = new Proxy(digits(pin), {
      get(target, property) {
        seen.push(own.triesLeft);
        const value: unknown = Reflect.get(target, property, target);
        return value;
      },
    });
    expect(own.verify(watched)).toBe(true);
    expect(new Set(seen)).toEqual(new Set([2]));
    expect(own.triesLeft).toBe(3);
  });
  it('looks at every octet, wherever the first difference lies', () => {
    const own = new Pin(digits(pin));
    const looks = (candidate: string) => {
      let count = 0;
      const counted = new Proxy(digits(candidate), {
        get(target, property) {
          count++;
          const value: unknown = Reflect.get(target, property, target);
          return value;
        },
      });
      own.verify(counted);
      own.verify(digits(pin));
      return count;
    };
    expect(new Set(['02345678', '12345670', '00000000', pin].map(looks)).size).toBe(1);
  });
});
