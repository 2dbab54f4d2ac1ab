import { relativeId } from '../pki/lints/sid-form.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { digestOf } from './issued-certificates.ts';

/**
 * The list of refused SIDs as a file: `mayfly refused-sids 1 WRITTEN-AT COUNT SHA-256` (Unix seconds, a number, lower-case hex of
 * what follows), then one SID of an account on each line, ascending by octets. The digest finds damage, not forgery: who may write
 * the file may write any list.
 */
export interface RefusedSids {
  readonly writtenAt: UnixSeconds;
  readonly sids: ReadonlySet<string>;
}
export const MOST_SIDS = 100_000;
const LONGEST_HEADER = 128;
const LONGEST_SID = 'S-1-5-21-4294967295-4294967295-4294967295-4294967295\n'.length;
/** Octets. */
export const LONGEST_LIST = LONGEST_HEADER + MOST_SIDS * LONGEST_SID;
const LINE_FEED = 0x0a;
const header = /^mayfly refused-sids (\d{1,4}) (0|[1-9]\d{0,11}) (0|[1-9]\d{0,6}) ([0-9a-f]{64})$/;

/** @throws MayflyError `refused-sids` when a SID is none of an account, or there are too many */
export function refusedSidListText(sids: readonly string[], writtenAt: UnixSeconds): string {
  const sorted = [...new Set(sids)].sort();
  const odd = sorted.find((sid) => relativeId(sid) === undefined);
  if (odd !== undefined)
    throw new MayflyError('refused-sids', `${JSON.stringify(odd)} is not the SID of a domain account`, {
      next: 'correct it in the directory: an account in another spelling would not be refused',
    });
  if (MOST_SIDS < sorted.length)
    throw new MayflyError('refused-sids', `there are ${sorted.length} SIDs to refuse, a list holds ${MOST_SIDS}`, {
      next: 'read a smaller part of the directory, and keep the rest outside the UPN suffixes of the CA',
    });
  const lines = sorted.map((sid) => `${sid}\n`).join('');
  return `mayfly refused-sids 1 ${writtenAt} ${sorted.length} ${digestOf(Buffer.from(lines))}\n${lines}`;
}
/** The list, or what is wrong with it, as a clause: `its digest is another`. */
export function readRefusedSidList(bytes: Uint8Array): RefusedSids | string {
  if (LONGEST_LIST < bytes.length) return `it is over ${LONGEST_LIST} octets`;
  const end = bytes.subarray(0, LONGEST_HEADER).indexOf(LINE_FEED);
  const [, version, writtenAt, count, digest] =
    header.exec(Buffer.from(bytes.subarray(0, Math.max(0, end))).toString('latin1')) ?? [];
  if (version === undefined) return 'its first line is not that of a list';
  if (version !== '1') return `it is of version ${version}, which this CA does not know`;
  const rest = bytes.subarray(end + 1);
  if (digestOf(rest) !== digest) return 'its digest is another';
  const lines = Buffer.from(rest.buffer, rest.byteOffset, rest.length).toString('latin1').split('\n');
  if (lines.pop() !== '') return 'its last line has no end';
  if (String(lines.length) !== count || MOST_SIDS < lines.length)
    return `it has ${lines.length} SIDs where its first line says ${count}`;
  const odd = lines.findIndex((sid, i) => relativeId(sid) === undefined || (i > 0 && sid <= (lines[i - 1] ?? '')));
  if (odd >= 0) return `line ${odd + 2} is not the SID of an account in its place`;
  return { writtenAt: Number(writtenAt), sids: new Set(lines) };
}
