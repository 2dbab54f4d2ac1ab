import { existsSync } from 'node:fs';
import { readIssuanceLog } from '../../ca/issuance-log.ts';
import { generations } from '../../ca/rotation.ts';
import { loadConfig } from '../../config/load-config.ts';
import { databaseFile } from '../../config/service-config.ts';
import { type Checkpoint, readCheckpoint } from '../../journal/checkpoint.ts';
import { readEntry } from '../../journal/entry.ts';
import { type Finding, findingAt, findingOf } from '../../journal/finding.ts';
import { Reconciliation } from '../../journal/reconcile.ts';
import { ChainVerification, type VerifiedChain } from '../../journal/verify.ts';
import { checkpointFiles, checkpointLines } from '../../store/checkpoint-file.ts';
import { DecodeError } from '../../wire/cursor.ts';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { table } from '../print.ts';
import { publicKeyFile, readPublicKey } from './checkpoint-key.ts';
import { databaseSource, exportSource, type JournalSource } from './journal-source.ts';

interface VerifyOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly database?: string;
  readonly export?: string;
  /** False with `--no-checkpoints`, true unless a file is named. */
  readonly checkpoints?: string | boolean;
  readonly key?: string;
  readonly issuanceLog?: readonly string[] | boolean;
}
/** Findings that are printed; a journal that is not one has as many as it has entries. */
const MOST_FINDINGS = 1000;

interface Sources {
  readonly journal: JournalSource;
  /** Files; undefined: none are to be looked at. */
  readonly checkpoints: string | undefined;
  readonly key: string;
  readonly logs: readonly Log[];
}
/** A CA's own log, and since when the CA has issued for this service; undefined: since ever. */
interface Log {
  readonly file: string;
  readonly from: UnixSeconds | undefined;
}
/** The logs of a CA and of those that have followed it: one that is staged is only tried until its turn comes. */
async function ownLogs(home: string, ca: string): Promise<Log[]> {
  const all = await generations(home, ca);
  const logs = all.map(({ folder }, i): Log => {
    const before = all[i - 1]?.rotation;
    return { file: folder.logFile, from: before && (before.activatedAt ?? Number.POSITIVE_INFINITY) };
  });
  return logs.filter(({ file }) => existsSync(file));
}
async function sourcesOf(options: VerifyOptions): Promise<Sources> {
  const { home, service } = await loadConfig({ env: process.env, file: options.config });
  const { checkpoints = true, issuanceLog = true } = options;
  return {
    journal: options.export === undefined ? databaseSource(options.database ?? databaseFile(home)) : exportSource(options.export),
    checkpoints: checkpoints === true ? service.checkpoints : checkpoints === false ? undefined : checkpoints,
    key: options.key ?? publicKeyFile(service.checkpointKey),
    logs:
      issuanceLog === true
        ? await ownLogs(home, service.ca)
        : (issuanceLog === false ? [] : issuanceLog).map((file) => ({ file, from: undefined })),
  };
}

/** Those of this journal; a name that nobody tells is the one that most of them have. */
async function checkpointsOf({ checkpoints: file, key, journal }: Sources, found: Finding[]): Promise<readonly Checkpoint[]> {
  if (file === undefined) return [];
  if (checkpointFiles(file).length === 0) {
    found.push(findingAt('checkpoint-missing', file, 'there are no checkpoints'));
    return [];
  }
  const verifier = await readPublicKey(key);
  const good: { readonly where: string; readonly checkpoint: Checkpoint }[] = [];
  for (const { where, line } of await checkpointLines(file)) {
    const read = readCheckpoint(line, verifier);
    if (read.ok) good.push({ where, checkpoint: read.checkpoint });
    else if (read.fault === 'forged')
      found.push(findingAt('checkpoint-forged', where, 'the checkpoint is not signed by this key'));
    else found.push(findingAt('checkpoint-malformed', where, 'the line is not a checkpoint'));
  }
  const name = journal.name ?? good.at(-1)?.checkpoint.journal;
  for (const { where, checkpoint } of good)
    if (checkpoint.journal !== name)
      found.push(
        findingAt('checkpoint-of-another', where, `the checkpoint is of the journal "${checkpoint.journal}", not of "${name}"`),
      );
  return good.map(({ checkpoint }) => checkpoint).filter((each) => each.journal === name);
}

async function chainOf({ journal }: Sources, checkpoints: readonly Checkpoint[], cards: Reconciliation, found: Finding[]) {
  const chain = new ChainVerification(checkpoints);
  for await (const row of journal.rows) {
    found.push(...chain.take(row));
    try {
      found.push(...cards.take(row.sequence, readEntry(row.text)));
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      found.push(findingOf('unreadable', row.sequence, row.sequence, e.message));
    }
    if (MOST_FINDINGS < found.length) break;
  }
  found.push(...chain.end());
  const { last, proven } = chain.outcome;
  if (checkpoints.length > 0 && proven < last)
    found.push(findingOf('tail-unproven', proven + 1, last, 'no checkpoint vouches for them yet'));
  return chain.outcome;
}
async function reconcile(logs: readonly Log[], cards: Reconciliation, found: Finding[]): Promise<void> {
  for (const { file, from } of logs) {
    const early = new Map<string, number>();
    try {
      await readIssuanceLog(file, (entry, line) => {
        if (entry.event !== 'issued') return;
        const { userPrincipalName: name } = entry;
        if (from !== undefined && entry.at <= from && !cards.knows(entry.cardId)) early.set(name, (early.get(name) ?? 0) + 1);
        else found.push(...cards.takeIssued({ ...entry, where: `${file}:${line}` }));
      });
    } catch (e) {
      if (!(e instanceof MayflyError)) throw e;
      found.push(findingAt('log-damaged', file, e.message));
    }
    for (const [name, count] of early)
      found.push(findingAt('issued-before-its-turn', file, `${count} certificates for ${name} are of before this CA took over`));
  }
  found.push(...cards.end(logs.length > 0));
}

/** `mayfly journal verify`: exit code 1 where anything is wrong. */
export async function journalVerify(options: VerifyOptions): Promise<number> {
  const sources = await sourcesOf(options);
  const found: Finding[] = [];
  const cards = new Reconciliation();
  try {
    const checkpoints = await checkpointsOf(sources, found);
    const chain = await chainOf(sources, checkpoints, cards, found);
    await reconcile(sources.logs, cards, found);
    const faults = found.filter(({ isFault }) => isFault);
    const summary = { entries: chain.rows, last: chain.last, proven: chain.proven, checkpoints: chain.checkpointsMatched };
    const issued = {
      certificates: cards.matched,
      olderCertificates: cards.older,
      issuanceLogs: sources.logs.map(({ file }) => file),
    };
    if (options.json) {
      const findings = found.slice(0, MOST_FINDINGS);
      process.stdout.write(`${JSON.stringify({ ok: faults.length === 0, ...summary, ...issued, findings })}\n`);
    } else process.stdout.write(`${text(chain, sources, cards, found)}\n`);
    return faults.length === 0 ? 0 : 1;
  } finally {
    sources.journal.close();
  }
}
function text(chain: VerifiedChain, { checkpoints, logs }: Sources, cards: Reconciliation, found: readonly Finding[]): string {
  const rows: (readonly [string, string])[] = [
    ['entries', `${chain.rows}, the last is ${chain.last}`],
    [
      'checkpoints',
      checkpoints === undefined ? 'not looked at' : `${chain.checkpointsMatched} match, up to entry ${chain.proven}`,
    ],
    [
      'certificates',
      logs.length === 0 ? 'no issuance log was looked at' : `${cards.matched} match ${logs.map(({ file }) => file).join(', ')}`,
    ],
  ];
  if (cards.older > 0) rows.push(['', `${cards.older} were issued before the journal began`]);
  const faults = found.filter(({ isFault }) => isFault).length;
  const lines = found
    .slice(0, MOST_FINDINGS)
    .map(
      ({ code, isFault, where, sentence, next }) =>
        `${isFault ? 'FAULT' : 'note '}  ${where}: ${sentence} [${code}]\n       next: ${next}`,
    );
  return [...table(rows), ...lines, faults === 0 ? 'no fault' : faults === 1 ? '1 fault' : `${faults} faults`].join('\n');
}
