import { expect, it } from 'vitest';
import { block, cardInHand, generalAuthenticate, pinStatus, ready, select, turnedOver, verify } from '../piv/card-in-hand.ts';
import { bytes } from '../wire/annotated-hex.ts';

// A reset took effect at once, before the commands that had come ahead of it: what was left of a signature and a PIN that was
// verified in between belonged to the next session.
it('a session begins without the rest of an answer that the last one had asked for', async () => {
  let finish: () => void = () => undefined;
  const operate = (input: Uint8Array) =>
    new Promise<Uint8Array>((resolve) => {
      finish = () => resolve(turnedOver(input));
    });
  const { card, statuses, send } = cardInHand({ operate });
  await statuses(...ready);
  const [first = '', last = ''] = generalAuthenticate(block());
  await send(first);
  const signature = send(last);
  await new Promise((resolve) => setImmediate(resolve));
  card.reset();
  finish();
  expect((await signature).status).toBe('6108');
  expect(await statuses('00 c0 00 00 08')).toEqual(['6985']);
});
it('a session begins without a PIN', async () => {
  const { card, send } = cardInHand();
  await send(select);
  const verified = card.transmit(bytes(verify()));
  card.reset();
  expect(await verified).toEqual(bytes('90 00'));
  await send(select);
  expect((await send(pinStatus)).status).toBe('63c3');
});
