import { sha256 } from '../crypto/digest.ts';
import type { CardKey } from '../custody/card-key.ts';
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
/** What a card is for that is not the first of its connection. */
export type CardPurpose = 'reauthentication';
/** Another card while a session goes on: its id, what is typed at the host, and for how many seconds. */
export interface Reauthentication {
  readonly card: string;
  readonly pin: string;
  readonly seconds: number;
}
export interface CardLimits {
  /** Live at once, in all. */
  readonly live: number;
  /** Seconds from now to the end of a card. */
  readonly lifetime: number;
}
type Ports = Pick<SessionPorts, 'clock' | 'elapsed' | 'random' | 'after' | 'store' | 'issuer' | 'keys'>;

/** Milliseconds in which a CA process that was not there is not asked again: each time would cost a key. */
const CA_PAUSE = 500;
const tenths = (milliseconds: number) => Math.round(milliseconds * 10) / 10;

/** All cards of the service that live: each in one session, each journaled before it exists and after it is gone. */
export class SessionCards {
  readonly #ports: Ports;
  readonly #limits: CardLimits;
  readonly #changed: (record: CardRecord) => void;
  /** By session, which has one at a time. */
  readonly #live = new Map<string, SessionCard>();
  #minting = 0;
  #isClosed = false;
  #caGone: { readonly until: number; readonly error: MayflyError } | undefined;

  /** @param changed told of each state of each card; must not throw */
  constructor(ports: Ports, limits: CardLimits, changed: (record: CardRecord) => void) {
    this.#ports = ports;
    this.#limits = limits;
    this.#changed = changed;
  }
  get live(): number {
    return this.#live.size;
  }
  /** Whether the session has no card; one that is going is waited for. */
  async isFree(session: string): Promise<boolean> {
    const held = this.#live.get(session);
    if (!held?.card.isDestroyed) return held === undefined;
    await held.card.destroy('released');
    return true;
  }

  /**
   * INVARIANT: a certificate leaves this only after its journal entry is durable.
   * @param session as it is with this card
   * @throws MayflyError `too-many-cards`, `shutting-down`, `card-refused`, `ca-…`, `custody-…`, `store-…`
   */
  async mint(session: Session, account: Account, purpose?: CardPurpose): Promise<SessionCard> {
    if (this.#isClosed) throw sessionError('shutting-down');
    if (this.#limits.live <= this.#live.size + this.#minting) throw sessionError('too-many-cards');
    if (this.#caGone && this.#ports.elapsed() < this.#caGone.until) throw this.#caGone.error;
    this.#minting++;
    try {
      const key = await this.#ports.keys.take('rsa-2048');
      return await this.#certified(session, account, key, purpose).catch(async (e: unknown) => {
        await key.destroy();
        throw e;
      });
    } finally {
      this.#minting--;
    }
  }
  async #certified(session: Session, account: Account, key: CardKey, purpose: CardPurpose | undefined): Promise<SessionCard> {
    const { clock, random, store, issuer } = this.#ports;
    const id = toHex(random(16));
    const named = { session: session.id, card: id };
    const requested: CardRecord = { id, session: session.id, state: 'requested', operations: 0 };
    const keyDigest = toHex(sha256(key.publicKey));
    const entry: JournalEntry = { event: 'card-requested', at: clock(), ...named, keyDigest, ...(purpose ? { purpose } : {}) };
    await store.commit({ entries: [entry], card: requested });
    let held: SessionCard;
    try {
      const { certificate, serialNumber, notAfter } = await this.#issued(id, account, key);
      const issued: JournalEntry = {
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
      await store.commit({ entries: [issued], session, card: record });
      held = this.#release(record, { key, certificate, serialNumber, notAfter });
    } catch (e) {
      const [cause, reason] = e instanceof MayflyError ? [e.code, e.message] : ['internal', 'unexpected error'];
      const gone: CardRecord = { ...requested, state: 'destroyed', cause };
      store.note({ entries: [{ event: 'card-refused', at: clock(), ...named, reasons: [reason] }], card: gone });
      this.#changed(gone);
      throw e;
    }
    if (!this.#isClosed) return held;
    await held.card.destroy('shutdown');
    throw sessionError('shutting-down');
  }
  async #issued(cardId: string, { name, userPrincipalName, sid }: Account, { publicKey }: CardKey) {
    const { elapsed, issuer } = this.#ports;
    const { lifetime } = this.#limits;
    try {
      const request = { cardId, account: name, userPrincipalName, sid, subjectPublicKeyInfo: publicKey, lifetime };
      const issued = await issuer.issue(request);
      if (issued.ok) return issued;
      throw refusedByCa(issued.refused.map(({ reason }) => reason));
    } catch (e) {
      if (e instanceof MayflyError && e.code === 'ca-unreachable') this.#caGone = { until: elapsed() + CA_PAUSE, error: e };
      throw e;
    }
  }
  #release(record: CardRecord, made: Pick<SessionCard, 'certificate' | 'serialNumber' | 'notAfter'> & { readonly key: CardKey }) {
    const { clock, elapsed, after, store } = this.#ports;
    const { key, certificate, serialNumber, notAfter } = made;
    const { id, session } = record;
    const named = { session, card: id };
    let due: number | undefined;
    const { promise: ended, resolve: isEnded } = Promise.withResolvers<DestructionCause>();
    const card = new LiveCard({
      key,
      certificate,
      notAfter,
      operated: (number) => {
        const used: CardRecord = { ...record, operations: number };
        store.note({ entries: [{ event: 'key-operation', at: clock(), ...named, operation: 'private', number }], card: used });
        this.#changed(used);
      },
      destroyed: (cause, took) => {
        callOff();
        this.#live.delete(session);
        const ms = tenths(took);
        const delayMs = due === undefined ? ms : tenths(elapsed() - due);
        const gone: CardRecord = { ...record, state: 'destroyed', operations: card.operations, cause };
        store.note({ entries: [{ event: 'key-destroyed', at: clock(), ...named, cause, ms, delayMs }], card: gone });
        this.#changed(gone);
        isEnded(cause);
      },
    });
    // The clock may be set, here or where the CA runs; the time that has passed may not.
    const left = Math.min(this.#limits.lifetime, Math.max(0, notAfter - clock())) * 1000;
    const end = elapsed() + left;
    const callOff = after(left, () => {
      due = end;
      void card.destroy('expired');
    });
    const held: SessionCard = { id, session, card, certificate, serialNumber, notAfter, ended };
    this.#live.set(session, held);
    this.#changed(record);
    return held;
  }
  /** Ends those whose not-after has come by the wall clock: a machine that slept has no timers. */
  endExpired(): void {
    const now = this.#ports.clock();
    for (const { card, notAfter } of this.#live.values()) if (notAfter <= now) void card.destroy('expired');
  }
  /** Resolves when no key of the session is left. */
  async end(session: string, cause: DestructionCause): Promise<void> {
    await this.#live.get(session)?.card.destroy(cause);
  }
  /** Destroys all there are, and those that are being made as they come. Resolves when the keys of the former are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#live.values(), ({ card }) => card.destroy('shutdown')));
  }
}

const refusedByCa = (reasons: readonly string[]): MayflyError =>
  new MayflyError('card-refused', `the CA refused: ${reasons.join('; ')}`, {
    next: "see the CA process's bounds and its list of refused SIDs",
  });
