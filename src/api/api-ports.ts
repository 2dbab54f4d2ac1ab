import type { Caller, Person } from '../policy/principal.ts';
import type { Directory } from '../session/ports.ts';
import type { SessionView } from '../session/session.ts';
import type { Reauthentication } from '../session/session-cards.ts';
import type { Sessions } from '../session/sessions.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { ApiTokens } from './identity/api-tokens.ts';

/** One entry of the journal as it lies there. */
export interface JournalLine {
  readonly sequence: number;
  readonly text: string;
  readonly hash: Uint8Array;
}
export interface JournalQuestion {
  readonly after?: number | undefined;
  readonly event?: string | undefined;
  readonly session?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit: number;
}
/** Gauges that only whoever put the service together can read. */
export interface Gauges {
  readonly keysPooled: number;
  readonly keysWaitedFor: number;
  /** Seconds; undefined where the CA process does not tell. */
  readonly crlAge: number | undefined;
  readonly journalSequence: number;
  /** RDP clients; undefined where there is no gateway. */
  readonly gateway?: RdpClients | undefined;
}
/** Clients of the gateway now, and how many were sent away, by why. */
export interface RdpClients {
  readonly halfOpen: number;
  readonly live: number;
  readonly refused: ReadonlyMap<string, number>;
}
/** One thing that must be so before a card can be minted: `journal`, `ca`, `crl`, `rules`, `checkpoints`, … */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** A word for what is wrong. */
  readonly fault?: string;
}
/** Where a session is opened, and with what. */
export interface Launch {
  readonly host: string;
  readonly port: number;
  readonly handle: string;
  readonly token: string;
  readonly seconds: number;
  /** SHA-256 of the certificate that RDP clients see, hex. */
  readonly fingerprint: string;
  readonly file: string;
}
/** What a doctor is asked about. */
export interface DoctorQuestion {
  readonly host?: string;
  readonly account?: string;
  readonly sid?: string;
  readonly group?: string;
}
/** What became of all checks. */
export interface Examined {
  readonly ok: boolean;
  readonly ms: number;
  readonly findings: readonly {
    readonly check: string;
    readonly title: string;
    readonly about: string;
    readonly verdict: 'ok' | 'wrong' | 'cannot-tell';
    readonly says: string;
    readonly fix?: string;
    readonly code?: string;
    readonly because?: readonly string[];
  }[];
}
/** What the API stands on. */
export interface ApiPorts {
  readonly sessions: Sessions;
  readonly identity: {
    /** Of the `Authorization` header. @throws MayflyError `token-…`, `identity-provider` */
    authenticate(authorization: string | undefined): Promise<Caller>;
    /** Of a person's own token. */
    person(token: string): Promise<Person>;
  };
  readonly directory: Directory;
  readonly tokens: Pick<ApiTokens, 'create' | 'list' | 'revoke'>;
  readonly journal: { entries(question: JournalQuestion): readonly JournalLine[] };
  /** Whether a session could be granted and a card minted now: what was looked at, each by its name. Bounded in time by whoever looks. */
  readonly checks: () => Promise<readonly Check[]>;
  readonly gauges: () => Promise<Gauges>;
  /** Bounded by whoever looks. @throws MayflyError `doctor-busy` */
  readonly examine: (question: DoctorQuestion) => Promise<Examined>;
  /** Makes what opens a session at the gateway; undefined: there is none. */
  readonly launch?: ((caller: Caller, session: SessionView) => Launch) | undefined;
  /** Another card for a desktop that is open; undefined: there is no gateway. @throws MayflyError */
  readonly reauthenticate?: ((caller: Caller, session: string, network: string) => Promise<Reauthentication>) | undefined;
  readonly clock: () => UnixSeconds;
  /** A fault of ours, with the id of the request that met it. */
  readonly log: (requestId: string, e: unknown) => void;
  /** Requests of one address in a minute. */
  readonly requestsPerMinute: number;
}
