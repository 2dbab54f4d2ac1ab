import { describe, expect, it } from 'vitest';
import type { DestructionCause } from '../../src/custody/live-card.ts';
import { answerToReset } from '../../src/piv/piv-card.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { block, generalAuthenticate, getData, pinStatus, select, turnedOver, verify } from '../piv/card-in-hand.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { cardWithStandIn } from './card-with-stand-in.ts';

const getResponse = '00 c0 00 00 08';
const causes = (destroyed: { mock: { calls: readonly (readonly [DestructionCause, number])[] } }) =>
  destroyed.mock.calls.map(([cause]) => cause);

describe('a live card', () => {
  it('has a GUID of its own, version 4, and a PIN of 8 digits', async () => {
    const guids = new Set<string>();
    const pins = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const { card } = cardWithStandIn();
      await card.transmit(bytes(select));
      const chuid = hex(await card.transmit(bytes(getData('5fc102'))));
      const guid = /^533b3019.{50}3410(.{32})3508/.exec(chuid)?.[1] ?? '';
      expect(guid).toMatch(/^.{12}4.{3}[89ab].{15}$/);
      guids.add(guid);
      const pin = new TextDecoder().decode(card.pin);
      expect(pin).toMatch(/^\d{8}$/);
      pins.add(pin);
    }
    expect(guids.size).toBe(200);
    expect(pins.size).toBeGreaterThan(198);
  });
  it('has every digit in every place', () => {
    const seen = Array.from({ length: 8 }, () => new Set<number>());
    for (let i = 0; i < 400; i++) for (const [at, digit] of cardWithStandIn().card.pin.entries()) seen[at]?.add(digit);
    expect(seen.map((digits) => digits.size)).toEqual(Array.from({ length: 8 }, () => 10));
  });
  it('shows a CHUID that expires a year after the certificate, and the product’s answer to reset', async () => {
    const { card } = cardWithStandIn();
    await card.transmit(bytes(select));
    expect(hex(await card.transmit(bytes(getData('5fc102'))))).toContain(`3508${Buffer.from('20320505').toString('hex')}`);
    expect(card.answerToReset).toEqual(answerToReset);
  });
  it('uses its key after the PIN, and counts', async () => {
    const { card, operate, sign, verifyPin } = cardWithStandIn();
    await verifyPin();
    expect(await sign()).toBe('6108');
    expect(card.operations).toBe(1);
    expect(operate.mock.calls.map(([input]) => hex(input))).toEqual([hex(block())]);
  });
});

describe('destruction', () => {
  it('comes with the last operation, whose answer is still given whole', async () => {
    const { card, destroy, destroyed, send, sign, verifyPin } = cardWithStandIn(2);
    await verifyPin();
    expect(await sign()).toBe('6108');
    expect(destroy).not.toHaveBeenCalled();
    expect(await sign()).toBe('6108');
    expect(destroy).toHaveBeenCalledTimes(1);
    expect(await send(getResponse, select, pinStatus)).toEqual(['9000', '9000', '6983']);
    expect(await sign()).toBe('6f00');
    expect(causes(destroyed)).toEqual(['operations']);
    expect(card.operations).toBe(2);
  });
  it('does not come early where commands come all at once', async () => {
    const { card, operate, destroyed, verifyPin } = cardWithStandIn(3);
    operate.mockImplementation((input) => new Promise((resolve) => setImmediate(() => resolve(turnedOver(input)))));
    await verifyPin();
    const links = Array.from({ length: 5 }, () => generalAuthenticate(block())).flat();
    const answers = await Promise.all(links.map((apdu) => card.transmit(bytes(apdu))));
    expect(answers.map((answer) => hex(answer.slice(-2))).filter((status) => status !== '9000')).toEqual([
      '6108',
      '6108',
      '6108',
      '6f00',
      '6f00',
    ]);
    expect(operate).toHaveBeenCalledTimes(3);
    expect(causes(destroyed)).toEqual(['operations']);
  });
  it('comes with the last try of the PIN', async () => {
    const { card, destroy, destroyed, send, sign } = cardWithStandIn();
    const wrong = '00 20 00 80 08 ffffffffffffffff';
    expect(await send(select, wrong, wrong)).toEqual(['9000', '63c2', '63c1']);
    expect(destroy).not.toHaveBeenCalled();
    expect(await send(wrong, pinStatus, getData('7e'))).toEqual(['6983', '6983', '9000']);
    expect(await sign()).toBe('6f00');
    expect(card.isDestroyed).toBe(true);
    expect(causes(destroyed)).toEqual(['pin-blocked']);
  });
  it('is told once, when the key is gone, with the first cause', async () => {
    const { card, destroy, destroyed } = cardWithStandIn();
    let gone = () => undefined as unknown;
    destroy.mockReturnValue(
      new Promise((resolve) => {
        gone = () => resolve(undefined);
      }),
    );
    const ends = (['client-left', 'expired', 'released'] as const).map((cause) => card.destroy(cause));
    await new Promise((resolve) => setImmediate(resolve));
    expect(card.isDestroyed).toBe(true);
    expect(destroyed).not.toHaveBeenCalled();
    gone();
    await Promise.all(ends);
    await card.destroy('key-lost');
    expect(destroy).toHaveBeenCalledTimes(1);
    expect(causes(destroyed)).toEqual(['client-left']);
    expect(destroyed.mock.calls[0]?.[1]).toBeGreaterThanOrEqual(0);
  });
  it('wipes the PIN at once, and zeros are not the PIN then', async () => {
    const { card, send, verifyPin } = cardWithStandIn();
    void card.destroy('released');
    expect(hex(card.pin)).toBe('00'.repeat(8));
    expect(await verifyPin()).toBe('6983');
    expect(await send(select, '00 20 00 80 08 0000000000000000', verify('00000000'))).toEqual(['9000', '6983', '6983']);
  });
  it('refuses the operation that ran, and those that waited', async () => {
    const { card, operate, verifyPin } = cardWithStandIn();
    let finish = () => undefined as unknown;
    operate.mockImplementation(
      (input) =>
        new Promise((resolve) => {
          finish = () => resolve(turnedOver(input));
        }),
    );
    await verifyPin();
    const links = generalAuthenticate(block());
    const answers = [...links, ...links].map((apdu) => card.transmit(bytes(apdu)));
    await expect.poll(() => operate).toHaveBeenCalled();
    await card.destroy('released');
    finish();
    expect((await Promise.all(answers)).map(hex)).toEqual(['9000', '6f00', '9000', '6f00']);
    expect(operate).toHaveBeenCalledTimes(1);
  });
  it('leaves the objects readable, from the card that is reset as well', async () => {
    const { card, send } = cardWithStandIn();
    await card.destroy('released');
    card.reset();
    expect(await send(select, getData('5fc105'), getData('5fc102'), getData('5fc107'))).toEqual(['9000', '6100', '9000', '9000']);
  });
  it('comes when the key is lost, not when a block is impossible', async () => {
    const { card, operate, destroyed, sign, verifyPin } = cardWithStandIn();
    await verifyPin();
    operate.mockRejectedValueOnce(new MayflyError('key-input', 'the block is not below the modulus'));
    expect(await sign()).toBe('6a80');
    expect([card.isDestroyed, card.operations]).toEqual([false, 0]);
    operate.mockRejectedValueOnce(new MayflyError('key-lost', 'the isolate died'));
    expect(await sign()).toBe('6f00');
    await card.destroy('released');
    expect(causes(destroyed)).toEqual(['key-lost']);
  });
});

describe('the first client that used the key', () => {
  const ended = (card: ReturnType<typeof cardWithStandIn>['card']) => {
    const was = card.wasUsedSinceReset;
    card.reset();
    return was;
  };
  it('is known at the reset behind it, and only then', async () => {
    const { card, sign, verifyPin, send } = cardWithStandIn();
    expect(ended(card)).toBe(false);
    await send(select, getData('5fc105'), pinStatus);
    expect(ended(card)).toBe(false);
    await verifyPin();
    expect(ended(card)).toBe(false);
    await sign();
    expect(ended(card)).toBe(false);
    await verifyPin();
    await sign();
    expect(card.wasUsedSinceReset).toBe(true);
    expect(ended(card)).toBe(true);
    expect(ended(card)).toBe(false);
  });
  it('is not one whose operation the key refused', async () => {
    const { card, operate, sign, verifyPin } = cardWithStandIn();
    operate.mockRejectedValue(new MayflyError('key-input', 'the block is not below the modulus'));
    await verifyPin();
    await sign();
    expect(ended(card)).toBe(false);
  });
});
