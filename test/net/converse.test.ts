import { describe, expect, it } from 'vitest';
import { converse } from '../../src/net/converse.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';

const octets = (length: number) => new Uint8Array(length);
function* two(ended: string[]): Conversation<number> {
  try {
    const first = yield* ask<'random'>({ do: 'random', length: 2 });
    const { seconds } = yield* ask<'time'>({ do: 'time' });
    return first.length + seconds;
  } finally {
    ended.push('ended');
  }
}

describe('a conversation driven', () => {
  it('is answered at once or later, and returns its result', async () => {
    const answers = {
      random: ({ length }: { length: number }) => octets(length),
      time: async () => ({ seconds: 40, microseconds: 0 }),
    };
    expect(await converse(two([]), answers)).toBe(42);
  });
  it('ends with the error of an answer, its finally clauses run', async () => {
    const ended: string[] = [];
    const random = () => Promise.reject(new Error('no entropy'));
    await expect(converse(two(ended), { random })).rejects.toThrow('no entropy');
    expect(ended).toEqual(['ended']);
  });
  it('may answer an error with another question', async () => {
    function* again(): Conversation<number> {
      try {
        return (yield* ask<'random'>({ do: 'random', length: 1 })).length;
      } catch {
        return (yield* ask<'time'>({ do: 'time' })).seconds;
      }
    }
    const random = () => Promise.reject(new Error('no entropy'));
    expect(await converse(again(), { random, time: () => ({ seconds: 7, microseconds: 0 }) })).toBe(7);
  });
  it('ends where nobody answers, and when it is stopped', async () => {
    const ended: string[] = [];
    await expect(converse(two(ended), {})).rejects.toMatchObject({ code: 'conversation-unanswered' });
    const stop = new AbortController();
    const random = () => {
      stop.abort(new Error('stopped'));
      return octets(2);
    };
    await expect(converse(two(ended), { random }, stop.signal)).rejects.toThrow('stopped');
    expect(ended).toEqual(['ended', 'ended']);
  });
});
