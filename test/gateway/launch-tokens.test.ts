import { describe, expect, it } from 'vitest';
import { LaunchTokens } from '../../src/gateway/launch-tokens.ts';
import { countedOctets } from '../rdpdr/reader-at-hand.ts';

function atHand() {
  let now = 0;
  const tokens = new LaunchTokens<string>({ random: countedOctets(), elapsed: () => now, lifetime: 60 });
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  return { tokens, pass };
}
describe('launch tokens', () => {
  it('open what they were given for, once', () => {
    const { tokens } = atHand();
    const { handle, token, seconds } = tokens.issue('s1', 'grant');
    expect([seconds, tokens.knows(handle), token.startsWith(`${handle}.`)]).toEqual([60, true, true]);
    expect(tokens.redeem(token)).toBe('grant');
    expect([tokens.redeem(token), tokens.knows(handle), tokens.size]).toEqual([undefined, false, 0]);
  });
  it('open nothing after their time, nor with another secret, which leaves the right one good', () => {
    const { tokens, pass } = atHand();
    const { token } = tokens.issue('s1', 'grant');
    const last = token.at(-1) === '0' ? '1' : '0';
    expect(tokens.redeem(token.slice(0, -1) + last)).toBeUndefined();
    for (const text of ['', '.', token.slice(1), `${token}0`, token.toUpperCase(), `${'0'.repeat(32)}.${'0'.repeat(64)}`])
      expect(tokens.redeem(text)).toBeUndefined();
    pass(59);
    const other = tokens.issue('s2', 'other');
    pass(1);
    expect([tokens.redeem(token), tokens.redeem(other.token)]).toEqual([undefined, 'other']);
  });
  it('of a session the newest counts; those that have expired are forgotten', () => {
    const { tokens, pass } = atHand();
    const [first, second] = [tokens.issue('s1', 'first'), tokens.issue('s1', 'second')];
    expect([tokens.size, tokens.redeem(first.token), tokens.redeem(second.token)]).toEqual([1, undefined, 'second']);
    for (let i = 0; i < 100; i++) tokens.issue(`of ${i}`, '');
    pass(61);
    tokens.issue('s3', '');
    expect(tokens.size).toBe(1);
  });
});
