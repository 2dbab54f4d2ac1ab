import type { CardRecord, Session, SessionView } from './session.ts';

/** A session that is not over, with all cards it ever had. */
export interface OpenSession {
  readonly session: Session;
  readonly cards: ReadonlyMap<string, CardRecord>;
  /** Of the clock, when it began. */
  readonly epoch: number;
  /** Where it was opened from last; undefined: nobody has opened it since the start of the service. */
  readonly from?: string | undefined;
  /** Host that it is at now, where its own has sent it on. */
  readonly at?: string | undefined;
}
/** Where a session is opened from, and at which host other than its own. */
export type Opened = Pick<OpenSession, 'from' | 'at'>;

/** All sessions that are not over. They live in memory: what is decided about them waits for no disk and fails with none. */
export class OpenSessions {
  readonly #byId = new Map<string, OpenSession & { readonly cards: Map<string, CardRecord> }>();
  readonly #countOf = new Map<string, number>();

  get size(): number {
    return this.#byId.size;
  }
  get(id: string): OpenSession | undefined {
    return this.#byId.get(id);
  }
  all(): readonly OpenSession[] {
    return [...this.#byId.values()];
  }
  /** How many of them this caller asked for. */
  countOf(caller: string): number {
    return this.#countOf.get(caller) ?? 0;
  }
  /** @param opened anew; as it was before without */
  set(session: Session, epoch: number, opened?: Opened): void {
    const known = this.#byId.get(session.id);
    if (!known) this.#countOf.set(session.caller.id, this.countOf(session.caller.id) + 1);
    this.#byId.set(session.id, {
      session,
      cards: known?.cards ?? new Map(),
      epoch: known?.epoch ?? epoch,
      from: opened?.from ?? known?.from,
      at: opened ? opened.at : known?.at,
    });
  }
  setCard(record: CardRecord): void {
    this.#byId.get(record.session)?.cards.set(record.id, record);
  }
  delete(id: string): void {
    const known = this.#byId.get(id);
    if (!known) return;
    this.#byId.delete(id);
    const caller = known.session.caller.id;
    const count = this.countOf(caller) - 1;
    if (count === 0) this.#countOf.delete(caller);
    else this.#countOf.set(caller, count);
  }
}
export const viewOf = ({ session, cards }: Pick<OpenSession, 'session' | 'cards'>): SessionView => {
  return { ...session, cards: [...cards.values()] };
};
