import type { Duplex } from 'node:stream';
import type { JournalEntry } from '../journal/entry.ts';
import type { Caller } from '../policy/principal.ts';
import type { InfoPacket } from '../rdp/client-info.ts';
import type { Entered, NotConnected, Selected } from '../rdp/connection-sequence.ts';
import type { ConnectInitial } from '../rdp/mcs-connect.ts';
import type { SessionLogonPorts } from '../rdpdr/session-logon.ts';
import type { GrantedAccount, SessionView } from '../session/session.ts';
import type { SessionCard } from '../session/session-cards.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Conversation } from '../wire/conversation.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { RelaySide } from './relay.ts';

/** Whose launch a token is, and of which session. */
export interface LaunchGrant {
  readonly session: string;
  readonly caller: Caller;
}
/** A client's connection, whoever reads it. */
export interface GatewayGuest {
  readonly address: string;
  /** Ends with the connection, and when the time for strangers is over. @param silence milliseconds that it may say nothing for */
  converse<T>(talk: Conversation<T>, silence?: number): Promise<T>;
  /** It has shown its token, and may wait for its host. */
  stay(): void;
  /** For the relay; what came until now comes with it. */
  release(): RelaySide;
  /** From the relay. @param held what came to it and was nobody's */
  takeBack(held: Uint8Array): void;
  /** Calls `f` once, when the connection is closed. */
  onClose(f: () => void): void;
  /** Sends the last there is to say, and closes when it is read, or after so many milliseconds. */
  leave(last: Uint8Array, patience: number): Promise<void>;
  close(): void;
}
/** How a host is reached and what is known of it. */
export interface Behind extends RelaySide {
  readonly stream: Duplex;
  readonly entered: Entered;
  readonly logon: NonNullable<SessionLogonPorts['logon']>;
  /** How the host wants the card's handles, see `DeviceRedirectionPorts`. */
  readonly cardHandle: 'with-context' | 'without-context';
  /** NetBIOS name of the account's domain, where somebody tells. */
  readonly netBiosDomain?: string | undefined;
}
export interface Dialled {
  readonly host: string;
  readonly account: GrantedAccount;
  readonly card: SessionCard;
  /** Of a Server Redirection: what leads the connection to its session. */
  readonly routingToken?: Uint8Array | undefined;
  readonly settings: (selected: Selected) => ConnectInitial;
  /** @param userName a hint where certificates are mapped with one */
  readonly clientInfo: (userName: string) => InfoPacket;
}
/** One octet stream or the other, for whoever records a session. */
export type Tap = (from: 'client' | 'host', octets: Uint8Array, elapsed: number) => void;

export interface GatewayPorts {
  readonly sessions: Pick<Sessions, 'openCard' | 'get' | 'watch' | 'fail'>;
  /** Only hosts that are known are called, and only one that is proven is given anything. @throws MayflyError */
  readonly dial: (asked: Dialled) => Promise<Behind | NotConnected>;
  readonly note: (entry: JournalEntry) => void;
  readonly clock: () => UnixSeconds;
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly after: (milliseconds: number, f: () => void) => () => void;
  /** Milliseconds without input after which a session ends. */
  readonly idle: number;
  /** Milliseconds for which a client shows why it is sent away. */
  readonly shown: number;
  readonly log: (what: string, e?: unknown) => void;
  /** Whether the session is to be recorded, and by whom. */
  readonly tap?: (session: SessionView) => Tap | undefined;
}
