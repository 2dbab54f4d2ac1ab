import { expect, it } from 'vitest';
import { prepare } from '../../src/pki/issue.ts';
import { contextFor, goodRequest, keylessIssuer } from '../pki/made-issuance.ts';

// Symbols are of the script "Common" and stay as they are in normalization form KC, so no lint saw them; nor heaped marks.
it('a slash, dash or dot that only looks like ASCII’s is refused', () => {
  for (const prefix of ['alice\u2215b', 'alice\u2013b', 'alice\u2219b', '\u{1f600}', '\u0338alice', 'x\u0332\u0332']) {
    const preparation = prepare({ ...goodRequest, userPrincipalName: `${prefix}@corp.test` }, contextFor(keylessIssuer));
    expect(preparation).toMatchObject({ ok: false, faults: [{ lint: 'upn-characters' }] });
  }
});
