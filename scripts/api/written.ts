import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ApiPorts } from '../../src/api/api-ports.ts';
import { apiServer } from '../../src/api/api-server.ts';
import { type ApiDocument, clientSource } from './client-source.ts';

const root = join(import.meta.dirname, '..', '..');
export const documentFile = join(root, 'test', 'vectors', 'api', 'openapi.json');
export const clientFile = join(root, 'src', 'client', 'operations.ts');

function formatted(text: string, path: string): string {
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const { status, stdout, stderr } = spawnSync(biome, ['format', `--stdin-file-path=${path}`], {
    input: text,
    encoding: 'utf8',
    cwd: root,
  });
  if (status !== 0) throw new Error(`biome cannot format ${path}: ${stderr}`);
  return stdout;
}
/** The OpenAPI document and the client's types, as they are written to the two files. */
export async function written(): Promise<{ readonly document: string; readonly client: string }> {
  // Nothing is asked of the service while its document is written.
  const app = await apiServer({ requestsPerMinute: 1 } as ApiPorts);
  const found = (await app.inject('/openapi.json')).json<ApiDocument>();
  await app.close();
  return {
    document: formatted(JSON.stringify(found), documentFile),
    client: formatted(clientSource(found), clientFile),
  };
}
