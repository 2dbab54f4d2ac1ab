import { describe, expect, it } from 'vitest';
import { Clipboard, type Side } from '../../src/gateway/clipboard.ts';
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
} as const;
type Said = keyof typeof said;
const verdicts = (clipboard: Clipboard, from: Side) =>
  Object.fromEntries((Object.keys(said) as Said[]).map((name) => [name, clipboard.verdict(from, said[name])]));

describe('the clipboard', () => {
  it('passes text into a session and not out of it', () => {
    const into = new Clipboard(['clipboard-in']);
    expect(verdicts(into, 'client')).toEqual({
      ...{ 'format list': 'pass', 'data response': 'pass', capabilities: 'pass' },
      ...{ 'data request': 'take', 'file request': 'take', 'file response': 'drop' },
    });
    expect(verdicts(into, 'host')).toEqual({
      ...{ 'format list': 'take', 'data response': 'drop', capabilities: 'pass' },
      ...{ 'data request': 'pass', 'file request': 'take', 'file response': 'drop' },
    });
  });
  it('passes text out of a session and not into it', () => {
    const out = new Clipboard(['clipboard-out']);
    expect([out.verdict('host', said['format list']), out.verdict('client', said['data request'])]).toEqual(['pass', 'pass']);
    expect([out.verdict('client', said['format list']), out.verdict('host', said['data request'])]).toEqual(['take', 'take']);
  });
  it('passes files where they are granted, the way that is', () => {
    const into = new Clipboard(['clipboard-in', 'clipboard-files']);
    expect([into.verdict('host', said['file request']), into.verdict('client', said['file response'])]).toEqual(['pass', 'pass']);
    expect([into.verdict('client', said['file request']), into.verdict('host', said['file response'])]).toEqual(['take', 'drop']);
  });
  it('answers what goes nowhere, so that nobody waits', () => {
    const none = new Clipboard([]);
    const answer = (name: Said) => hex(none.answer(said[name])).slice(16);
    expect([answer('format list'), answer('data request'), answer('file request')]).toEqual([
      ...['0300010000000000', '0500020000000000', '09000200040000002a000000'],
    ]);
  });
  it('treats the rest of a message as its beginning, and answers once', () => {
    const none = new Clipboard([]);
    const first = none.verdict('client', chunk('0200 0000 00000000', '01000000'));
    const rest = none.verdict('client', chunk('4141', '00000000'));
    expect([first, rest, none.verdict('host', said.capabilities), none.verdict('client', chunk('41', '02000000'))]).toEqual([
      ...['take', 'drop', 'pass', 'drop'],
    ]);
  });
  it('refuses chunks that are compressed, or no chunks', () => {
    const none = new Clipboard([]);
    expect(() => none.verdict('client', chunk('0200', '03002000'))).toThrow(DecodeError);
    expect(() => none.verdict('client', bytes('0000'))).toThrow(DecodeError);
  });
});
