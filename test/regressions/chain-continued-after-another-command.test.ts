import { expect, it } from 'vitest';
import { block, cardInHand, generalAuthenticate, ready } from '../piv/card-in-hand.ts';

// A command that was refused for its class or its length left a chain open: the last link was taken as if nothing had been.
it.each([
  ['another class', '80 cb 3f ff 00', '6e00'],
  ['secure messaging', '04 87 07 9a 00', '6882'],
  ['a logical channel', '01 87 07 9a 00', '6881'],
  ['a command of no length', '00 87 07 9a 05 00', '6700'],
])('a chain ends at %s', async (_, between, refusal) => {
  const { statuses, operated } = cardInHand();
  await statuses(...ready);
  const [first = '', last = ''] = generalAuthenticate(block());
  expect(await statuses(first, between, last)).toEqual(['9000', refusal, '6a80']);
  expect(operated).toEqual([]);
});
