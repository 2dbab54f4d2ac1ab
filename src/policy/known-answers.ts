import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import type { Request } from './request.ts';

/** Answers that are kept, and UTF-16 units of a request for which one is. */
const MOST_ANSWERS = 1024;
const MOST_TEXT = 4096;

/**
 * The engine, asked once for the same request. Its answer follows from the rules and the request and from nothing else, so it is kept by
 * the whole of the request that the rules read: what the directory says now, and the time where a rule reads it, are part of that.
 * @param ask by rules that never change
 */
export function withKnownAnswers(ask: (request: Request) => AuthorizationAnswer): (request: Request) => AuthorizationAnswer {
  const known = new Map<string, AuthorizationAnswer>();
  return (request) => {
    const text = JSON.stringify(request);
    const before = known.get(text);
    if (before) return before;
    const answer = ask(request);
    if (answer.type !== 'success' || MOST_TEXT < text.length) return answer;
    const [oldest] = known.size < MOST_ANSWERS ? [] : known.keys();
    if (oldest !== undefined) known.delete(oldest);
    known.set(text, answer);
    return answer;
  };
}
