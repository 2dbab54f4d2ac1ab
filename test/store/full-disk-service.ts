import { createInterface } from 'node:readline';
import { Store } from '../../src/store/store.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { entry, session } from './made-entry.ts';
import { seenFromOutside } from './seen.ts';

/** A store that does what it reads, a line each: `commit N`, `note N`, `state ID`, `seen`, `end`; answers with what came of it. */
const store = Store.open(process.argv[2] ?? '', { isService: true });
const say = (text: string) => process.stdout.write(`${text}\n`);
async function done(word: string, value: string): Promise<string> {
  const change = { entries: Array.from({ length: Number(value) }, (_, i) => entry(i)) };
  if (word === 'commit') await store.commit(change);
  else if (word === 'note') store.note({ ...change, session: session('noted', { state: 'ended' }) });
  else if (word === 'state') return store.session(value)?.state ?? 'none';
  else if (word === 'seen') return JSON.stringify(seenFromOutside(store.path));
  else if (word === 'fault') return store.fault?.code ?? 'none';
  else store.close();
  return 'ok';
}
say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [word = '', value = ''] = line.split(' ');
  say(await done(word, value).catch((e: unknown) => (e instanceof MayflyError ? e.code : String(e))));
}
