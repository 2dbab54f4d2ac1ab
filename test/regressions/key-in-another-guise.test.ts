import { expect, it } from 'vitest';
import { prepare } from '../../src/pki/issue.ts';
import { contextFor, goodRequest, keylessIssuer } from '../pki/made-issuance.ts';

// RSA parameters were not looked at: other octets there made another SubjectPublicKeyInfo of a key that had been certified before.
it('the same RSA key with other parameters is no new key', () => {
  const known = goodRequest.subjectPublicKeyInfo;
  const disguised = Uint8Array.from(known);
  // 30 82 01 22 30 0d 06 09 (OID) 05 00: NULL becomes an empty OCTET STRING.
  expect([...known.subarray(17, 19)]).toEqual([5, 0]);
  disguised[17] = 4;
  const preparation = prepare({ ...goodRequest, subjectPublicKeyInfo: disguised }, contextFor(keylessIssuer));
  expect(preparation).toMatchObject({ ok: false, faults: [{ lint: 'public-key' }] });
});
