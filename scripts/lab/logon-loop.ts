import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaProcessIssuer } from '../../src/ca/card-issuer.ts';
import type { Custody } from '../../src/custody/custody.ts';
import { LiveCard } from '../../src/custody/live-card.ts';
import { signWithCard } from '../../src/piv/card-signature.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import type { CardHolder } from './attached-card.ts';
import { accountName, type Logon, logOn } from './logon.ts';

/** Seconds that a certificate of the loop is good for. */
export const LIFETIME = 60;
const PAUSE_MS = 100;

/** Logons one after the other, each with a card of its own from whichever CA issues, until it is told to stop. */
export class LogonLoop {
  /** How many by the subject of the CA that certified the card. */
  readonly granted = new Map<string, number>();
  readonly failed: string[] = [];
  readonly #issuer: CaProcessIssuer;
  readonly #custody: Custody;
  readonly #holder: CardHolder;
  readonly #logon: Omit<Logon, 'certificate' | 'sign' | 'client'>;
  readonly #done: Promise<void>;
  #isStopped = false;

  constructor(
    issuer: CaProcessIssuer,
    custody: Custody,
    holder: CardHolder,
    logon: Omit<Logon, 'certificate' | 'sign' | 'client'>,
  ) {
    this.#issuer = issuer;
    this.#custody = custody;
    this.#holder = holder;
    this.#logon = logon;
    this.#done = this.#run();
  }
  get total(): number {
    return [...this.granted.values()].reduce((sum, count) => sum + count, 0);
  }
  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#once().catch((e: unknown) => this.failed.push(e instanceof Error ? e.message : String(e)));
      await sleep(PAUSE_MS);
    }
  }
  async #once(): Promise<void> {
    const { account, upn: userPrincipalName, sid } = this.#holder;
    const key = await this.#custody.take('rsa-2048');
    const request = {
      account,
      userPrincipalName,
      sid,
      cardId: randomUUID(),
      subjectPublicKeyInfo: key.publicKey,
      lifetime: LIFETIME,
    };
    const issued = await this.#issuer.issue(request);
    if (!issued.ok) throw new Error(`refused by the CA: ${issued.refused.map(({ reason }) => reason).join('; ')}`);
    const { certificate, notAfter } = issued;
    const card = new LiveCard({ key, certificate, notAfter, operations: 8, destroyed: () => undefined });
    const hand = { transmit: (apdu: Uint8Array) => card.transmit(apdu), pin: card.pin, algorithm: key.kind };
    try {
      const outcome = await logOn({
        ...this.#logon,
        client: accountName(account),
        certificate,
        sign: ({ bytes, digest }) => signWithCard(hand, bytes, digest),
      });
      if (!outcome.ok) throw new Error(`refused by the KDC with error ${outcome.error.errorCode}`);
      const { issuerText } = readCertificate(certificate);
      this.granted.set(issuerText, (this.granted.get(issuerText) ?? 0) + 1);
    } finally {
      await card.destroy('released');
    }
  }
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }
}
