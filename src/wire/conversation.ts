import { type Codec, decode, encode } from './codec.ts';
import type { UnixSeconds } from './der-time.ts';

/** Whether a peer's certificate chain holds; `reason` is one clause a person can read. */
export type ChainVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Message digests a signature may be made over, FIPS 180-4. */
export type DigestName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** Whether somebody signed the content; who that is, and whether that counts, is `verify-chain`'s to say. */
export type SignedDataVerdict =
  | {
      readonly ok: true;
      readonly content: Uint8Array;
      /** The signer's first. */
      readonly certificates: readonly Uint8Array[];
      readonly crls: readonly Uint8Array[];
    }
  | { readonly ok: false; readonly reason: string };
/** A time of the driver's clock, to the microsecond: no two answers of one driver are the same. */
export interface Instant {
  readonly seconds: UnixSeconds;
  readonly microseconds: number;
}
/**
 * How a stream falls into units: the length of the first unit of `have`, `undefined` while it does not tell.
 * @throws DecodeError over a unit that may not be, before anybody waits for the rest of it
 */
export type Frame = (have: Uint8Array) => number | undefined;

/** What a protocol may ask of whoever drives it, and what it is answered with. */
interface Questions {
  readonly send: { ask: { readonly bytes: Uint8Array }; answer: undefined };
  /** One unit of the stream. */
  readonly receive: { ask: { readonly frame: Frame }; answer: Uint8Array };
  /**
   * One request to a KDC of the realm and its reply, without the length prefix of TCP. `another`: of a KDC other than the one that
   * answered last. `host` is the name by which that KDC was configured or found, never what it says of itself.
   */
  readonly exchange: {
    ask: { readonly realm: string; readonly bytes: Uint8Array; readonly another?: boolean };
    answer: { readonly bytes: Uint8Array; readonly host?: string | undefined };
  };
  /** Answered with the peer's certificate, DER. */
  readonly 'start-tls': { ask: object; answer: Uint8Array };
  /** A signature over `bytes`, hashed with `digest`, by the key the driver holds for this conversation. */
  readonly sign: { ask: { readonly bytes: Uint8Array; readonly digest: DigestName }; answer: Uint8Array };
  /** Leaf first, DER; the driver knows anchors, purposes and the time. `realm`: the one whose anchors count, where a KDC is asked about. */
  readonly 'verify-chain': {
    ask: {
      readonly certificates: readonly Uint8Array[];
      readonly crls?: readonly Uint8Array[];
      readonly purpose: string;
      readonly realm?: string;
    };
    answer: ChainVerdict;
  };
  /** CMS SignedData over content that is inside, RFC 5652 5.6; `digests` are those to accept, SHA-2 alone unless given. */
  readonly 'verify-signed-data': {
    ask: { readonly bytes: Uint8Array; readonly contentType: string; readonly digests?: readonly DigestName[] };
    answer: SignedDataVerdict;
  };
  readonly random: { ask: { readonly length: number }; answer: Uint8Array };
  readonly time: { ask: object; answer: Instant };
  readonly 'wait-until': { ask: { readonly time: UnixSeconds }; answer: undefined };
}
export type Kind = keyof Questions;
export type AnswerTo<K extends Kind> = Questions[K]['answer'];
export type AskOf<K extends Kind> = K extends Kind ? { readonly do: K } & Questions[K]['ask'] : never;
export type Ask = AskOf<Kind>;
export type Answer = Questions[Kind]['answer'];
/** A conversation with no I/O in it: yields what it asks, is resumed with the answer, returns its result. */
export type Conversation<T> = Generator<Ask, T, Answer>;

/** Asks one question. The driver owes each kind its own type of answer; this is the one place that trusts it. */
export function* ask<K extends Kind>(question: AskOf<K>): Generator<Ask, AnswerTo<K>, Answer> {
  return yield question;
}
export function* send<T>(codec: Codec<T>, value: T): Conversation<void> {
  yield* ask<'send'>({ do: 'send', bytes: encode(codec, value) });
}
export function* receive<T>(codec: Codec<T>, frame: Frame): Conversation<T> {
  return decode(codec, yield* ask<'receive'>({ do: 'receive', frame }));
}
export function* startTls(): Conversation<Uint8Array> {
  return yield* ask<'start-tls'>({ do: 'start-tls' });
}
