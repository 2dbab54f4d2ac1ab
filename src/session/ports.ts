import type { CardKey, CardKeyKind } from '../custody/card-key.ts';
import type { JournalEntry } from '../journal/entry.ts';
import type { LogonRequest } from '../pki/issue.ts';
import type { Fault } from '../pki/lint.ts';
import type { Account, Host } from '../policy/account.ts';
import type { Rules } from '../policy/rules.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { CardRecord, Session } from './session.ts';

/** Who and what there is; answers are never older than the question. @throws MayflyError `directory-…` where it cannot tell */
export interface Directory {
  /** By user principal name, SID or name. */
  account(reference: string): Promise<Account | undefined>;
  host(name: string): Promise<Host | undefined>;
  hosts(): Promise<readonly Host[]>;
}

/** The CA process. @throws MayflyError `ca-…` where it could not answer */
export interface CardIssuer {
  /** Its name, for the journal. */
  readonly name: string;
  issue(
    request: LogonRequest,
  ): Promise<
    | { readonly ok: true; readonly certificate: Uint8Array; readonly serialNumber: string; readonly notAfter: UnixSeconds }
    | { readonly ok: false; readonly refused: readonly Fault[] }
  >;
}

export interface KeySource {
  take(kind: CardKeyKind): Promise<CardKey>;
}

/** What belongs together: entries, and the state that they lead to. */
export interface Change {
  readonly entries: readonly JournalEntry[];
  readonly session?: Session;
  readonly card?: CardRecord;
}
/** Journal and sessions in one database, so that neither is ever ahead of the other. */
export interface SessionStore {
  /** Resolves when all of it is durable; otherwise none of it is there. @throws MayflyError `store-…` */
  commit(change: Change): Promise<void>;
  /** Written soon, in order with everything else, and waited for by nobody. Never throws. */
  note(change: Change): void;
  /** As it was written last, or noted. */
  session(id: string): Session | undefined;
  /** Newest first. */
  sessions(filter: SessionFilter): readonly Session[];
  cardsOf(session: string): readonly CardRecord[];
  /** Those that are not over. */
  openSessions(): readonly Session[];
  /** Those whose key is not known to be destroyed. */
  openCards(): readonly CardRecord[];
  /** Time of the last entry; undefined: there is none. */
  lastEntryAt(): UnixSeconds | undefined;
}
/** Whose sessions: those that the caller asked for, and those that are for the person (`personName`). */
export interface Owner {
  readonly caller: string;
  readonly person: string | undefined;
}
export interface SessionFilter {
  /** All without. */
  readonly of?: Owner | undefined;
  readonly state?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface SessionPorts {
  readonly clock: () => UnixSeconds;
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly random: (length: number) => Uint8Array;
  /** Calls `f` once after so many milliseconds; what it returns calls that off. */
  readonly after: (milliseconds: number, f: () => void) => () => void;
  readonly store: SessionStore;
  readonly directory: Directory;
  readonly issuer: CardIssuer;
  readonly keys: KeySource;
  /** Those in force now. */
  readonly rules: () => Rules;
}
