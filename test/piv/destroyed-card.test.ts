import { describe, expect, it } from 'vitest';
import { HOLDER_CEILING, OPERATION_CEILING } from '../../src/piv/piv-card.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { block, cardInHand, generalAuthenticate, getData, pinStatus, ready, select, turnedOver, verify } from './card-in-hand.ts';

const links = generalAuthenticate(block());
const [first = '', last = ''] = links;

describe('a card whose key is destroyed', () => {
  it('still shows its objects and refuses everything that needs the key or the PIN', async () => {
    const { card, statuses, operated } = cardInHand();
    await statuses(...ready);
    card.destroy();
    expect(card.isUsable).toBe(false);
    expect(await statuses(pinStatus, verify(), ...links)).toEqual(['6983', '6983', '9000', '6f00']);
    expect(await statuses(select, ...['5fc102', '5fc107', '7e', '5fc105'].map((tag) => getData(tag)))).toEqual([
      '9000',
      '9000',
      '9000',
      '9000',
      '6100',
    ]);
    card.reset();
    expect(await statuses(select, verify(), '00 20 00 80 08 0000000000000000', ...links)).toEqual([
      '9000',
      '6983',
      '6983',
      '9000',
      '6f00',
    ]);
    expect(operated).toEqual([]);
  });
  it('serves what is left of its last answer, once', async () => {
    const { card, statuses } = cardInHand();
    await statuses(...ready, ...links);
    card.destroy();
    expect(await statuses('00 c0 00 00 08', '00 c0 00 00 08')).toEqual(['9000', '6985']);
  });
  it('is not finished with a chain that had begun', async () => {
    const { card, statuses, operated } = cardInHand();
    await statuses(...ready, first);
    card.destroy();
    expect(await statuses(last)).toEqual(['6f00']);
    expect(operated).toEqual([]);
  });
  it('does not give out what came of an operation that ran, and makes none that waited', async () => {
    const finish: (() => void)[] = [];
    const operate = (input: Uint8Array) =>
      new Promise<Uint8Array>((resolve) => {
        finish.push(() => resolve(turnedOver(input)));
      });
    const { card, statuses, send, operated } = cardInHand({ operate });
    await statuses(...ready, first);
    const answers = [last, first, last, getData('7e')].map((apdu) => send(apdu));
    await new Promise((resolve) => setImmediate(resolve));
    expect(operated.length).toBe(1);
    card.destroy();
    for (const done of finish) done();
    expect((await Promise.all(answers)).map(({ data, status }) => [data.length, status])).toEqual([
      [0, '6f00'],
      [0, '9000'],
      [0, '6f00'],
      [20, '9000'],
    ]);
    expect(operated.length).toBe(1);
  });
  it('6F00 where the key goes while it is used', async () => {
    const { card, statuses } = cardInHand({
      operate: () => {
        card.destroy();
        return Promise.reject(new Error('gone'));
      },
    });
    expect(await statuses(...ready, ...links)).toEqual(['9000', '9000', '9000', '6f00']);
  });
});
describe('the operation ceiling', () => {
  it(`is ${OPERATION_CEILING} by itself`, async () => {
    const { card, statuses, operated } = cardInHand();
    await statuses(...ready);
    for (let i = 0; i < OPERATION_CEILING; i++) expect(await statuses(...links)).toEqual(['9000', '6108']);
    expect(card.isUsable).toBe(false);
    expect(await statuses('00 c0 00 00 08', ...links, verify(), ...links)).toEqual([
      '9000',
      '9000',
      '6f00',
      '9000',
      '9000',
      '6f00',
    ]);
    expect(operated.length).toBe(12);
  });
  it('is one for hosts, and one for whoever holds the card: neither spends what is the other’s', async () => {
    const { card, statuses, operated } = cardInHand({ ceiling: 2 });
    const held = async () => {
      let answer = new Uint8Array();
      for (const apdu of [...ready, ...links])
        answer = Uint8Array.from(await card.transmit(typeof apdu === 'string' ? bytes(apdu) : apdu, 'holder'));
      return hex(answer.slice(-2));
    };
    for (let i = 0; i < HOLDER_CEILING; i++) expect(await held()).toBe('6108');
    expect(await held()).toBe('6f00');
    expect(card.isUsable).toBe(true);
    await statuses(...ready);
    for (let i = 0; i < 2; i++) expect((await statuses(...links)).at(-1)).toBe('6108');
    expect([card.isUsable, operated.length]).toEqual([false, HOLDER_CEILING + 2]);
  });
  it('counts operations that failed, and no refusal', async () => {
    const { statuses, operated } = cardInHand({ ceiling: 2, operate: () => Promise.reject(new Error('over the modulus')) });
    expect(await statuses(select, ...links)).toEqual(['9000', '9000', '6982']);
    await statuses(...ready);
    const wrong = ['00 87 07 9a 02 7c00', ...generalAuthenticate(block(), { key: '079c' })];
    expect(await statuses(...wrong, ...links, ...links, ...links)).toEqual([
      '6a80',
      '9000',
      '6a88',
      '9000',
      '6a80',
      '9000',
      '6a80',
      '9000',
      '6f00',
    ]);
    expect(operated.length).toBe(2);
  });
  it('holds for commands that come all at once, which are answered one after the other', async () => {
    let running = 0;
    let most = 0;
    const operate = async (input: Uint8Array) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return turnedOver(input);
    };
    const { statuses, send, operated } = cardInHand({ operate, ceiling: 3 });
    await statuses(...ready);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => links)
        .flat()
        .map((apdu) => send(apdu)),
    );
    expect(answers.map(({ status }) => status).filter((status) => status !== '9000')).toEqual([
      ...Array.from({ length: 3 }, () => '6108'),
      ...Array.from({ length: 7 }, () => '6f00'),
    ]);
    expect([operated.length, most]).toEqual([3, 1]);
  });
});
