import { createHash, randomBytes, sign } from 'node:crypto';
import { type AsFacts, type AsOutcome, type AsQuestion, asExchange } from '../../src/kerberos/as-exchange.ts';
import { nameType } from '../../src/kerberos/principal-name.ts';
import { type RealmProfile, realmProfile } from '../../src/kerberos/realm-profile.ts';
import { type Answers, converse } from '../../src/net/converse.ts';
import type { AskOf, DigestName } from '../../src/wire/conversation.ts';
import type { UnixSeconds } from '../../src/wire/der-time.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { verifyChain } from '../../src/x509/verify-chain.ts';
import { verifySignedData } from '../../src/x509/verify-signed-data.ts';
import { now } from '../x509/made-certificate.ts';
import type { StandInKdc } from './stand-in-kdc.ts';
import { alice, type Card, cardOf, REALM, root } from './stand-in-realm.ts';

const hashOf: Readonly<Record<DigestName, string>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Who asks whom, how. */
export interface LogonPlan {
  /** By realm, in the order in which `another` goes through them. */
  readonly kdcs: readonly StandInKdc[];
  readonly card?: Card;
  readonly profile?: Partial<RealmProfile>;
  readonly question?: Partial<AsQuestion>;
  readonly now?: () => UnixSeconds;
  readonly host?: string | undefined;
  /** All randomness follows from it: the same requests each time. */
  readonly seed?: string;
  /** Sees all randomness that is given out: whoever gets it wipes what is secret. */
  readonly onRandom?: (octets: Uint8Array) => void;
  readonly onSign?: () => void;
  readonly exchange?: (question: AskOf<'exchange'>) => Uint8Array | undefined;
}
/** What the conversation asked of its driver. */
export interface Counted {
  exchanges: number;
  signatures: number;
  verifications: number;
}
/** Answers as a gateway gives them, from stand-ins instead of sockets: signatures, chains and times are verified in earnest. */
export function answersOf(plan: LogonPlan, counted: Counted): Answers {
  const { kdcs, card = cardOf(alice), now: clock = () => now, seed } = plan;
  const host = 'host' in plan ? plan.host : `dc1.${REALM.toLowerCase()}`;
  let microseconds = 0;
  let drawn = 0;
  let kdcAt = 0;
  const seeded = (length: number) =>
    createHash('shake256', { outputLength: length })
      .update(`${seed ?? ''} ${drawn++}`)
      .digest();
  return {
    exchange(question) {
      counted.exchanges++;
      const own = kdcs.filter(({ realm }) => realm.toLowerCase() === question.realm.toLowerCase());
      if (question.another) kdcAt++;
      const kdc = own[kdcAt];
      const instead = plan.exchange?.(question);
      if (!kdc && !instead) throw new MayflyError('kdc-unreachable', `no other KDC of ${question.realm} answers`);
      return { bytes: instead ?? kdc?.answer(question.bytes) ?? new Uint8Array(), host };
    },
    time: () => ({ seconds: clock(), microseconds: microseconds++ }),
    random({ length }) {
      const octets = new Uint8Array(seed === undefined ? randomBytes(length) : seeded(length));
      plan.onRandom?.(octets);
      return octets;
    },
    sign({ bytes, digest }) {
      counted.signatures++;
      plan.onSign?.();
      return new Uint8Array(sign(hashOf[digest], bytes, card.privateKey));
    },
    'verify-signed-data'(question) {
      counted.verifications++;
      return verifySignedData(question);
    },
    async 'verify-chain'({ certificates, crls = [], purpose }) {
      const verdict = await verifyChain({
        certificates,
        crls,
        purpose,
        anchors: [root.der],
        time: clock(),
        revocation: 'if-given',
      });
      return verdict.ok ? { ok: true } : { ok: false, reason: verdict.reason };
    },
  };
}
export interface LogonResult {
  readonly outcome: AsOutcome;
  readonly facts: AsFacts;
  readonly counted: Counted;
}
/** One AS exchange, driven as in earnest. */
export async function logOn(plan: LogonPlan): Promise<LogonResult> {
  const counted: Counted = { exchanges: 0, signatures: 0, verifications: 0 };
  const { card = cardOf(alice) } = plan;
  const question: AsQuestion = {
    client: { nameType: nameType.enterprise, nameString: [alice.principalName] },
    realm: REALM,
    certificates: card.certificates,
    lifetime: 900,
    profile: (realm) => realmProfile(realm, plan.profile),
    ...plan.question,
  };
  const outcome = await converse(asExchange(question), answersOf(plan, counted));
  return { outcome, facts: outcome.facts, counted };
}
