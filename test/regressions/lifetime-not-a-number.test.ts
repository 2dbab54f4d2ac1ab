import { expect, it } from 'vitest';
import { prepare } from '../../src/pki/issue.ts';
import { contextFor, goodRequest, keylessIssuer } from '../pki/made-issuance.ts';

// Every comparison with NaN is false, so no lint spoke; writing the time then threw in place of an answer.
it('a lifetime that is no whole number of seconds is a fault, not a throw', () => {
  for (const lifetime of [Number.NaN, 300.25]) {
    const preparation = prepare({ ...goodRequest, lifetime }, contextFor(keylessIssuer));
    expect(preparation).toMatchObject({ ok: false, faults: [{ lint: 'lifetime' }] });
  }
});
