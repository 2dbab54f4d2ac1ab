import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { ChainVerification } from '../../src/journal/verify.ts';
import type { Session } from '../../src/session/session.ts';
import { openForReading } from '../../src/store/database.ts';
import { journalRows } from '../../src/store/read-journal.ts';
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
export const entry = (n: number, session = `s${n}`): JournalEntry => {
  return { event: 'card-authenticated', at: 1_790_000_000 + n, session, card: `c${n}` };
};
export const session = (id: string, given: Partial<Session> = {}): Session => ({
  id,
  state: 'granted',
  created: 1_790_000_000,
  until: 1_790_000_600,
  caller: { id: 'token:a', name: 'a' },
  proof: 'self',
  host: 'ts1.corp.example',
  mode: 'card',
  network: '10.0.0.7',
  rules: [],
  minutes: 60,
  channels: [],
  needed: [],
  given: [],
  ...given,
});
/** What another process finds in the file: how many entries, and whether the chain holds. */
export function seenFromOutside(path: string): { readonly entries: number; readonly faults: readonly string[] } {
  const database = openForReading(path);
  const chain = new ChainVerification([]);
  const faults: string[] = [];
  let entries = 0;
  for (const row of journalRows(database, path)) {
    entries++;
    faults.push(...chain.take(row).map(({ code }) => code));
  }
  faults.push(...chain.end().map(({ code }) => code));
  database.close();
  return { entries, faults };
}
