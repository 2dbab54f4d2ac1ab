import { setTimeout as later } from 'node:timers/promises';
import { replaceFile } from '../../ca/atomic-file.ts';
import { refusedSidListText } from '../../ca/refused-sid-list.ts';
import { defaultRefusedSidListMaxAgeMinutes } from '../../config/config.ts';
import { type RefusedAccounts, refusedAccounts } from '../../policy/refused-accounts.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { describeFailure } from '../failure.ts';
import { accountSources } from './account-sources.ts';
import { type CaOptions, chooseCa } from './chosen-ca.ts';

interface RefusedSidsOptions extends CaOptions {
  readonly out?: string;
  /** Minutes. */
  readonly every?: number;
}
/** Reads the directory whole and replaces the list whole, or leaves it as it was. */
async function write(options: RefusedSidsOptions, file: string): Promise<RefusedAccounts & { readonly writtenAt: number }> {
  const { config } = await chooseCa(options);
  // The time of what is in the list, not of its end: reading may take minutes.
  const writtenAt = clock();
  const found = await refusedAccounts(await accountSources(config), new Set(config.service.ownAccountSids));
  // A directory that shows nothing has not shown that nobody is to be refused.
  if (found.accounts === 0)
    throw new MayflyError('refused-sids', 'the directory shows no account at all: the list stays as it is', {
      next: 'see that the directory is the right one and that its reader may read it',
    });
  await replaceFile(file, refusedSidListText(found.sids, writtenAt), 0o644);
  return { ...found, writtenAt };
}
async function writeAndSay(options: RefusedSidsOptions, file: string): Promise<void> {
  const { accounts, sids, byRule, writtenAt } = await write(options, file);
  const why = Object.entries(byRule).map(([rule, count]) => `${rule} ${count}`);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ok: true, file, accounts, refused: sids.length, byRule, writtenAt: isoTime(writtenAt) })}\n`
      : `${sids.length} of ${accounts} accounts refused: ${file}${why.length > 0 ? ` (${why.join(', ')})` : ''}\n`,
  );
}
/** `mayfly ca refused-sids`: once, or again and again until it is told to stop. */
export async function caRefusedSids(options: RefusedSidsOptions): Promise<number> {
  // The CA's user reads what this one writes; nobody else but this one writes it.
  process.umask(0o022);
  const { configured, name } = await chooseCa(options);
  const file = options.out ?? configured?.refusedSidList;
  if (file === undefined)
    throw new MayflyError('refused-sids', `nothing says where the list of CA "${name}" goes`, {
      next: 'name it as cas[].refusedSidList in the configuration, or with --out',
    });
  const { every } = options;
  if (every === undefined) {
    await writeAndSay(options, file);
    return 0;
  }
  const oldest = configured?.refusedSidListMaxAgeMinutes ?? defaultRefusedSidListMaxAgeMinutes;
  if (oldest <= every)
    throw new MayflyError('refused-sids', `the CA takes no list older than ${oldest} minutes`, {
      next: 'give --every fewer minutes, half of that or less, so that one failure does no harm',
    });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  while (!stop.signal.aborted) {
    await writeAndSay(options, file).catch((e: unknown) => {
      const { code, message, next } = describeFailure(e);
      process.stderr.write(
        `${new Date().toISOString()} the list was not written: ${message} [${code}]${next === undefined ? '' : ` (${next})`}\n`,
      );
    });
    await later(every * 60_000, undefined, { signal: stop.signal }).catch(() => undefined);
  }
  return 0;
}
