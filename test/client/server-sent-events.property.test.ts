import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ServerSentEvent, serverSentEvents } from '../../src/client/server-sent-events.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';

async function read(pieces: readonly string[]): Promise<ServerSentEvent[]> {
  async function* stream() {
    yield* pieces;
  }
  const events: ServerSentEvent[] = [];
  for await (const event of serverSentEvents(stream())) events.push(event);
  return events;
}
const line = fc.oneof(
  fc.constantFrom(
    '',
    '',
    ':',
    ': comment',
    'data',
    'data:',
    'data:  two spaces',
    'event: session',
    'event:',
    'id: 1',
    'retry: 9',
    'dataX: y',
    'data: {"a":":"}',
  ),
  fc.string().map((text) => text.replaceAll(/[\r\n]/g, '')),
);
const end = fc.constantFrom('\n', '\r\n', '\r');

describe('a stream of events', () => {
  it('is the same in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(line, end)),
        fc.array(fc.nat(400)),
        fuzzed('server-sent-events', async (lines: readonly (readonly [string, string])[], cuts: readonly number[]) => {
          const text = `${lines.map((each) => each.join('')).join('')}\n`;
          const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length];
          const pieces = at.slice(1).map((to, i) => text.slice(at[i], to));
          expect(pieces.join('')).toBe(text);
          expect(await read(pieces)).toEqual(await read([text]));
        }),
      ),
      { numRuns: fuzzRuns },
    );
  });
  it('has names, lines, comments and no event without data (HTML Living Standard 9.2.6)', async () => {
    expect(
      await read([': hello\n\ndata: YHOO\ndata: +2\r\ndata:10\n\nevent: x\n\nevent: session\rdata\r\rdata:  a\n\ndata: lost']),
    ).toEqual([
      { event: 'message', data: 'YHOO\n+2\n10' },
      { event: 'session', data: '' },
      { event: 'message', data: ' a' },
    ]);
  });
  it('without end is refused, in one line or many', async () => {
    const long = 'a'.repeat(1000);
    await expect(read(Array.from({ length: 1100 }, () => long))).rejects.toMatchObject({ code: 'api-answer' });
    await expect(read(Array.from({ length: 1100 }, () => `data: ${long}\n`))).rejects.toMatchObject({ code: 'api-answer' });
  });
});
