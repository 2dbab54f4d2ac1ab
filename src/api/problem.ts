import { type SessionErrorCode, TryLater } from '../session/session-error.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { IdentityFailureCode } from './identity/identity-failure.ts';

interface Known {
  readonly status: number;
  /** Where the error's own words are for the log alone. */
  readonly fixed?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}
/** THE table of what a client is told, by code. */
const statuses: Readonly<Record<string, Known> & Record<SessionErrorCode | IdentityFailureCode, Known>> = {
  'token-missing': { status: 401 },
  'token-malformed': { status: 401 },
  'token-unknown': { status: 401 },
  'token-expired': { status: 401 },
  'token-revoked': { status: 401 },
  'token-signature': { status: 401 },
  'token-issuer': { status: 401 },
  'token-audience': { status: 401 },
  'token-algorithm': { status: 401 },
  'token-not-yet': { status: 401 },
  'identity-provider': { status: 503, fixed: 'the identity provider does not answer as it should', retryAfter: 10 },
  'scope-missing': { status: 403 },
  'request-invalid': { status: 400 },
  'route-unknown': { status: 404 },
  'media-type': { status: 415 },
  'body-too-large': { status: 413 },
  'upgrade-required': { status: 426 },
  'address-too-fast': { status: 429, retryAfter: 60 },
  'session-denied': { status: 403 },
  'session-refused': { status: 403 },
  'session-unknown': { status: 404 },
  'session-over': { status: 409 },
  'session-not-granted': { status: 409 },
  'session-other-mode': { status: 409 },
  'session-cards-spent': { status: 409 },
  'session-card-live': { status: 409 },
  'session-not-connected': { status: 409 },
  'reauthentication-not-allowed': { status: 403 },
  'person-missing': { status: 400 },
  'person-unknown': { status: 400 },
  'token-request': { status: 400 },
  'token-unknown-id': { status: 404 },
  'approval-not-yours': { status: 403 },
  'approval-not-awaited': { status: 409 },
  'approval-given': { status: 409 },
  'mode-not-built': { status: 422 },
  'doctor-busy': { status: 503, retryAfter: 5 },
  'too-many-requests': { status: 503, retryAfter: 5 },
  'too-many-sessions': { status: 503, retryAfter: 30 },
  'too-many-cards': { status: 503, retryAfter: 2 },
  'shutting-down': { status: 503, retryAfter: 5 },
  'card-refused': { status: 403, fixed: 'the CA has refused the card' },
  'custody-busy': { status: 503, fixed: 'no key is ready', retryAfter: 2 },
  'custody-closed': { status: 503, fixed: 'the service is shutting down', retryAfter: 5 },
  'store-closed': { status: 503, fixed: 'the service is shutting down', retryAfter: 5 },
  'directory-ambiguous': { status: 400, fixed: 'the directory has several accounts of that name' },
};
/** The same for all codes that begin so: what stands behind the service, and is nobody's business in front of it. */
const families: readonly (readonly [prefix: string, known: Known])[] = [
  ['key-', { status: 503, fixed: 'the key was lost before it was used', retryAfter: 1 }],
  ['ca-', { status: 503, fixed: 'the CA process does not answer', retryAfter: 5 }],
  ['log-', { status: 503, fixed: 'the CA process cannot write its log', retryAfter: 10 }],
  ['store-', { status: 503, fixed: 'the journal cannot be written', retryAfter: 10 }],
  ['directory-', { status: 503, fixed: 'the directory cannot be read', retryAfter: 10 }],
];
const knownOf = (code: string): Known | undefined => statuses[code] ?? families.find(([prefix]) => code.startsWith(prefix))?.[1];

/** RFC 9457, with the request's id and a word for programs. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly next?: string;
  /** The denied session, where there is one. */
  readonly session?: string;
  /** Why it was denied, a word. */
  readonly cause?: string;
}
export interface ProblemReply {
  readonly problem: Problem;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  /** Worth a line in the log, which has the words that the client was not told. */
  readonly isOurs: boolean;
}

/** A refusal of a session that is on record. */
export class SessionDenied extends MayflyError {
  readonly session: string;
  readonly why: string;
  constructor(session: string, why: string, sentence: string) {
    super('session-denied', sentence);
    this.session = session;
    this.why = why;
  }
}

/** What a client sees of an error: one sentence, a code, a request id. The log gets the rest. */
export function problemOf(e: unknown, requestId: string): ProblemReply {
  const known = e instanceof MayflyError ? knownOf(e.code) : undefined;
  if (!(e instanceof MayflyError) || !known) {
    const problem = {
      type: 'urn:mayfly:problem:internal',
      title: 'something went wrong here',
      status: 500,
      code: 'internal',
      requestId,
    };
    return { problem, isOurs: true };
  }
  const { status, fixed, retryAfter } = known;
  return {
    problem: {
      type: `urn:mayfly:problem:${e.code}`,
      title: fixed ?? e.message,
      status,
      code: e.code,
      requestId,
      ...(e.next === undefined || fixed !== undefined ? {} : { next: e.next }),
      ...(e instanceof SessionDenied ? { session: e.session, cause: e.why } : {}),
    },
    retryAfter: e instanceof TryLater ? e.seconds : retryAfter,
    isOurs: fixed !== undefined,
  };
}
