import { type Codec, decode, encode } from './codec.ts';
import type { UnixSeconds } from './der-time.ts';

/** Whether a peer's certificate chain holds; `reason` is one clause a person can read. */
export type ChainVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Message digests a signature may be made over, FIPS 180-4. */
export type DigestName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** What a protocol may ask of whoever drives it, and what it is answered with. */
interface Questions {
  readonly send: { ask: { readonly bytes: Uint8Array }; answer: undefined };
  readonly receive: { ask: object; answer: Uint8Array };
  /** Answered with the peer's certificate, DER. */
  readonly 'start-tls': { ask: object; answer: Uint8Array };
  /** A signature over `bytes`, hashed with `digest`, by the key the driver holds for this conversation. */
  readonly sign: { ask: { readonly bytes: Uint8Array; readonly digest: DigestName }; answer: Uint8Array };
  /** Leaf first, DER; the driver knows anchors, purposes and the time. */
  readonly 'verify-chain': {
    ask: { readonly certificates: readonly Uint8Array[]; readonly purpose: string };
    answer: ChainVerdict;
  };
  readonly random: { ask: { readonly length: number }; answer: Uint8Array };
  readonly 'wait-until': { ask: { readonly time: UnixSeconds }; answer: undefined };
}
type Kind = keyof Questions;
type AskOf<K extends Kind> = K extends Kind ? { readonly do: K } & Questions[K]['ask'] : never;
export type Ask = AskOf<Kind>;
export type Answer = Questions[Kind]['answer'];
/** A conversation with no I/O in it: yields what it asks, is resumed with the answer, returns its result. */
export type Conversation<T> = Generator<Ask, T, Answer>;

/** Asks one question. The driver owes each kind its own type of answer; this is the one place that trusts it. */
export function* ask<K extends Kind>(question: AskOf<K>): Generator<Ask, Questions[K]['answer'], Answer> {
  return yield question;
}
export function* send<T>(codec: Codec<T>, value: T): Conversation<void> {
  yield* ask<'send'>({ do: 'send', bytes: encode(codec, value) });
}
export function* receive<T>(codec: Codec<T>): Conversation<T> {
  return decode(codec, yield* ask<'receive'>({ do: 'receive' }));
}
export function* startTls(): Conversation<Uint8Array> {
  return yield* ask<'start-tls'>({ do: 'start-tls' });
}
