import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientFile, documentFile, written } from '../../scripts/api/written.ts';

it('is the OpenAPI document in test/vectors/api, and the client is made of it (`npm run api` writes both)', async () => {
  const { document, client } = await written();
  expect(document).toBe(readFileSync(documentFile, 'utf8'));
  expect(client).toBe(readFileSync(clientFile, 'utf8'));
});
