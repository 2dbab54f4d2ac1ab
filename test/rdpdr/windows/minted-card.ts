import { constants, privateDecrypt } from 'node:crypto';
import type { CardKey } from '../../../src/custody/card-key.ts';
import { type DestructionCause, LiveCard } from '../../../src/custody/live-card.ts';
import { dNSNames, endEntity, type MadeKey, makeCertificate, rsaKey } from '../../x509/made-certificate.ts';

/** A certificate of about so many octets: names fill it up. */
export function certificateOf(key: MadeKey, octets = 1236): Uint8Array {
  const bare = makeCertificate({ subject: 'card', key, extensions: [endEntity()] }).der.length;
  const names = Array.from({ length: Math.ceil(Math.max(0, octets - bare - 30) / 60) }, () =>
    `${'n'.repeat(54)}.test`.slice(-58),
  );
  return makeCertificate({ subject: 'card', key, extensions: [endEntity(), ...(names.length > 0 ? [dNSNames(...names)] : [])] })
    .der;
}
export interface MintedCard {
  readonly card: LiveCard;
  readonly certificate: Uint8Array;
  readonly pin: string;
  readonly destroyed: readonly DestructionCause[];
}
const made = rsaKey();
/** A live card whose key is of this process. */
export function mintedCard({ octets = 1236, operations }: { octets?: number; operations?: number } = {}): MintedCard {
  const destroyed: DestructionCause[] = [];
  const key: CardKey = {
    kind: 'rsa-2048',
    publicKey: made.spki,
    operate: async (input) => new Uint8Array(privateDecrypt({ key: made.privateKey, padding: constants.RSA_NO_PADDING }, input)),
    destroy: async () => undefined,
  };
  const certificate = certificateOf(made, octets);
  const card = new LiveCard({
    key,
    certificate,
    notAfter: 2_000_000_000,
    operations,
    destroyed: (cause) => void destroyed.push(cause),
  });
  return { card, certificate, pin: Buffer.from(card.pin).toString('latin1'), destroyed };
}
