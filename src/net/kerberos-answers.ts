import type { AnswerTo, AskOf, Instant } from '../wire/conversation.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { RevocationMode } from '../x509/revocation.ts';
import { verifyChain } from '../x509/verify-chain.ts';
import { verifySignedData } from '../x509/verify-signed-data.ts';
import type { Answers } from './converse.ts';
import type { KdcClient } from './kdc-client.ts';

/** What the certificates of a realm's KDCs are held against. */
export interface KdcTrust {
  /** DER. */
  readonly anchors: readonly Uint8Array[];
  /** DER, besides those that a KDC sends along. */
  readonly crls: readonly Uint8Array[];
  readonly revocation: RevocationMode;
}
export interface KerberosPorts {
  readonly kdcs: KdcClient;
  /** A CA that one realm trusts says nothing about the KDCs of another. */
  readonly trust: (realm: string) => KdcTrust | Promise<KdcTrust>;
  readonly random: (length: number) => Uint8Array;
  /** Microseconds since 1970; what runs side by side for one account shares a clock that says nothing twice. */
  readonly clock: () => number;
  /** By the card. */
  readonly sign: (question: AskOf<'sign'>) => Promise<Uint8Array>;
}
const SECOND = 1_000_000;

/** Never the same instant twice: a KDC takes that for a replay (RFC 4120 3.2.3). */
function instants(clock: () => number): () => Instant {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(clock()));
    return { seconds: Math.floor(last / SECOND), microseconds: last % SECOND };
  };
}
/** Everything that a Kerberos conversation asks. */
export function kerberosAnswers({ kdcs, trust, random, clock, sign }: KerberosPorts): Answers {
  const now = instants(clock);
  const today = (): UnixSeconds => Math.floor(clock() / SECOND);
  return {
    exchange: (question) => kdcs.exchange(question),
    random: ({ length }) => random(length),
    time: now,
    sign,
    'verify-signed-data': (question) => verifySignedData(question),
    'verify-chain': async ({ certificates, crls = [], purpose, realm }): Promise<AnswerTo<'verify-chain'>> => {
      if (realm === undefined) return { ok: false, reason: 'nothing says which realm it is to be a KDC of' };
      const { anchors, crls: known, revocation } = await trust(realm);
      return verifyChain({ certificates, purpose, anchors, crls: [...known, ...crls], revocation, time: today() });
    },
  };
}
