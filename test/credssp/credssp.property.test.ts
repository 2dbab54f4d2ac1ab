import fc from 'fast-check';
import { expect, it } from 'vitest';
import { acceptCredSsp } from '../../src/credssp/accept-credssp.ts';
import { type CredSspOutcome, credSsp } from '../../src/credssp/credssp.ts';
import { smartCardCredentials } from '../../src/credssp/ts-credentials.ts';
import { MOST_READ } from '../../src/credssp/ts-request.ts';
import type { Answer, Conversation } from '../../src/wire/conversation.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { random } from '../kerberos/stand-in-ticket.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { mutated } from '../wire/property.ts';
import { given, PIN } from './nla-client.ts';
import { acceptWith, hostKeyOf, ticketFor } from './stand-in-acceptor.ts';

const NOW = 1_800_000_000;
const hostKey = hostKeyOf();
const certificate = hostCertificate.der;
const closed = new MayflyError('rdp-closed', 'the peer has gone');

/** What the peer says in place of what it wants to say, by the number of the message; `undefined` is a peer that leaves. */
type Change = (said: Uint8Array, at: number) => Uint8Array | undefined;
/** Both sides, one of them changed: what came of the client, and whether the host was told the PIN. */
function played(change: Change, whose: 'host' | 'client'): { outcome: CredSspOutcome | undefined; isTold: boolean } {
  let isTold = false;
  const client = credSsp({
    credential: ticketFor(hostKey, NOW),
    certificate,
    credentials: () => smartCardCredentials(given),
    earlyAuthorization: true,
  });
  const host = acceptCredSsp({
    certificate,
    accept: acceptWith(hostKey),
    authorization: () => 0,
    judge: ({ pin }) => {
      isTold = Buffer.compare(pin, PIN) === 0;
      return undefined;
    },
  });
  const pipes = { client: new Uint8Array(), host: new Uint8Array() };
  const put = (to: keyof typeof pipes, octets: Uint8Array) => {
    pipes[to] = new Uint8Array(Buffer.concat([pipes[to], octets]));
  };
  let said = 0;
  let isGone = false;
  const send = (from: 'host' | 'client', octets: Uint8Array) => {
    const to = from === 'host' ? 'client' : 'host';
    const changed = from === whose ? change(octets, said++) : octets;
    if (changed === undefined) isGone = true;
    else put(to, changed);
  };
  const sides = { client: client.next(), host: host.next() };
  const talks: Readonly<Record<'client' | 'host', Conversation<unknown>>> = { client, host };
  const step = (who: 'client' | 'host', mayClose: boolean): boolean => {
    const turn = sides[who];
    if (turn.done) return false;
    const resume = (answer: Answer) => {
      sides[who] = talks[who].next(answer) as never;
      return true;
    };
    const question = turn.value;
    if (question.do === 'send') {
      send(who, question.bytes);
      return resume(undefined);
    }
    if (question.do === 'random') return resume(random(question.length));
    if (question.do === 'time') return resume({ seconds: NOW, microseconds: 1 });
    if (question.do !== 'receive') throw new Error(`nobody answers ${question.do}`);
    try {
      const have = pipes[who];
      const length = have.length === 0 ? undefined : question.frame(have);
      if (length !== undefined && MOST_READ < length) throw new Error(`waits for ${length} octets`);
      if (length !== undefined && length <= have.length) {
        pipes[who] = have.slice(length);
        return resume(have.slice(0, length));
      }
      if (!mayClose) return false;
      sides[who] = talks[who].throw(closed) as never;
      return true;
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      sides[who] = talks[who].throw(e) as never;
      return true;
    }
  };
  const stepped = (who: 'client' | 'host', mayClose: boolean): boolean => {
    try {
      return step(who, mayClose);
    } catch (e) {
      // A host that throws has hung up.
      if (who !== 'host' || !(e instanceof Error)) throw e;
      sides.host = { done: true, value: undefined as never };
      isGone = true;
      return true;
    }
  };
  for (let moved = true, rounds = 0; moved; rounds++) {
    if (rounds > 200) throw new Error('it does not end');
    const first = stepped('client', false);
    moved = stepped('host', false) || first;
    if (!moved) moved = stepped('client', isGone || sides.host.done === true) || stepped('host', sides.client.done === true);
    if (!moved && !sides.client.done) moved = stepped('client', true);
  }
  return { outcome: sides.client.done ? sides.client.value : undefined, isTold };
}
function ends({ outcome, isTold }: ReturnType<typeof played>, isHonest: boolean): void {
  if (!outcome) throw new Error('the client did not end');
  if (outcome.kind === 'delegated' && !isTold && isHonest) throw new Error('delegated to nobody');
  if (outcome.kind === 'refused' && !(outcome.place && outcome.name && outcome.sentence))
    throw new Error('a refusal without a name');
}
const damages = fc.record({ at: fc.nat(2), seed: fc.uint8Array({ minLength: 1, maxLength: 6 }), how: fc.nat(5) });

it('nothing changed: the host is told the PIN', () => {
  expect(played((said) => said, 'host')).toEqual({ outcome: { kind: 'delegated', version: 6 }, isTold: true });
});
/** A handshake takes as long as a hundred codecs. */
const runs = Math.ceil(fuzzRuns / 10);
function property<T>(name: string, values: fc.Arbitrary<T>, check: (value: T) => void): void {
  it(name, () => {
    fc.assert(fc.property(values, fuzzed(name, check)), { numRuns: runs });
  });
}
const changedAt =
  (at: number, change: (said: Uint8Array) => Uint8Array | undefined): Change =>
  (said, i) =>
    i === at ? change(said) : said;
/** Damage to octets that exist only when both sides have met. */
function spoiled(said: Uint8Array, seed: Uint8Array, how: number): Uint8Array | undefined {
  const [place = 0, octet = 0, length = 0] = seed;
  const i = Math.floor((place * said.length) / 256);
  if (how === 0) return said.with(i, (said[i] ?? 0) ^ (1 << (octet & 7)));
  if (how === 1) return said.subarray(0, i);
  if (how === 2) return Uint8Array.of(...said.subarray(0, i), ...seed, ...said.subarray(i));
  if (how === 3) return Uint8Array.of(...said.subarray(0, i), ...said.subarray(i + 1 + (length & 7)));
  if (how === 4) return Uint8Array.of(...said, ...said);
  return undefined;
}
property('a host whose octets are spoiled', damages, ({ at, seed, how }) => {
  const result = played(
    changedAt(at, (said) => spoiled(said, seed, how)),
    'host',
  );
  ends(result, true);
  // Before its proof has come whole, nothing is told; what is doubled came whole once.
  if (at < 2 && how !== 4 && result.isTold && how !== 2) throw new Error('the PIN was told to a host that is not proven');
});
property('a client whose octets are spoiled', damages, ({ at, seed, how }) => {
  ends(
    played(
      changedAt(at, (said) => spoiled(said, seed, how)),
      'client',
    ),
    false,
  );
});
property('a host that says anything', fc.tuple(fc.nat(2), fc.uint8Array({ maxLength: 80 })), ([at, octets]) => {
  ends(
    played(
      changedAt(at, () => octets),
      'host',
    ),
    true,
  );
});
const first = fc.constant(0).map(() => {
  let kept = new Uint8Array();
  played((said, i) => {
    if (i === 0) kept = Uint8Array.from(said);
    return said;
  }, 'host');
  return kept;
});
property('a host whose first message is another', mutated(first), (octets) => {
  const result = played(
    changedAt(0, () => octets),
    'host',
  );
  ends(result, true);
  if (result.isTold) throw new Error('the PIN was told to a host that did not answer this ticket');
});
