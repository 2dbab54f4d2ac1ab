// Written by `npm run api` from the API's OpenAPI document.

export interface AttachedCard {
  /** id of the card */
  readonly card: string;
  /** eight digits; said this once */
  readonly pin: string;
  /** hexadecimal */
  readonly answerToReset: string;
  /** DER in base64 */
  readonly certificate: string;
  /** end of the card */
  readonly notAfter: string;
}
export interface Card {
  readonly id: string;
  readonly state: 'requested' | 'live' | 'destroyed';
  /** of the certificate, hexadecimal */
  readonly serialNumber?: string | undefined;
  /** end of the certificate */
  readonly notAfter?: string | undefined;
  /** private operations so far */
  readonly operations: number;
  /** why the key was destroyed */
  readonly cause?: string | undefined;
}
export interface Health {
  /** all of them */
  readonly ok: boolean;
  readonly checks: readonly {
    /** what was looked at */
    readonly name: string;
    readonly ok: boolean;
    /** what is not as it should be, a word */
    readonly fault?: string | undefined;
  }[];
}
export interface JournalPage {
  readonly entries: readonly {
    readonly sequence: number;
    /** of the chain up to here, SHA-256, hexadecimal */
    readonly hash: string;
    readonly entry: {
      readonly event: string;
      /** when, Unix seconds */
      readonly at: number;
      readonly [name: string]: unknown;
    };
  }[];
  /** give it as `after` for the next page */
  readonly next?: number | undefined;
}
/** RFC 9457 */
export interface Problem {
  readonly type: string;
  /** one sentence */
  readonly title: string;
  readonly status: number;
  /** a word for programs */
  readonly code: string;
  readonly requestId: string;
  /** what to do */
  readonly next?: string | undefined;
  /** id of a session */
  readonly session?: string | undefined;
  /** why the session was denied, a word */
  readonly cause?: string | undefined;
}
export interface Session {
  /** id of a session */
  readonly id: string;
  readonly state: 'awaiting-approval' | 'granted' | 'denied' | 'ended' | 'expired' | 'failed';
  /** why it is over, a word */
  readonly cause?: string | undefined;
  /** why it is over, one sentence */
  readonly sentence?: string | undefined;
  readonly target: string;
  readonly mode: 'gateway' | 'card' | 'ticket';
  /** when it was asked for */
  readonly created: string;
  /** when it ends by itself */
  readonly until: string;
  /** who asked */
  readonly caller: string;
  /** for whom */
  readonly person?: string | undefined;
  /** user principal name of the account */
  readonly account?: string | undefined;
  readonly reason?: string | undefined;
  /** rules that decided */
  readonly rules: readonly string[];
  /** how long it lasts once it is used */
  readonly minutes: number;
  readonly channels: readonly string[];
  /** what the rules allow besides */
  readonly allows: readonly string[];
  readonly approvals: readonly {
    readonly count: number;
    readonly group: string;
    readonly given: number;
  }[];
  readonly cards: readonly Card[];
}
export interface SessionList {
  readonly sessions: readonly Session[];
  /** give it as `before` for the next page */
  readonly next?: string | undefined;
}
export interface SessionRequest {
  /** DNS name of the host */
  readonly target: string;
  /** UPN, SID or name of the account; the own account of the person without */
  readonly account?: string | undefined;
  /** whom a launcher acts for, where the rules let it name somebody: UPN in the directory */
  readonly person?: string | undefined;
  /** how the card is used; card without */
  readonly mode?: 'gateway' | 'card' | 'ticket' | undefined;
  /** why; stands in the journal */
  readonly reason?: string | undefined;
}
export interface TargetList {
  readonly targets: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}
export interface VerdictReason {
  /** why; stands in the journal */
  readonly reason?: string | undefined;
}
export interface NewToken {
  /** id of a token */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ('sessions' | 'approve' | 'journal' | 'metrics' | 'admin')[];
  /** when it was made */
  readonly created: string;
  /** when it ends */
  readonly expires: string;
  /** when it was revoked */
  readonly revoked?: string | undefined;
  /** whose it is */
  readonly person?: string | undefined;
  /** the token itself, shown this once */
  readonly token: string;
}
export interface Token {
  /** id of a token */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ('sessions' | 'approve' | 'journal' | 'metrics' | 'admin')[];
  /** when it was made */
  readonly created: string;
  /** when it ends */
  readonly expires: string;
  /** when it was revoked */
  readonly revoked?: string | undefined;
  /** whose it is */
  readonly person?: string | undefined;
}
export interface TokenList {
  readonly tokens: readonly Token[];
}
export interface TokenOrder {
  /** for people to read */
  readonly name: string;
  readonly scopes: readonly ('sessions' | 'approve' | 'journal' | 'metrics' | 'admin')[];
  /** until it expires */
  readonly days: number;
  /** whose it is: UPN in the directory; a launcher without */
  readonly person?: string | undefined;
}
export interface Launch {
  /** where the gateway takes RDP clients */
  readonly host: string;
  readonly port: number;
  /** routing token of the connection; no secret */
  readonly handle: string;
  /** user name of the connection; opens the session once */
  readonly token: string;
  /** how long the token is good */
  readonly seconds: number;
  /** SHA-256 of the certificate that the gateway shows, lower-case hexadecimal digits */
  readonly fingerprint: string;
  /** the same as an .rdp file; alone with Accept: application/x-rdp */
  readonly file: string;
}
export interface Examination {
  /** nothing is wrong, as far as the service sees */
  readonly ok: boolean;
  /** how long it took */
  readonly ms: number;
  readonly findings: readonly {
    readonly check: string;
    /** what is to be so */
    readonly title: string;
    /** which domain controller, host, account or CA */
    readonly about: string;
    readonly verdict: 'ok' | 'wrong' | 'cannot-tell';
    readonly says: string;
    /** what to do about it */
    readonly fix?: string | undefined;
    /** for `mayfly explain` */
    readonly code?: string | undefined;
    /** checks that this follows from: it ends with them */
    readonly because?: readonly string[] | undefined;
  }[];
}
export interface Reauthentication {
  /** id of the card that is in the reader now */
  readonly card: string;
  /** eight digits, to be typed at the host; said this once */
  readonly pin: string;
  /** how long they are good */
  readonly seconds: number;
}
export type Nothing = Readonly<Record<string, never>>;
/** Text that comes in pieces, of this media type. */
export interface Stream<MediaType extends string> {
  readonly mediaType: MediaType;
}
/** What goes into each operation and what comes out. */
export interface Operations {
  /** Ask for a session: this person, that host, as that account */
  readonly requestSession: {
    readonly input: {
      readonly headers?: {
        /** a person's own token, shown by a launcher */
        readonly 'on-behalf-of'?: string | undefined;
      };
      readonly body: SessionRequest;
    };
    readonly answer: Session;
  };
  /** One's own sessions, newest first */
  readonly listSessions: {
    readonly input: {
      readonly query?: {
        readonly state?: 'awaiting-approval' | 'granted' | 'denied' | 'ended' | 'expired' | 'failed' | undefined;
        /** id of a session */
        readonly before?: string | undefined;
        /** 1 to 100; 50 without */
        readonly limit?: string | undefined;
      };
    };
    readonly answer: SessionList;
  };
  /** Sessions that wait for an approval the caller may give */
  readonly listApprovals: { readonly input: Nothing; readonly answer: SessionList };
  /** One session */
  readonly getSession: {
    readonly input: {
      readonly params: {
        /** id of a session */
        readonly id: string;
      };
    };
    readonly answer: Session;
  };
  /** End a session; its key is gone when this answers */
  readonly endSession: {
    readonly input: {
      readonly params: {
        /** id of a session */
        readonly id: string;
      };
    };
    readonly answer: Session;
  };
  /** Give an approval */
  readonly approveSession: {
    readonly input: {
      readonly params: {
        /** id of a session */
        readonly id: string;
      };
      readonly body: VerdictReason;
    };
    readonly answer: Session;
  };
  /** Refuse an approval: the session is denied */
  readonly denySession: {
    readonly input: {
      readonly params: {
        /** id of a session */
        readonly id: string;
      };
      readonly body: VerdictReason;
    };
    readonly answer: Session;
  };
  /** Hosts that may be asked for */
  readonly listTargets: { readonly input: Nothing; readonly answer: TargetList };
  /** A single-use token that opens a session of gateway mode; an earlier one is good no more */
  readonly launchSession: {
    readonly input: {
      readonly params: {
        /** id of a session */
        readonly id: string;
      };
    };
    readonly answer: Launch;
  };
  /** Puts another card into the reader of a desktop that is open, and says its PIN: to unlock it, or for an administrator task */
  readonly reauthenticate: {
    readonly input: {
      readonly params: {
        /** id of a session */
        readonly id: string;
      };
    };
    readonly answer: Reauthentication;
  };
  /** The states of a session as they come, as server-sent events */
  readonly watchSession: {
    readonly input: {
      readonly params: {
        /** id of a session */
        readonly id: string;
      };
    };
    readonly answer: Stream<'text/event-stream'>;
  };
  /** Entries of the journal, oldest first */
  readonly readJournal: {
    readonly input: {
      readonly query?: {
        /** sequence number to go on from */
        readonly after?: string | undefined;
        readonly event?: string | undefined;
        /** id of a session */
        readonly session?: string | undefined;
        /** Unix seconds */
        readonly since?: string | undefined;
        /** Unix seconds */
        readonly until?: string | undefined;
        /** 1 to 1000; 100 without */
        readonly limit?: string | undefined;
      };
    };
    readonly answer: JournalPage;
  };
  /** Everything that the filter lets through, a JSON object {seq, entry, hash} a line, as `mayfly journal verify --export` reads it */
  readonly exportJournal: {
    readonly input: {
      readonly query?: {
        /** sequence number to go on from */
        readonly after?: string | undefined;
        readonly event?: string | undefined;
        /** id of a session */
        readonly session?: string | undefined;
        /** Unix seconds */
        readonly since?: string | undefined;
        /** Unix seconds */
        readonly until?: string | undefined;
        /** 1 to 1000; 100 without */
        readonly limit?: string | undefined;
      };
    };
    readonly answer: Stream<'application/x-ndjson'>;
  };
  /** The process answers */
  readonly isAlive: { readonly input: Nothing; readonly answer: Health };
  /** A session could be granted and a card minted now */
  readonly isReady: { readonly input: Nothing; readonly answer: Health };
  /** Counters and gauges in the Prometheus text format */
  readonly readMetrics: { readonly input: Nothing; readonly answer: Stream<'text/plain'> };
  /** Make a token; its text is shown this once */
  readonly createToken: { readonly input: { readonly body: TokenOrder }; readonly answer: NewToken };
  /** All tokens, revoked and expired ones too */
  readonly listTokens: { readonly input: Nothing; readonly answer: TokenList };
  /** Revoke a token: nobody is let in with it any more */
  readonly revokeToken: {
    readonly input: {
      readonly params: {
        /** id of a token */
        readonly id: string;
      };
    };
    readonly answer: Token;
  };
  /** Everything that must hold for a logon, as far as it is seen without one; one examination at a time, good for seconds */
  readonly examine: {
    readonly input: {
      readonly query?: {
        /** DNS name of a host; without, none is looked at */
        readonly host?: string | undefined;
        /** UPN, SID or name of an account that is to log on; without, none is looked at */
        readonly account?: string | undefined;
        /** the SID that somebody takes the account to have */
        readonly sid?: string | undefined;
        /** a group of the person whose own the account is */
        readonly group?: string | undefined;
      };
    };
    readonly answer: Examination;
  };
  /** A WebSocket on which APDUs reach the session's card */
  readonly attachCard: {
    readonly input: {
      readonly params: {
        /** id of a session */
        readonly id: string;
      };
    };
    readonly answer: undefined;
  };
}
/** Where each operation is. */
export const operations = {
  requestSession: { method: 'POST', path: '/v1/sessions' },
  listSessions: { method: 'GET', path: '/v1/sessions' },
  listApprovals: { method: 'GET', path: '/v1/approvals' },
  getSession: { method: 'GET', path: '/v1/sessions/{id}' },
  endSession: { method: 'DELETE', path: '/v1/sessions/{id}' },
  approveSession: { method: 'POST', path: '/v1/sessions/{id}/approve' },
  denySession: { method: 'POST', path: '/v1/sessions/{id}/deny' },
  listTargets: { method: 'GET', path: '/v1/targets' },
  launchSession: { method: 'POST', path: '/v1/sessions/{id}/launch' },
  reauthenticate: { method: 'POST', path: '/v1/sessions/{id}/reauthenticate' },
  watchSession: { method: 'GET', path: '/v1/sessions/{id}/events' },
  readJournal: { method: 'GET', path: '/v1/journal' },
  exportJournal: { method: 'GET', path: '/v1/journal/export' },
  isAlive: { method: 'GET', path: '/healthz' },
  isReady: { method: 'GET', path: '/readyz' },
  readMetrics: { method: 'GET', path: '/metrics' },
  createToken: { method: 'POST', path: '/v1/tokens' },
  listTokens: { method: 'GET', path: '/v1/tokens' },
  revokeToken: { method: 'DELETE', path: '/v1/tokens/{id}' },
  examine: { method: 'GET', path: '/v1/doctor' },
  attachCard: { method: 'GET', path: '/v1/sessions/{id}/card' },
} as const satisfies Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>>;
