import { ChainVerification } from '../../src/journal/verify.ts';
import { openForReading } from '../../src/store/database.ts';
import { journalRows } from '../../src/store/read-journal.ts';

/** What another connection finds in the file: how many entries, and whether the chain holds. */
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
