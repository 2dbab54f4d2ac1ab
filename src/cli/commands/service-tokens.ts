import { randomBytes } from 'node:crypto';
import { ApiTokens } from '../../api/identity/api-tokens.ts';
import { directoryPerson } from '../../api/identity/directory-person.ts';
import { replaceFile } from '../../ca/atomic-file.ts';
import type { Directory } from '../../session/ports.ts';
import type { Store } from '../../store/store.ts';
import { clock } from '../clock.ts';
import { adminTokenFile, demoTokenFile } from './service-places.ts';

const YEAR = 365 * 86_400;
export const apiTokens = (kept: Store): ApiTokens =>
  new ApiTokens({ kept, clock, random: (length) => new Uint8Array(randomBytes(length)) });

/** The first token of a service that has none, in a file that only its owner can read. The file's path, where one was made. */
export async function firstAdminToken(tokens: ApiTokens, folder: string): Promise<string | undefined> {
  if (tokens.list().length > 0) return undefined;
  const path = adminTokenFile(folder);
  const { text } = tokens.create({ name: 'first administrator', scopes: ['admin'], lifetime: YEAR }, 'mayfly serve');
  await replaceFile(path, `${text}\n`);
  return path;
}
/** A token of the embedded default's person, so that the first request needs nobody else. */
export async function demoToken(tokens: ApiTokens, directory: Directory, upn: string, folder: string): Promise<string> {
  const path = demoTokenFile(folder);
  const person = await directoryPerson(directory, upn);
  const { text } = tokens.create({ name: upn, scopes: ['sessions', 'approve'], lifetime: YEAR, person }, 'mayfly serve');
  await replaceFile(path, `${text}\n`);
  return path;
}
