import { describe, expect, it } from 'vitest';
import { ok, wrong } from '../../src/doctor/finding.ts';

describe('a finding', () => {
  it('keeps what it is told', () => {
    expect(wrong('clock', 'dc1', { says: 'late', fix: 'set it', code: 'X' })).toEqual({
      ...{ check: 'clock', about: 'dc1', verdict: 'wrong', says: 'late', fix: 'set it', code: 'X' },
    });
  });
  it('has no line of its own, steers no terminal, and has an end, whatever a peer calls itself', () => {
    const forged = ok('host-account', 'desk1\n', 'Windows\r\nok           ntauth  dc1: it is there\u{1b}[2J\u{9b}2J\u{202e}');
    expect(JSON.stringify(forged)).not.toMatch(/\\n|\\r|\\u001b|\u{9b}|\u{202e}/u);
    expect(ok('host-account', 'desk1', 'x'.repeat(1_000_000)).says).toHaveLength(1000);
  });
});
