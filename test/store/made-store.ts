import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { Store, type StoreOptions } from '../../src/store/store.ts';

const folders: string[] = [];
const stores: Store[] = [];
afterAll(() => {
  for (const store of stores) store.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-store-'));
  folders.push(folder);
  return folder;
}
export const newPath = (): string => join(newFolder(), 'service', 'mayfly.sqlite');
export function opened(path: string = newPath(), options: StoreOptions = {}): Store {
  const store = Store.open(path, options);
  stores.push(store);
  return store;
}
