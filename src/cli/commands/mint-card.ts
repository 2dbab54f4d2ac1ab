import { randomUUID } from 'node:crypto';
import { CaClient } from '../../ca/ca-client.ts';
import type { CardKey, CardKeyKind } from '../../custody/card-key.ts';
import type { Custody } from '../../custody/custody.ts';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { refusal } from './ca-issue.ts';

/** Whose card it is. */
export interface Holder {
  readonly userPrincipalName: string;
  readonly sid: string;
  readonly account: string;
}
export interface Minted {
  readonly key: CardKey;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly serialNumber: string;
  readonly notAfter: UnixSeconds;
}
/** Straight from the command line only where no domain can be hurt. */
export async function labClient(socket: string): Promise<CaClient> {
  const client = await CaClient.connect(socket);
  if ((await client.describe()).lab) return client;
  client.close();
  throw new MayflyError('ca-not-lab', 'this is no lab CA: its certificates are issued for sessions only', {
    next: 'ask for one with `mayfly session request`; to try things out make a lab CA, `mayfly ca init --lab --ca lab`',
  });
}
/** A key from custody and the CA's certificate for it; the key is destroyed when there is none. */
export async function mint(
  custody: Custody,
  client: CaClient,
  kind: CardKeyKind,
  holder: Holder,
  lifetime: number,
): Promise<Minted> {
  const key = await custody.take(kind);
  try {
    const asked = await client.issue({ ...holder, cardId: randomUUID(), subjectPublicKeyInfo: key.publicKey, lifetime });
    if (!asked.ok) throw refusal(asked.refused);
    return { key, ...asked.reply };
  } catch (e) {
    await key.destroy();
    throw e;
  }
}
