import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { caFolder } from '../../src/ca/ca-folder.ts';
import { IssuanceLog, type LogEntry } from '../../src/ca/issuance-log.ts';
import { startCheckpoints } from '../../src/cli/commands/checkpoint-key.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { databaseFile, serviceFolder } from '../../src/config/service-config.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { Store } from '../../src/store/store.ts';
import { type Home, mayfly, newHome } from './mayfly.ts';

/** A data folder in which a service has lived: so many sessions, each with one card; its CA's log; checkpoints at 10, 20 and the end. */
export interface ServiceHome {
  readonly home: Home;
  readonly database: string;
  readonly folder: string;
  readonly checkpoints: string;
  readonly log: string;
  readonly entries: number;
}
const hex = (octets: number) => randomBytes(octets).toString('hex');
const AT = 1_790_000_000;

/** Six entries. */
function logon(n: number): { readonly entries: readonly JournalEntry[]; readonly issued: LogEntry } {
  const at = AT + n * 10;
  const named = { session: `session${n}`, card: `card${n}` };
  const [serialNumber, keyDigest, certificateDigest] = [hex(16), hex(32), hex(32)];
  const account = { sid: 'S-1-5-21-1-2-3-1105', userPrincipalName: 'alice@corp.example' };
  const asked = { caller: 'token:a', callerName: 'a', host: 'ts1.corp.example', mode: 'card', network: '10.0.0.7' };
  return {
    entries: [
      { event: 'session-requested', at, session: named.session, ...asked },
      { event: 'session-decided', at, session: named.session, effect: 'granted', rules: ['own'] },
      { event: 'card-requested', at: at + 1, ...named, keyDigest },
      {
        event: 'card-issued',
        at: at + 1,
        ...named,
        serialNumber,
        certificateDigest,
        notAfter: at + 300,
        ca: 'default',
        ...account,
      },
      { event: 'key-destroyed', at: at + 2, ...named, cause: 'authenticated', ms: 8, delayMs: 8 },
      { event: 'session-ended', at: at + 3, session: named.session, state: 'ended', cause: 'ended-by-caller' },
    ],
    issued: {
      ...{ event: 'issued', at: at + 1, serialNumber, notAfter: at + 300, ...account, account: 'alice' },
      ...{ cardId: named.card, keyDigest, certificateDigest },
    },
  };
}
export async function madeServiceHome(sessions = 6): Promise<ServiceHome> {
  const home = newHome();
  const config = await loadConfig({ env: { MAYFLY_HOME: home.home }, file: undefined });
  const { ca } = config.service;
  const made = await mayfly(home, 'ca', 'init', '--ca', ca, '--lab', '--key', 'p-256', '--passphrase-file', home.passphraseFile);
  if (made.code !== 0) throw new Error(made.stderr);
  const database = databaseFile(home.home);
  const store = Store.open(database, { isService: true });
  const checkpoints = await startCheckpoints(config, store, () => undefined);
  const { logFile } = caFolder(home.home, ca);
  const log = await IssuanceLog.open(logFile, () => undefined);
  for (let n = 1; n <= sessions; n++) {
    const { entries, issued } = logon(n);
    await store.commit({ entries });
    await log.append(issued);
    if (n % 2 === 0) await checkpoints.write();
  }
  await log.close();
  await checkpoints.close();
  const entries = store.head.sequence;
  store.close();
  return {
    home,
    database,
    folder: serviceFolder(home.home),
    checkpoints: join(serviceFolder(home.home), 'checkpoints.jsonl'),
    log: logFile,
    entries,
  };
}
