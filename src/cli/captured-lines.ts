import { fromHex } from '../wire/hex.ts';

/** One APDU or PDU of a capture that somebody wrote down as text. */
export interface Captured {
  /** From 1. */
  readonly line: number;
  /** What the capture says of its way; left out where it says nothing. */
  readonly to?: 'card' | 'reader';
  readonly octets: Uint8Array;
}
export interface Unread {
  readonly line: number;
  /** One clause; what is in the line is not repeated, for it may be a PIN. */
  readonly fault: string;
}
/** Octets of one line; smart card IOCTLs carry up to 66,560 octets ([MS-RDPESC] 2.2.2.19) and some fields. */
const MOST_OCTETS = 70_000;
/** Octets apart, a mark, a time; what is longer is not even looked at. */
const MOST_LINE = 4 * MOST_OCTETS;

/** Marks of those who write captures: vpcd and OpenSC logs, pcscd's `--apdu`, hand-written dialogues. */
const mark = /(?:^|\s)(?:(>|->|=>|C-APDU:|APDU:)|(<|<-|<=|R-APDU:|SW:))(?=\s|[0-9a-f])/i;
const exchange = /^((?:[0-9a-f][\s:]*){8,})>\s*((?:[0-9a-f][\s:]*)+)$/i;
const isHex = /^(?:[0-9a-f]{2}[\s:]*)+$/i;

function octetsOf(text: string): Uint8Array | string {
  if (!isHex.test(text)) return 'not hexadecimal octets';
  const digits = text.replaceAll(/[\s:]/g, '');
  return digits.length <= 2 * MOST_OCTETS ? fromHex(digits) : `more than ${MOST_OCTETS} octets`;
}
/**
 * What a text captured: a line each, hexadecimal, white space and colons free, `//` begins a comment. Where any line says which way it
 * went (`>` and `<`, or pcscd's `APDU:` and `SW:`), lines that say nothing are the capturing program's own.
 */
export function capturedLines(text: string): readonly (Captured | Unread)[] {
  const lines = text.split(/\r?\n/).map((line) =>
    line
      .slice(0, MOST_LINE)
      .replace(/\/\/.*$/, '')
      .trim(),
  );
  const isMarked = lines.some((line) => mark.test(line) && !exchange.test(line));
  const found: (Captured | Unread)[] = [];
  const add = (line: number, hex: string, to?: Captured['to']) => {
    const octets = octetsOf(hex.trim());
    if (typeof octets === 'string') found.push({ line, fault: octets });
    else found.push({ line, octets, ...(to && { to }) });
  };
  for (const [i, line] of lines.entries()) {
    const both = exchange.exec(line);
    const marked = mark.exec(line);
    if (both) {
      add(i + 1, both[1] ?? '', 'card');
      add(i + 1, both[2] ?? '', 'reader');
    } else if (marked) add(i + 1, line.slice(marked.index + marked[0].length), marked[1] === undefined ? 'reader' : 'card');
    else if (line !== '' && !isMarked) add(i + 1, line);
  }
  return found;
}
