import { globSync } from 'node:fs';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

/** A file of a Debian package, by a pattern: libraries lie in a folder named after the architecture. */
export function debianFile(pattern: string): string {
  const [file] = globSync(pattern);
  if (file === undefined) {
    throw new MayflyError('lab-peers', `there is no ${pattern}`);
  }
  return file;
}
