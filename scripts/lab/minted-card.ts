import { labClient, mint } from '../../src/cli/commands/mint-card.ts';
import type { Custody } from '../../src/custody/custody.ts';
import { LiveCard } from '../../src/custody/live-card.ts';
import { signWithCard } from '../../src/piv/card-signature.ts';
import type { CardHolder } from './attached-card.ts';
import type { Logon } from './logon.ts';

/** A card of this process, minted by the CA process and used by its APDU door. */
export interface MintedCard extends Pick<Logon, 'certificate' | 'sign'> {
  destroy(): Promise<void>;
}

const HALF_AN_HOUR = 1800;

/** One after the other: many at once would wait for keys longer than custody lets anybody wait. */
export async function mintCards(count: number, mintOne: () => Promise<MintedCard>): Promise<readonly MintedCard[]> {
  const cards: MintedCard[] = [];
  while (cards.length < count) cards.push(await mintOne());
  return cards;
}

/** @param operations private operations that it may make; not two at once, since it is one card */
export async function mintCard(socket: string, custody: Custody, holder: CardHolder, operations: number): Promise<MintedCard> {
  const { account, sid, upn: userPrincipalName } = holder;
  const client = await labClient(socket);
  try {
    const { key, certificate, notAfter } = await mint(
      custody,
      client,
      'rsa-2048',
      { account, sid, userPrincipalName },
      HALF_AN_HOUR,
    );
    const card = new LiveCard({ key, certificate, notAfter, operations, destroyed: () => undefined });
    const inHand = { transmit: (apdu: Uint8Array) => card.transmit(apdu), pin: card.pin, algorithm: key.kind };
    return {
      certificate,
      sign: ({ bytes, digest }) => signWithCard(inHand, bytes, digest),
      destroy: () => card.destroy('released'),
    };
  } finally {
    client.close();
  }
}
