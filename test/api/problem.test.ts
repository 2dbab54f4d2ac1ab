import { describe, expect, it } from 'vitest';
import { problemOf, SessionDenied } from '../../src/api/problem.ts';
import { TryLater } from '../../src/session/session-error.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

const told = (e: unknown) => problemOf(e, 'r-1');
const secret = 'cannot write /var/lib/mayfly/x.sqlite (ENOSPC)';

describe('what a client is told', () => {
  it.each([
    ['store-full', 503, 'the journal cannot be written'],
    ['store-of-some-new-kind', 503, 'the journal cannot be written'],
    ['directory-credentials', 503, 'the directory cannot be read'],
    ['ca-gone', 503, 'the CA process does not answer'],
    ['key-lost', 503, 'the key was lost before it was used'],
    ['card-refused', 403, 'the CA has refused the card'],
    ['nobody-knows', 500, 'something went wrong here'],
  ])('of %s is one fixed sentence; the words are for the log', (code, status, title) => {
    const { problem, isOurs } = told(new MayflyError(code, secret, { next: secret, cause: new Error(secret) }));
    expect([problem.status, problem.title, isOurs]).toEqual([status, title, true]);
    expect(JSON.stringify(problem)).not.toContain('sqlite');
  });
  it('of what is no error of ours is nothing', () => {
    for (const e of [new TypeError(secret), secret, undefined, { statusCode: 400, message: secret }])
      expect(told(e)).toEqual({
        problem: {
          type: 'urn:mayfly:problem:internal',
          title: 'something went wrong here',
          status: 500,
          code: 'internal',
          requestId: 'r-1',
        },
        isOurs: true,
      });
  });
  it('of a denial is the session that says so', () => {
    const { problem, isOurs } = told(new SessionDenied('0'.repeat(32), 'rules-no-permit', 'no rule permits it'));
    expect(problem).toMatchObject({
      status: 403,
      code: 'session-denied',
      title: 'no rule permits it',
      session: '0'.repeat(32),
      cause: 'rules-no-permit',
    });
    expect(isOurs).toBe(false);
  });
  it('of a limit is when to come again', () => {
    expect(told(new TryLater('too-many-requests', 17))).toMatchObject({
      retryAfter: 17,
      problem: { status: 503, next: 'try again in 17 s' },
      isOurs: false,
    });
  });
});
