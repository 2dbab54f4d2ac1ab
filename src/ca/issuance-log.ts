import { fdatasyncSync, ftruncateSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MayflyError } from '../wire/mayfly-error.ts';

/** What the lines of the log say, by event. Times are Unix seconds; serial numbers and digests (SHA-256) lower-case hex. */
const shapes = {
  issued: {
    at: 'number',
    serialNumber: 'string',
    notAfter: 'number',
    userPrincipalName: 'string',
    sid: 'string',
    account: 'string',
    cardId: 'string',
    /** Of the SubjectPublicKeyInfo. */
    keyDigest: 'string',
    certificateDigest: 'string',
  },
  revoked: { at: 'number', serialNumber: 'string', notAfter: 'number', reason: 'string' },
  crl: { at: 'number', number: 'number', crlDigest: 'string' },
} as const;
type Shapes = typeof shapes;
type Event = keyof Shapes;
type Fields<S> = { readonly [K in keyof S]: S[K] extends 'number' ? number : string };
/** One line of the log: JSON, ended by a line feed. */
export type LogEntry = { [E in Event]: { readonly event: E } & Fields<Shapes[E]> }[Event];

const fieldsOf = new Map(Object.entries(shapes).map(([event, shape]) => [event, Object.entries(shape)]));

function isEntry(value: unknown): value is LogEntry {
  if (typeof value !== 'object' || value === null || !('event' in value) || typeof value.event !== 'string') return false;
  const fields = fieldsOf.get(value.event);
  return fields?.every(([name, type]) => typeof Reflect.get(value, name) === type) ?? false;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (e: unknown) => void;
}
const LINE_FEED = 0x0a;

/**
 * The CA's own append-only record. An entry is on the disk when `append` resolves; entries that wait together share one
 * write and one flush. A write that fails leaves the file as it was. Written without the thread pool: it would only add to
 * what everybody waits for, and while the disk is at it the process has nothing to say to anybody.
 */
export class IssuanceLog {
  readonly #file: FileHandle;
  #size: number;
  #waiting: Waiting[] = [];
  #due: NodeJS.Immediate | undefined;
  #broken: MayflyError | undefined;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }
  /** Opens the log, hands every entry to `visit`, and cuts off a last line that a crash left unfinished (it was never answered for). */
  static async open(path: string, visit: (entry: LogEntry) => void): Promise<IssuanceLog> {
    const file = await open(path, 'a+', 0o600);
    try {
      const size = await replay(file, path, visit);
      if (size < (await file.stat()).size) await file.truncate(size);
      return new IssuanceLog(file, size);
    } catch (e) {
      await file.close();
      throw e;
    }
  }
  append(value: LogEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: `${JSON.stringify(value)}\n`, resolve, reject });
      // After all that has come by now is read: of those who ask at once none waits for another's flush.
      this.#due ??= setImmediate(() => this.#flush());
    });
  }
  #flush(): void {
    clearImmediate(this.#due);
    this.#due = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      if (this.#broken) throw this.#broken;
      const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file.fd, bytes, written);
      fdatasyncSync(this.#file.fd);
      this.#size += bytes.length;
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      const failure = this.#undo(cause);
      for (const { reject } of batch) reject(failure);
    }
  }
  /** Takes back what part of a failed write reached the file, or stops the log for good when even that fails. */
  #undo(cause: unknown): MayflyError {
    if (this.#broken) return this.#broken;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause';
    const next = 'free space on the disk of the data folder; nothing was issued';
    const failure = new MayflyError('log-write', `cannot write the issuance log (${reason})`, { cause, next });
    try {
      ftruncateSync(this.#file.fd, this.#size);
    } catch {
      this.#broken = failure;
    }
    return failure;
  }
  async close(): Promise<void> {
    if (this.#waiting.length > 0) this.#flush();
    await this.#file.close();
  }
}

/** Reads a log that another process may be writing, or a copy of one. @throws MayflyError `log-damaged`, `log-read` */
export async function readIssuanceLog(path: string, visit: (entry: LogEntry, line: number) => void): Promise<void> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new MayflyError('log-read', `cannot read the issuance log ${path}`, { cause, next: 'name one that is there' });
  });
  try {
    await replay(file, path, visit);
  } finally {
    await file.close();
  }
}
/** Visits all whole lines; the number of octets they take. */
async function replay(file: FileHandle, path: string, visit: (entry: LogEntry, line: number) => void): Promise<number> {
  const chunk = Buffer.alloc(1 << 20);
  let rest: Buffer = Buffer.alloc(0);
  let consumed = 0;
  let line = 0;
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return consumed;
    position += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED, start)) {
      line++;
      visit(parseLine(rest.toString('utf8', start, end), path, line), line);
      start = end + 1;
    }
    consumed += start;
    rest = rest.subarray(start);
  }
}
function parseLine(text: string, path: string, line: number): LogEntry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (isEntry(value)) return value;
  throw new MayflyError('log-damaged', `line ${line} of ${path} is not an entry`, {
    next: 'restore the log from a backup: without it revoked certificates could be accepted again',
  });
}
