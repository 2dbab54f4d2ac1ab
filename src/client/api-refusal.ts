import { MayflyError } from '../wire/mayfly-error.ts';
import type { Problem } from './operations.ts';

/** What the service said instead of what was asked for; `code` is the problem's. */
export class ApiRefusal extends MayflyError {
  readonly status: number;
  readonly requestId: string;
  /** The session that was denied. */
  readonly session: string | undefined;
  /** Why it was denied, a word. */
  readonly why: string | undefined;
  /** Seconds after which it may be asked again. */
  readonly retryAfter: number | undefined;

  constructor({ code, title, status, requestId, next, session, cause }: Problem, retryAfter?: number) {
    super(code, title, next === undefined ? {} : { next });
    this.status = status;
    this.requestId = requestId;
    this.session = session;
    this.why = cause;
    this.retryAfter = retryAfter;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** RFC 9457, as far as it is one: something else may stand between, and answer in its own words. */
export function refusalOf(status: number, body: string, retryAfter?: string): ApiRefusal {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    found = undefined;
  }
  const given = isRecord(found) ? found : {};
  const problem: Problem = {
    type: textOf(given['type']) ?? 'about:blank',
    title: textOf(given['title']) ?? `the service answered with HTTP status ${status}`,
    status,
    code: textOf(given['code']) ?? 'api-answer',
    requestId: textOf(given['requestId']) ?? '',
    next: textOf(given['next']),
    session: textOf(given['session']),
    cause: textOf(given['cause']),
  };
  const seconds = Number(retryAfter);
  return new ApiRefusal(problem, retryAfter !== undefined && Number.isSafeInteger(seconds) ? seconds : undefined);
}
