import { expect, it } from 'vitest';
import { prepare } from '../../src/pki/issue.ts';
import { contextFor, goodRequest, keylessIssuer } from '../pki/made-issuance.ts';

// U+3164 is a letter and U+034F a mark to Unicode's general categories; both are seen by nobody.
it('an account is not told from another by what cannot be seen', () => {
  for (const invisible of ['\u3164', '\u034f', '\ufe0f', '\u115f']) {
    const preparation = prepare({ ...goodRequest, account: `alice${invisible}` }, contextFor(keylessIssuer));
    expect(preparation).toMatchObject({ ok: false, faults: [{ lint: 'account' }] });
  }
});
