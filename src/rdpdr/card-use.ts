import { type CommandApdu, readCommand } from '../piv/command-apdu.ts';
import { objectTag } from '../piv/data-objects.ts';
import { keyReference } from '../piv/key-algorithm.ts';
import { statusWord } from '../piv/status-word.ts';
import type { ReaderCard } from './card-connections.ts';

/** What a host did with the card, as far as it says how far a logon has come. */
export type CardUse = 'certificate-read' | 'pin-verified' | 'pin-refused' | 'key-used' | 'key-refused';

const GENERAL_AUTHENTICATE = 0x87;
const VERIFY = 0x20;
const GET_DATA = 0xcb;
const CHAINING = 0x10;

function asksForCertificate({ data: [list, length, ...tag] }: CommandApdu): boolean {
  const asked = tag.reduce((all, octet) => all * 256 + octet, 0);
  return list === 0x5c && length === tag.length && asked === objectTag.pivAuthenticationCertificate;
}
/** What one command and its answer come to; `undefined` for all that says nothing of the logon. */
export function cardUse(apdu: Uint8Array, response: Uint8Array): CardUse | undefined {
  const command = readCommand(apdu);
  if (command === undefined) return undefined;
  const status = ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
  const isDone = status === statusWord.success || (status & 0xff00) === statusWord.moreData;
  switch (command.ins) {
    case GET_DATA:
      return isDone && asksForCertificate(command) ? 'certificate-read' : undefined;
    case VERIFY:
      // Without a PIN it only asks whether one is needed.
      if (command.data.length === 0) return undefined;
      return isDone ? 'pin-verified' : 'pin-refused';
    case GENERAL_AUTHENTICATE:
      if (command.p2 !== keyReference.pivAuthentication) return undefined;
      if (!isDone) return 'key-refused';
      return (command.cla & CHAINING) === 0 ? 'key-used' : undefined;
    default:
      return undefined;
  }
}
/** The same card, whose use is told to `used`. */
export function watchedCard(card: ReaderCard, used: (use: CardUse) => void): ReaderCard {
  return {
    answerToReset: card.answerToReset,
    reset: () => card.reset(),
    async transmit(apdu) {
      const response = await card.transmit(apdu);
      const use = cardUse(apdu, response);
      if (use !== undefined) used(use);
      return response;
    },
  };
}
