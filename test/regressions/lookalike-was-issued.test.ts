import { expect, it } from 'vitest';
import { issue, type Prepared } from '../../src/pki/issue.ts';
import { contextFor, goodRequest, madeCa, preparedOf } from '../pki/made-issuance.ts';

// `Prepared` had public fields only: any object with the same fields was one, and its bytes could be changed before they were signed.
it('an object with the fields of something prepared is not issued', async () => {
  const { issuer, signer } = await madeCa('P-256');
  const prepared = preparedOf(goodRequest, contextFor(issuer));
  expect(Object.keys(prepared)).toEqual([]);
  const lookalike = { certificate: prepared.certificate, tbs: Uint8Array.of(0x30, 0) } as unknown as Prepared;
  await expect(issue(lookalike, issuer, signer)).rejects.toMatchObject({ code: 'not-prepared' });
});
