import { expect, it } from 'vitest';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { cardWithStandIn } from '../custody/card-with-stand-in.ts';

// A key that somebody else had destroyed, or that failed in an unknown way, was answered for as a malformed template (6A80) for
// ever: the card did not know that it was of no use any more.
it.each([
  ['destroyed', new MayflyError('key-destroyed', 'the key has been destroyed')],
  ['lost', new MayflyError('key-lost', 'the isolate died')],
  ['in an unknown state', new Error('something else')],
])('a card whose key is %s is over', async (_, failure) => {
  const { card, operate, destroyed, verifyPin, sign } = cardWithStandIn();
  operate.mockRejectedValue(failure);
  await verifyPin();
  expect(await sign()).toBe('6f00');
  expect(card.isDestroyed).toBe(true);
  await card.destroy('released');
  expect(destroyed.mock.calls.map(([cause]) => cause)).toEqual(['key-lost']);
  expect(await sign()).toBe('6f00');
});
