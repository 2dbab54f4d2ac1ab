import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { type MockInstance, vi } from 'vitest';

type Watched = 'fdatasyncSync' | 'ftruncateSync' | 'writeSync';

/** One of the file system's own functions, to be watched and to be made to fail, for whoever imports it. */
export function watchedFiles<Name extends Watched>(name: Name): MockInstance<(typeof fs)[Name]> {
  const spy = vi.spyOn(fs, name) as unknown as MockInstance<(typeof fs)[Name]>;
  syncBuiltinESMExports();
  return spy;
}
export function unwatchedFiles(): void {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
}
/** What the system says no with. */
export const failing = (code: string) => (): never => {
  throw Object.assign(new Error('no'), { code });
};
