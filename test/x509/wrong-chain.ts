import { expect, it } from 'vitest';
import { verifyChain } from '../../src/x509/verify-chain.ts';
import { type ChainChange, makeChain } from './made-chain.ts';
import { opensslVerify } from './openssl.ts';

/** `openssl` says where it is laxer on the same input, and why that is no reason for us to be. */
export interface WrongChain {
  readonly change: ChainChange;
  readonly reason: RegExp;
  readonly at: number;
  readonly openssl?: 'laxer';
}
/** One test per entry: our reason and place, and openssl's opinion of the same bytes. */
export function refuses(table: Readonly<Record<string, WrongChain>>): void {
  it.each(Object.entries(table))('%s', async (_, { change, reason, at, openssl }) => {
    const { asked } = makeChain(change);
    const verdict = await verifyChain(asked);
    expect(verdict).toMatchObject({ ok: false, at });
    if (!verdict.ok) expect(verdict.reason).toMatch(reason);
    const other = opensslVerify(asked);
    expect(other.ok, other.text).toBe(openssl === 'laxer');
  });
}
