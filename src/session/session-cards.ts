import { sha256 } from '../crypto/digest.ts';
import { type DestructionCause, LiveCard } from '../custody/live-card.ts';
import type { JournalEntry } from '../journal/entry.ts';
import type { Account } from '../policy/account.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { SessionPorts } from './ports.ts';
import type { CardRecord, Session } from './session.ts';
import { sessionError } from './session-error.ts';

/** A card in somebody's hand. */
export interface SessionCard {
  readonly id: string;
  readonly session: string;
  readonly card: LiveCard;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly serialNumber: string;
  readonly notAfter: UnixSeconds;
  /** Resolves when its key is gone. */
  readonly ended: Promise<DestructionCause>;
}
export interface CardLimits {
  /** Live at once, in all. */
  readonly live: number;
  /** Seconds from now to the end of a card. */
  readonly lifetime: number;
}
type Ports = Pick<SessionPorts, 'clock' | 'elapsed' | 'random' | 'after' | 'store' | 'issuer' | 'keys'>;

/** All cards of the service that live: each in one session, each journaled before it exists and after it is gone. */
export class SessionCards {
  readonly #ports: Ports;
  readonly #limits: CardLimits;
  readonly #changed: (record: CardRecord, card: LiveCard) => void;
  readonly #live = new Map<string, SessionCard>();
  #minting = 0;

  constructor(ports: Ports, limits: CardLimits, changed: (record: CardRecord, card: LiveCard) => void) {
    this.#ports = ports;
    this.#limits = limits;
    this.#changed = changed;
  }
  get live(): number {
    return this.#live.size;
  }
  of(session: string): readonly SessionCard[] {
    return [...this.#live.values()].filter((card) => card.session === session);
  }

  /**
   * INVARIANT: a certificate leaves this only after its journal entry is durable.
   * @throws MayflyError `ca-…`, `custody-…`, `store-…`, `card-refused`
   */
  async mint(session: Session, account: Account): Promise<SessionCard> {
    if (this.#limits.live <= this.#live.size + this.#minting) throw sessionError('too-many-cards');
    this.#minting++;
    try {
      return await this.#mint(session, account);
    } finally {
      this.#minting--;
    }
  }
  async #mint(session: Session, account: Account): Promise<SessionCard> {
    const { clock, random, store, issuer, keys } = this.#ports;
    const key = await keys.take('rsa-2048');
    const id = toHex(random(16));
    const requested: CardRecord = { id, session: session.id, state: 'requested', operations: 0 };
    const named = { session: session.id, card: id };
    try {
      const keyDigest = toHex(sha256(key.publicKey));
      await store.commit({ entries: [{ event: 'card-requested', at: clock(), ...named, keyDigest }], card: requested });
      const issued = await issuer.issue({
        cardId: id,
        account: account.name,
        userPrincipalName: account.userPrincipalName,
        sid: account.sid,
        subjectPublicKeyInfo: key.publicKey,
        lifetime: this.#limits.lifetime,
      });
      if (!issued.ok) throw refusedByCa(issued.refused.map(({ reason }) => reason));
      const { certificate, serialNumber, notAfter } = issued;
      const entry: JournalEntry = {
        event: 'card-issued',
        at: clock(),
        ...named,
        serialNumber,
        certificateDigest: toHex(sha256(certificate)),
        notAfter,
        sid: account.sid,
        userPrincipalName: account.userPrincipalName,
        ca: issuer.name,
      };
      const record: CardRecord = { ...requested, state: 'live', serialNumber, notAfter };
      await store.commit({ entries: [entry], card: record });
      return this.#release({ session: session.id, record, key, certificate, serialNumber, notAfter });
    } catch (e) {
      await key.destroy();
      const cause = e instanceof MayflyError ? e.code : 'internal';
      const reasons = [e instanceof MayflyError ? e.message : 'unexpected error'];
      store.note({
        entries: [{ event: 'card-refused', at: clock(), ...named, reasons }],
        card: { ...requested, state: 'destroyed', cause },
      });
      throw e;
    }
  }
  #release(made: {
    readonly session: string;
    readonly record: CardRecord;
    readonly key: Awaited<ReturnType<SessionPorts['keys']['take']>>;
    readonly certificate: Uint8Array;
    readonly serialNumber: string;
    readonly notAfter: UnixSeconds;
  }): SessionCard {
    const { clock, elapsed, after, store } = this.#ports;
    const { session, record, key, certificate, serialNumber, notAfter } = made;
    const { id } = record;
    const named = { session, card: id };
    let asked: number | undefined;
    const { promise: ended, resolve: isEnded } = Promise.withResolvers<DestructionCause>();
    const card = new LiveCard({
      key,
      certificate,
      notAfter,
      operated: (number) => {
        const entry: JournalEntry = { event: 'key-operation', at: clock(), ...named, operation: 'private', number };
        store.note({ entries: [entry], card: { ...record, operations: number } });
      },
      destroyed: (cause: DestructionCause, ms) => {
        callOff();
        this.#live.delete(id);
        const delayMs = asked === undefined ? ms : elapsed() - asked;
        const tenths = (value: number) => Math.round(value * 10) / 10;
        const entry: JournalEntry = {
          event: 'key-destroyed',
          at: clock(),
          ...named,
          cause,
          ms: tenths(ms),
          delayMs: tenths(delayMs),
        };
        const gone: CardRecord = { ...record, state: 'destroyed', operations: card.operations, cause };
        store.note({ entries: [entry], card: gone });
        this.#changed(gone, card);
        isEnded(cause);
      },
    });
    // The clock may be set; the time that has passed may not.
    const callOff = after(Math.max(0, notAfter - clock()) * 1000, () => {
      asked = elapsed();
      void card.destroy('expired');
    });
    const held: SessionCard = { id, session, card, certificate, serialNumber, notAfter, ended };
    this.#live.set(id, held);
    this.#changed(record, card);
    return held;
  }
  /** Ends those whose not-after has come by the wall clock: a machine that slept has no timers. */
  endExpired(): void {
    const now = this.#ports.clock();
    for (const { card, notAfter } of this.#live.values()) if (notAfter <= now) void card.destroy('expired');
  }
  /** Resolves when no key of the session is left. */
  async end(session: string, cause: DestructionCause): Promise<void> {
    await Promise.all(this.of(session).map(({ card }) => card.destroy(cause)));
  }
  async endAll(cause: DestructionCause): Promise<void> {
    await Promise.all([...this.#live.values()].map(({ card }) => card.destroy(cause)));
  }
}

const refusedByCa = (reasons: readonly string[]): MayflyError =>
  new MayflyError('card-refused', `the CA refused: ${reasons.join('; ')}`, {
    next: "see the CA process's bounds and its list of refused SIDs",
  });
