import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { clientFile, documentFile, written } from './api/written.ts';

/** `npm run api`: writes the OpenAPI document and the client's types from the routes; a test sees that nobody forgot. */
const { document, client } = await written();
mkdirSync(dirname(documentFile), { recursive: true });
writeFileSync(documentFile, document);
writeFileSync(clientFile, client);
