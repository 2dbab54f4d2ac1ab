import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIPBOARD_HEAD, Clipboard, type Side } from '../../src/gateway/clipboard.ts';
import { channelChunks } from '../../src/rdp/channels.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const chunk = (pdu: string, flags = '03000000') => bytes(`20000000 ${flags} ${pdu}`);
const said = {
  'format list': chunk('0200 0000 00000000'),
  'data request': chunk('0400 0000 04000000 0d000000'),
  'data response': chunk('0500 0100 04000000 61006200'),
  'file request': chunk('0800 0000 04000000 2a000000'),
  'file response': chunk('0900 0100 04000000 2a000000'),
  capabilities: chunk('0700 0000 00000000'),
  directory: chunk('0600 0000 00000000'),
} as const;
type Said = keyof typeof said;
const verdicts = (clipboard: Clipboard, from: Side) =>
  Object.fromEntries((Object.keys(said) as Said[]).map((name) => [name, clipboard.verdict(from, said[name])]));

describe('the clipboard', () => {
  it('passes text into a session and not out of it', () => {
    const into = new Clipboard(['clipboard-in']);
    expect(verdicts(into, 'client')).toEqual({
      ...{ 'format list': 'take', 'data response': 'pass', capabilities: 'take' },
      ...{ 'data request': 'take', 'file request': 'take', 'file response': 'drop', directory: 'drop' },
    });
    expect(verdicts(into, 'host')).toEqual({
      ...{ 'format list': 'take', 'data response': 'drop', capabilities: 'take' },
      ...{ 'data request': 'take', 'file request': 'take', 'file response': 'drop', directory: 'drop' },
    });
  });
  it('passes text out of a session and not into it', () => {
    const out = new Clipboard(['clipboard-out']);
    const answered = (from: Side, name: Said) => [
      out.verdict(from, said[name]),
      hex(Uint8Array.from(out.take(from, said[name]).back.flatMap((each) => [...each]))).slice(16),
    ];
    expect(answered('client', 'format list')).toEqual(['take', '0300010000000000']);
    expect(answered('host', 'data request')).toEqual(['take', '0500020000000000']);
    expect(out.verdict('host', said['format list'])).toBe('take');
  });
  it('passes files where they are granted, the way that is', () => {
    const into = new Clipboard(['clipboard-in', 'clipboard-files']);
    expect([into.verdict('host', said['file request']), into.verdict('client', said['file response'])]).toEqual(['pass', 'pass']);
    expect([into.verdict('client', said['file request']), into.verdict('host', said['file response'])]).toEqual(['take', 'drop']);
    expect([into.verdict('client', said['format list']), into.verdict('client', said.directory)]).toEqual(['pass', 'pass']);
  });
  it('answers what goes nowhere, so that nobody waits', () => {
    const none = new Clipboard([]);
    const answer = (name: Said) => {
      none.verdict('client', said[name]);
      const { back, on } = none.take('client', said[name]);
      expect([back.length, on]).toEqual([1, []]);
      return hex(back[0] ?? new Uint8Array()).slice(16);
    };
    expect([answer('format list'), answer('data request'), answer('file request')]).toEqual([
      ...['0300010000000000', '0500020000000000', '09000200040000002a000000'],
    ]);
  });
  it('treats the rest of a message as its beginning, and answers once', () => {
    const none = new Clipboard([]);
    const first = none.verdict('client', chunk('0200 0000 00000000', '01000000'));
    const rest = none.verdict('client', chunk('4141', '00000000'));
    expect([
      first,
      rest,
      none.verdict('host', chunk('0a00 0000 00000000')),
      none.verdict('client', chunk('41', '02000000')),
    ]).toEqual([...['take', 'drop', 'pass', 'drop']]);
  });
  it('refuses chunks that are compressed, or no chunks', () => {
    const none = new Clipboard([]);
    expect(() => none.verdict('client', chunk('0200', '03002000'))).toThrow(DecodeError);
    expect(() => none.verdict('client', bytes('0000'))).toThrow(DecodeError);
  });
});

const utf16 = (text: string) => hex(Uint8Array.from(Buffer.from(text, 'utf16le')));
const long = (id: string, name: string) => `${id} ${utf16(`${name}\0`)}`;
const short = (id: string, name: string) => `${id} ${utf16(name.slice(0, 15)).padEnd(64, '0')}`;
const ascii = (id: string, name: string) =>
  `${id} ${hex(Uint8Array.from(Buffer.from(name.slice(0, 31), 'latin1'))).padEnd(64, '0')}`;
const size = (body: string) => {
  const octets = bytes(body).length;
  return [octets & 255, octets >> 8, 0, 0].map((octet) => octet.toString(16).padStart(2, '0')).join('');
};
const message = (type: string, body: string, flags = '0000') => `${type} ${flags} ${size(body)} ${body}`;
const capable = (flags: string) => message('0700', `0100 0000 0100 0c00 02000000 ${flags}`);
/** What comes to the other side, and back to the one that says it; each message whole. */
function says(clipboard: Clipboard, from: Side, pdu: string, chunkLength = 1600): { on: string; back: string } {
  const whole = ({ on, back }: { on: readonly Uint8Array[]; back: readonly Uint8Array[] }) => ({
    on: on.map((each) => hex(each.subarray(8))).join(''),
    back: back.map((each) => hex(each.subarray(8))).join(''),
  });
  const whatComes = { on: '', back: '' };
  for (const userData of channelChunks(bytes(pdu), chunkLength, 0x10)) {
    const verdict = clipboard.verdict(from, userData.subarray(0, CLIPBOARD_HEAD));
    const { on, back } = whole(
      verdict === 'take' ? clipboard.take(from, userData) : { on: verdict === 'pass' ? [userData] : [], back: [] },
    );
    whatComes.on += on;
    whatComes.back += back;
  }
  return whatComes;
}
const TEXT = '0d000000';
const FILES = '01c00000';
const OTHER = '02c00000';
const request = (id: string) => message('0400', id);
const FAILED = hex(bytes('0500 0200 00000000'));
const sides = [
  ['client', 'host', 'clipboard-in'],
  ['host', 'client', 'clipboard-out'],
] as const;

describe.each(sides)('file names on the clipboard of the %s', (from, to, grant) => {
  const agreed = (grants: readonly string[], ours = '02000000', theirs = '02000000') => {
    const clipboard = new Clipboard(grants);
    expect(says(clipboard, 'host', capable(theirs)).on).toBe(hex(bytes(capable(theirs))));
    expect(says(clipboard, 'client', capable(ours)).on).toBe(hex(bytes(capable(ours))));
    return clipboard;
  };
  it.each([
    ['long names', long, '0000', '02000000'],
    ['short names', short, '0000', '00000000'],
    ['short names in ASCII', ascii, '0400', '00000000'],
  ])('are not offered without files, in %s', (_, entry, flags, capabilities) => {
    const clipboard = agreed([grant], capabilities);
    const [text, html] = [entry(TEXT, ''), entry(OTHER, 'HTML Format')];
    const hidden = ['FileGroupDescriptorW', 'filecontents', 'Shell IDList Array', 'text/uri-list'].map((name) =>
      entry(FILES, name),
    );
    const listed = message('0200', [text, ...hidden, entry('0f000000', ''), html].join(' '), flags);
    const kept = hex(bytes(message('0200', `${text} ${html}`, flags)));
    expect(says(clipboard, from, listed)).toEqual({ on: kept, back: '' });
    expect(says(clipboard, from, listed, 17)).toEqual({ on: kept, back: '' });
    expect(says(clipboard, to, request(TEXT))).toEqual({ on: hex(bytes(request(TEXT))), back: '' });
    for (const id of [FILES, '0f000000', '99990000']) expect(says(clipboard, to, request(id))).toEqual({ on: '', back: FAILED });
  });
  it('are offered with files', () => {
    const clipboard = agreed([grant, 'clipboard-files']);
    const listed = message('0200', `${long(TEXT, '')} ${long(FILES, 'FileGroupDescriptorW')}`);
    expect(says(clipboard, from, listed).on).toBe(hex(bytes(listed)));
    expect(says(clipboard, to, request(FILES)).on).toBe(hex(bytes(request(FILES))));
  });
  it('are hidden in a list that is not written as was agreed: it offers nothing', () => {
    const clipboard = agreed([grant], '00000000');
    const listed = message('0200', long(FILES, 'FileGroupDescriptorW'));
    expect(says(clipboard, from, listed)).toEqual({ on: hex(bytes(message('0200', ''))), back: '' });
    expect(says(clipboard, to, request(FILES))).toEqual({ on: '', back: FAILED });
  });
  it('are no longer offered when the next list is another', () => {
    const clipboard = agreed([grant]);
    says(clipboard, from, message('0200', long(TEXT, '')));
    says(clipboard, from, message('0200', long(OTHER, 'PNG')));
    expect(says(clipboard, to, request(TEXT)).back).toBe(FAILED);
    expect(says(clipboard, to, request(OTHER)).on).not.toBe('');
  });
  it('end nothing but what cannot be read, whatever is said', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), (units) => {
        const clipboard = new Clipboard([grant]);
        for (const unit of units) {
          try {
            if (clipboard.verdict(from, unit) === 'take') clipboard.take(from, unit);
          } catch (e) {
            if (!(e instanceof DecodeError)) throw e;
          }
        }
      }),
    );
  });
});
