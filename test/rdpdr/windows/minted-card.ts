import { constants, privateDecrypt } from 'node:crypto';
import type { CardKey } from '../../../src/custody/card-key.ts';
import { type DestructionCause, LiveCard } from '../../../src/custody/live-card.ts';
import { dNSNames, endEntity, makeCertificate, rsaKey } from '../../x509/made-certificate.ts';

const issuer = makeCertificate({ subject: 'issuer', key: rsaKey(), extensions: [] });
/** A certificate of about so many octets for a key: names fill it up. */
export function certificateOf(spki: Uint8Array, octets: number): Uint8Array {
  const of = (names: readonly string[]) =>
    makeCertificate({
      subject: 'card',
      issuer,
      // Its issuer signs it; nobody here has its private key.
      key: { privateKey: issuer.key.privateKey, spki },
      extensions: [endEntity(), ...(names.length > 0 ? [dNSNames(...names)] : [])],
    }).der;
  const missing = octets - of([]).length - 30;
  const names = Array.from({ length: Math.ceil(missing / 60) }, (_, i) => 'n'.repeat(Math.min(60, missing - 60 * i) - 2));
  return of(names.filter((name) => name !== ''));
}
export interface MintedCard {
  readonly card: LiveCard;
  readonly certificate: Uint8Array;
  readonly pin: string;
  readonly destroyed: readonly DestructionCause[];
}
const made = rsaKey();
/** A live card whose key is of this process. */
export function mintedCard({
  octets = 1236,
  operations,
  told = () => undefined,
  destroy = async () => undefined,
}: {
  octets?: number;
  operations?: number;
  told?: (cause: DestructionCause) => void;
  /** Of the key, which may take its time. */
  destroy?: () => Promise<undefined>;
} = {}): MintedCard {
  const destroyed: DestructionCause[] = [];
  const key: CardKey = {
    kind: 'rsa-2048',
    publicKey: made.spki,
    operate: async (input) => new Uint8Array(privateDecrypt({ key: made.privateKey, padding: constants.RSA_NO_PADDING }, input)),
    destroy,
  };
  const certificate = certificateOf(made.spki, octets);
  const card = new LiveCard({
    key,
    certificate,
    notAfter: 2_000_000_000,
    operations,
    destroyed: (cause) => {
      destroyed.push(cause);
      told(cause);
    },
  });
  return { card, certificate, pin: Buffer.from(card.pin).toString('latin1'), destroyed };
}
