import { describe, expect, it } from 'vitest';
import { type CardUse, cardUse, watchedCard } from '../../src/rdpdr/card-use.ts';
import { block, cardInHand, generalAuthenticate, getData, pinStatus, rsaKey, select, verify } from '../piv/card-in-hand.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { atr } from './reader-at-hand.ts';

describe('what a host does with the card', () => {
  it('is told in the order of a logon, and nothing else is', async () => {
    const { card } = cardInHand({ operate: rsaKey().operate });
    const uses: CardUse[] = [];
    const watched = watchedCard(
      { answerToReset: atr, transmit: (apdu) => card.transmit(apdu), reset: () => card.reset() },
      (use) => void uses.push(use),
    );
    const dialogue = [
      select,
      getData('5fc102'),
      getData('5fc10a'),
      getData('5fc105'),
      '00c0000000',
      pinStatus,
      ...generalAuthenticate(block()),
      verify('00000000'),
      verify(),
      ...generalAuthenticate(block()),
      '00c0000008',
    ];
    for (const apdu of dialogue) await watched.transmit(bytes(apdu));
    expect(uses).toEqual(['certificate-read', 'key-refused', 'pin-refused', 'pin-verified', 'key-used']);
  });
  it.each([
    ['an answer without a status word', '00cb3fff055c035fc10500', ''],
    ['a command that fits no form', '00cb', '9000'],
    ['no certificate', '00cb3fff055c035fc10500', '6a82'],
    ['a list of another length', '00cb3fff055c025fc10500', '9000'],
    ['a question of another key', '0087079b047c028100', '9000'],
  ])('%s says nothing', (_, apdu, response) => expect(cardUse(bytes(apdu), bytes(response))).toBeUndefined());
});
