import type { Check, Gauges } from '../../api/api-ports.ts';
import type { CaProcessIssuer } from '../../ca/card-issuer.ts';
import type { Custody } from '../../custody/custody.ts';
import type { Directory } from '../../session/ports.ts';
import type { Store } from '../../store/store.ts';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { readCrlTimes } from '../../x509/crl.ts';

export interface CheckedParts {
  readonly store: Pick<Store, 'fault' | 'head'>;
  readonly issuer: Pick<CaProcessIssuer, 'describe' | 'crl'>;
  readonly directory: Pick<Directory, 'hosts'>;
  readonly custody: Pick<Custody, 'pooled' | 'waiting'>;
  /** Faults that something else reports, by what they are of. */
  readonly alarms: ReadonlyMap<string, string>;
  readonly clock: () => UnixSeconds;
}
/** Milliseconds that one look may take, and for how long what it found is taken for the truth. */
const PATIENCE = 2000;
const FRESH = 1000;

/** What is looked at all the time, and whose faults are alarms. */
const WATCHED = ['rules', 'certificate', 'checkpoints'];

const codeOf = (e: unknown) => (e instanceof MayflyError ? e.code : 'internal');
/** What there is to say against `name`: what `look` throws, or the word that it gives. */
async function checked(name: string, look: () => Promise<string | undefined>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('slow'), PATIENCE);
  });
  try {
    const fault = await Promise.race([look(), late]);
    return fault === undefined ? { name, ok: true } : { name, ok: false, fault };
  } catch (e) {
    return { name, ok: false, fault: codeOf(e) };
  } finally {
    clearTimeout(timer);
  }
}
/** However often it is asked, it looks once in a while: whoever asks has shown no token. */
function onceInAWhile<T>(look: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly found: Promise<T> } | undefined;
  return () => {
    if (!last || FRESH < performance.now() - last.at) last = { at: performance.now(), found: look() };
    return last.found;
  };
}

/** Whether a card could be minted now, and how things stand. */
export function serviceChecks({ store, issuer, directory, custody, alarms, clock }: CheckedParts) {
  const crlTimes = async () => readCrlTimes(await issuer.crl());
  const checks = onceInAWhile(async (): Promise<readonly Check[]> => {
    const found = await Promise.all([
      checked('journal', async () => store.fault?.code),
      checked('directory', async () => void (await directory.hosts())),
      checked('ca', async () => ((await issuer.describe()).refusedSidListFault === undefined ? undefined : 'refused-sid-list')),
      checked('crl', async () => (clock() < ((await crlTimes()).nextUpdate ?? 0) ? undefined : 'crl-ended')),
    ]);
    const watched = WATCHED.filter((name) => !alarms.has(name)).map((name): Check => ({ name, ok: true }));
    return [...found, ...watched, ...Array.from(alarms, ([name, fault]): Check => ({ name, ok: false, fault }))];
  });
  const crlAge = onceInAWhile(async () => {
    const times = await crlTimes().catch(() => undefined);
    return times && clock() - times.thisUpdate;
  });
  const gauges = async (): Promise<Gauges> => ({
    keysPooled: custody.pooled,
    keysWaitedFor: custody.waiting,
    crlAge: await crlAge(),
    journalSequence: store.head.sequence,
  });
  return { checks, gauges };
}
