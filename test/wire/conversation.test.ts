import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type Ask,
  ask,
  type ChainVerdict,
  type Conversation,
  type Frame,
  receive,
  send,
  startTls,
} from '../../src/wire/conversation.ts';
import { sequence } from '../../src/wire/der.ts';
import { int32 } from '../../src/wire/der-primitives.ts';
import { bytes } from './annotated-hex.ts';

/** The whole of it, however much there is. */
const whole: Frame = (have) => have.length;
const hello = sequence({ version: int32 });
function* agree(): Conversation<number> {
  yield* send(hello, { version: 3 });
  return (yield* receive(hello, whole)).version;
}
/** One of each question, and a conversation within a conversation. */
function* logon(): Conversation<{ version: number; certificate: Uint8Array; verdict: ChainVerdict; signature: Uint8Array }> {
  const version = yield* agree();
  const certificate = yield* startTls();
  const verdict = yield* ask<'verify-chain'>({ do: 'verify-chain', certificates: [certificate], purpose: 'host' });
  const nonce = yield* ask<'random'>({ do: 'random', length: 2 });
  const signature = yield* ask<'sign'>({ do: 'sign', bytes: nonce, digest: 'SHA-256' });
  yield* ask<'wait-until'>({ do: 'wait-until', time: 1_800_000_000 });
  return { version, certificate, verdict, signature };
}
const verdict: ChainVerdict = { ok: false, reason: 'expired' };
const transcript: readonly (readonly [asked: Ask, answer: Answer])[] = [
  [{ do: 'send', bytes: bytes('30 03 02 01 03') }, undefined],
  [{ do: 'receive', frame: whole }, bytes('30 03 02 01 02')],
  [{ do: 'start-tls' }, bytes('c0de')],
  [{ do: 'verify-chain', certificates: [bytes('c0de')], purpose: 'host' }, verdict],
  [{ do: 'random', length: 2 }, bytes('abcd')],
  [{ do: 'sign', bytes: bytes('abcd'), digest: 'SHA-256' }, bytes('5160')],
  [{ do: 'wait-until', time: 1_800_000_000 }, undefined],
];

describe('a conversation', () => {
  it('plays against a transcript', () => {
    const talk = logon();
    let turn = talk.next();
    for (const [asked, answer] of transcript) {
      expect(turn).toEqual({ done: false, value: asked });
      turn = talk.next(answer);
    }
    expect(turn).toEqual({ done: true, value: { version: 2, certificate: bytes('c0de'), verdict, signature: bytes('5160') } });
  });
  it('ends with a DecodeError where the peer does not speak the protocol', () => {
    const talk = agree();
    talk.next();
    talk.next();
    expect(() => talk.next(bytes('30 03 02 01'))).toThrow('input at byte 2: needs 3 bytes, 2 left');
    expect(talk.next()).toEqual({ done: true, value: undefined });
  });
  it('ends with the error of a driver that cannot answer', () => {
    const talk = logon();
    talk.next();
    const closed = new Error('connection closed');
    expect(() => talk.throw(closed)).toThrow(closed);
    expect(talk.next()).toEqual({ done: true, value: undefined });
  });
  it('asks nothing, and makes no bytes, before it is driven', () => {
    const talk = send(hello, { version: 2 ** 40 });
    expect(() => talk.next()).toThrow(expect.objectContaining({ code: 'encode' }));
  });
});
