import { record, u16, u32 } from '../rdp/record.ts';
import { ByteReader, ByteWriter, DecodeError } from '../wire/cursor.ts';
import { octetsOf, terminatedText } from '../wire/utf-16.ts';

/** Names under which something is copied that names files or holds them, whoever copies it; without case, as Windows has it. */
const fileFormats: readonly string[] = [
  ...['FileGroupDescriptor', 'FileGroupDescriptorW', 'FileContents', 'FileName', 'FileNameW', 'FileNameMap', 'FileNameMapW'],
  ...['Shell IDList Array', 'Shell Object Offsets', 'UntrustedDragDrop', 'text/uri-list'],
  ...['x-special/gnome-copied-files', 'x-special/mate-copied-files', 'x-special/nautilus-clipboard'],
];
/** CF_HDROP. */
const DROPPED_FILES = 15;

/** How a list is written: names of any length, or 32 octets each, Unicode or ASCII. */
export type FormatNames = 'long' | 'short' | 'short-ascii';
const SHORT = 32;
/** Of a short name that is longer the rest is cut off, and a NUL has a place. */
const shortened = (most: number): ReadonlySet<string> => new Set(fileFormats.map((name) => name.slice(0, most).toLowerCase()));
const cut: Readonly<Record<FormatNames, ReadonlySet<string>>> = {
  long: shortened(Number.POSITIVE_INFINITY),
  short: shortened(SHORT / 2 - 1),
  'short-ascii': shortened(SHORT - 1),
};

function longName(r: ByteReader): Uint8Array {
  const w = new ByteWriter();
  for (;;) {
    const unit = r.bytes(2);
    w.bytes(unit);
    if (unit.every((octet) => octet === 0)) return w.end();
  }
}
const nameOf = (names: FormatNames, octets: Uint8Array): string =>
  names === 'short-ascii' ? terminatedText(octetsOf(String.fromCharCode(...octets))) : terminatedText(octets);

/** What a list offers, as its body is to be, and the ids in it. */
export interface Offered {
  readonly body: Uint8Array;
  readonly ids: ReadonlySet<number>;
}
/** What a Format List PDU offers, [MS-RDPECLIP] 2.2.3.1, less all files; one that is not written as was agreed offers nothing. */
export function withoutFiles(body: Uint8Array, names: FormatNames): Offered {
  const w = new ByteWriter();
  const ids = new Set<number>();
  try {
    for (const r = new ByteReader(body); r.left > 0; ) {
      const id = u32.read(r);
      const octets = names === 'long' ? longName(r) : r.bytes(SHORT);
      if (id === DROPPED_FILES || cut[names].has(nameOf(names, octets).toLowerCase())) continue;
      ids.add(id);
      u32.write(w, id);
      w.bytes(octets);
    }
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e;
    w.end();
    return { body: new Uint8Array(), ids: new Set() };
  }
  return { body: w.end(), ids };
}

/** CLIPRDR_CAPS, 2.2.2.1. */
const capabilities = record({ cCapabilitiesSets: u16, pad: u16 });
const setHead = record({ type: u16, length: u16 });
const GENERAL = 1;
const LONG_NAMES = 0x2;
/** Whether a side takes long names. @throws DecodeError */
export function takesLongNames(body: Uint8Array): boolean {
  const r = new ByteReader(body);
  const { cCapabilitiesSets } = capabilities.read(r);
  let takes = false;
  for (let i = 0; i < cCapabilitiesSets; i++) {
    const { type, length } = setHead.read(r);
    const set = r.sub(Math.max(0, length - 4));
    if (type !== GENERAL) continue;
    u32.read(set);
    takes = (u32.read(set) & LONG_NAMES) !== 0;
  }
  return takes;
}
