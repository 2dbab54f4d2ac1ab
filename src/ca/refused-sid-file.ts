import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { MINUTE, type RefusedSidList } from '../pki/bounds.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { LONGEST_LIST, type RefusedSids, readRefusedSidList } from './refused-sid-list.ts';

/** How far the clock that wrote a list may be ahead, in seconds. */
const TOLERANCE = 60;
const WRITABLE_BY_OTHERS = 0o022n;
const STICKY = 0o1000n;
const REWRITE = 'write it with `mayfly ca refused-sids`';

/** Thrown and caught here alone: what is wrong with the file as a clause, and what to do. */
class Unusable extends Error {
  readonly fault: string;
  readonly fix: string;
  constructor(fault: string, fix: string) {
    super(fault);
    this.fault = fault;
    this.fix = fix;
  }
}
/** A file as it was looked at: replaced, rewritten or with other rights it is another. */
const versionOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats) => `${dev}.${ino}.${size}.${mtimeNs}.${ctimeNs}`;
const codeOf = (cause: unknown) => (cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause');

/**
 * The list of refused SIDs on the disk, looked at before every issue. Synchronously: the list and the request it decides on are of
 * one moment, and a list that has not changed costs a few looks at the file system.
 */
export class RefusedSidFile {
  readonly path: string;
  /** Seconds. */
  readonly maxAge: number;
  readonly #folders: readonly string[];
  #known: { readonly version: string; readonly content: RefusedSids | Unusable } | undefined;

  constructor(path: string, maxAge: number) {
    this.path = path;
    this.maxAge = maxAge;
    this.#folders = foldersAbove(resolve(path));
  }
  read(now: UnixSeconds): RefusedSidList & { readonly writtenAt?: UnixSeconds } {
    try {
      return { state: 'good', ...this.#fresh(this.#content(), now) };
    } catch (e) {
      const { fault, fix } =
        e instanceof Unusable ? e : new Unusable(`cannot be read (${codeOf(e)})`, "let the CA's user read it");
      return { state: 'unusable', reason: `the list of refused SIDs ${this.path} ${fault}: ${fix}` };
    }
  }
  #fresh(list: RefusedSids, now: UnixSeconds): RefusedSids {
    const age = now - list.writtenAt;
    // Both negated, so that a clock that is no number makes nothing fresh.
    if (!(-age <= TOLERANCE)) throw new Unusable('comes from the future', 'set the clocks of this machine and of its writer');
    if (!(age <= this.maxAge)) {
      const minutes = (seconds: number) => `${Math.floor(seconds / MINUTE)} minutes`;
      const fault = `is ${minutes(age)} old, at most ${minutes(this.maxAge)} are allowed`;
      throw new Unusable(fault, 'see why `mayfly ca refused-sids` does not write it any more');
    }
    return list;
  }
  #content(): RefusedSids {
    const { path } = this;
    for (const folder of this.#folders) {
      const { mode } = statOf(folder);
      // Who may write a folder above may put another in this one's place; not so where only owners may rename, as in /tmp.
      const isProtected = folder !== this.#folders[0] && (mode & STICKY) !== 0n;
      if ((mode & WRITABLE_BY_OTHERS) !== 0n && !isProtected)
        throw new Unusable(`lies below ${folder}, which others than its owner may write`, `chmod go-w ${folder}`);
    }
    const found = lstatOf(path);
    checkFile(found, path);
    if (this.#known?.version !== versionOf(found)) this.#known = loaded(path);
    if (this.#known.content instanceof Unusable) throw this.#known.content;
    return this.#known.content;
  }
}

function there(found: BigIntStats | undefined): BigIntStats {
  if (!found) throw new Unusable('is not there', REWRITE);
  return found;
}
const lstatOf = (path: string) => there(lstatSync(path, { bigint: true, throwIfNoEntry: false }));
const statOf = (path: string) => there(statSync(path, { bigint: true, throwIfNoEntry: false }));
/** The folder of a file and all above it, the nearest first. */
function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}
function checkFile(found: BigIntStats, path: string): void {
  if (found.isSymbolicLink()) throw new Unusable('is a symbolic link', 'name the file itself');
  if (!found.isFile()) throw new Unusable('is not a regular file', 'name the file that `mayfly ca refused-sids` writes');
  if (found.mode & WRITABLE_BY_OTHERS) throw new Unusable('may be written by others than its owner', `chmod go-w ${path}`);
  if (LONGEST_LIST < found.size) throw new Unusable(`is over ${LONGEST_LIST} octets`, REWRITE);
}
/** What was opened is judged again, not what the name stands for by now; not blocking, for named pipes. */
function loaded(path: string): { version: string; content: RefusedSids | Unusable } {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file, { bigint: true });
    checkFile(found, path);
    const list = readRefusedSidList(contentOf(file, Number(found.size)));
    return { version: versionOf(found), content: typeof list === 'string' ? new Unusable(`is damaged, ${list}`, REWRITE) : list };
  } finally {
    closeSync(file);
  }
}
/** At most an octet more than the file had when it was looked at: one that grows meanwhile is damaged, not endless. */
function contentOf(file: number, size: number): Uint8Array {
  const content = new Uint8Array(size + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < content.length; length += read)
    read = readSync(file, content, length, content.length - length, null);
  return content.subarray(0, length);
}
