import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AsOutcome } from '../../src/kerberos/as-exchange.ts';
import type { Credential } from '../../src/kerberos/credential.ts';
import { asRep } from '../../src/kerberos/kdc-reply.ts';
import { paDataOf, paType } from '../../src/kerberos/pa-data.ts';
import { paPkAsRep } from '../../src/kerberos/pkinit.ts';
import type { RealmProfile } from '../../src/kerberos/realm-profile.ts';
import { decode } from '../../src/wire/codec.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { contentInfo, signedData } from '../../src/x509/cms.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { hex } from '../wire/annotated-hex.ts';
import { mutated } from '../wire/property.ts';
import { now } from '../x509/made-certificate.ts';
import { checkAsRequest } from './pkca-checker.ts';
import { type LogonPlan, logOn } from './stand-in-client.ts';
import { cmsDigestAlgorithms, dhParameters, errorReply, hints } from './stand-in-error.ts';
import { standInKdc } from './stand-in-kdc.ts';
import { alice, cardOf, REALM } from './stand-in-realm.ts';

/** A whole conversation with signatures costs as much as some dozens of codecs. */
const RUNS = Math.ceil(fuzzRuns / 8);
function property<T>(name: string, values: fc.Arbitrary<T>, check: (value: T) => Promise<void>): void {
  it(name, async () => {
    await fc.assert(fc.asyncProperty(values, fuzzed(name, check)), { numRuns: RUNS });
  });
}
const card = cardOf(alice);
/** The same requests each time, octet for octet: a recorded reply fits them. */
const seeded = (profile: Partial<RealmProfile>): Omit<LogonPlan, 'kdcs'> => ({
  card,
  seed: 'property',
  profile: { group: 'p-256', ...profile },
});
interface Recording {
  readonly credential: Credential;
  readonly requests: readonly Uint8Array[];
  readonly replies: readonly [hints: Uint8Array, reply: Uint8Array];
}
async function recorded(profile: Partial<RealmProfile>): Promise<Recording> {
  const kdc = standInKdc({ realm: REALM });
  const replies: Uint8Array[] = [];
  const exchange = ({ bytes }: { bytes: Uint8Array }) => {
    const reply = kdc.answer(bytes);
    replies.push(reply);
    return reply;
  };
  const { outcome } = await logOn({ kdcs: [], exchange, ...seeded(profile) });
  const [first, second] = replies;
  if (!outcome.ok || !first || !second) throw new Error('the exchange that is to be damaged did not work');
  return { credential: outcome.credential, requests: kdc.asked.map(({ bytes }) => bytes), replies: [first, second] };
}
/** What comes of these replies: an outcome, or the code it ended with. All but a MayflyError fails the test. */
async function replayed(replies: readonly Uint8Array[], profile: Partial<RealmProfile>): Promise<AsOutcome | string> {
  let at = 0;
  try {
    const { outcome } = await logOn({ kdcs: [], exchange: () => replies[at++], ...seeded(profile) });
    return outcome;
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    return e.code;
  }
}
/** What only the KDC can have said: its signed key, and what it encrypted. */
function authentic(reply: Uint8Array) {
  const { padata, encPart } = decode(asRep, reply);
  const pkAsRep = paDataOf(padata, paType.pkAsRep) ?? new Uint8Array();
  const choice = decode(paPkAsRep, pkAsRep);
  if (choice.kind !== 'dhInfo') throw new Error('there is no DHRepInfo');
  const data = decode(signedData, decode(contentInfo, choice.value.dhSignedData).content);
  const [signer] = data.signerInfos;
  const parts = [data.encapContentInfo.eContent, signer?.signedAttrs, encPart.cipher].map((part) => part && hex(part));
  return { parts, pkAsRep: hex(pkAsRep) };
}
/** A ticket that was granted is the one of the undamaged reply; names in clear besides. */
function isTheSame(outcome: AsOutcome | string, { credential: right }: Recording): boolean {
  if (typeof outcome === 'string' || !outcome.ok) return false;
  const { key, flags, authTime, startTime, endTime, renewTill, server, client } = outcome.credential;
  const theirs = [hex(key.value), key.etype, flags, authTime, startTime, endTime, renewTill, server, client.realm];
  const ours = [
    hex(right.key.value),
    right.key.etype,
    right.flags,
    right.authTime,
    right.startTime,
    right.endTime,
    right.renewTill,
    right.server,
    right.client.realm,
  ];
  expect(theirs).toEqual(ours);
  return true;
}

describe.each([
  ['without key derivation', { supportedKdfs: false }],
  ['with key derivation', { supportedKdfs: true }],
] as const)('a real exchange, damaged, %s', (_, profile) => {
  let good: Recording;
  beforeAll(async () => {
    good = await recorded(profile);
  });
  it('works as long as it is whole', async () => {
    expect(isTheSame(await replayed(good.replies, profile), good)).toBe(true);
  });
  property(
    'a damaged AS-REP grants nothing that the KDC did not say',
    fc.constant(0).chain(() => mutated(fc.constant(good.replies[1]))),
    async (reply) => {
      const outcome = await replayed([good.replies[0], reply], profile);
      if (!isTheSame(outcome, good)) return;
      expect(authentic(reply).parts).toEqual(authentic(good.replies[1]).parts);
      // RFC 8636 5: the key is made of the whole PA-PK-AS-REP, too.
      if (profile.supportedKdfs) expect(authentic(reply).pkAsRep).toBe(authentic(good.replies[1]).pkAsRep);
    },
  );
  it('each octet of the AS-REP counts, or is known not to', async () => {
    const [first, second] = good.replies;
    const right = authentic(second);
    let granted = 0;
    for (const [at, octet] of second.entries()) {
      const reply = second.with(at, octet ^ (1 << (at % 8)));
      if (!isTheSame(await replayed([first, reply], profile), good)) continue;
      granted++;
      expect(authentic(reply).parts).toEqual(right.parts);
      if (profile.supportedKdfs) expect(authentic(reply).pkAsRep).toBe(right.pkAsRep);
    }
    // The ticket that is sealed for others, names in clear; without key derivation also what lies unsigned beside the signature.
    expect(granted).toBeGreaterThan(0);
    expect(granted).toBeLessThan(second.length / 3);
  });
  property(
    'damaged hints change nothing that counts',
    fc.constant(0).chain(() => mutated(fc.constant(good.replies[0]))),
    async (error) => {
      isTheSame(await replayed([error, good.replies[1]], profile), good);
    },
  );
});

describe('a real request, damaged', () => {
  const lenient = { ...standInKdc().demands, freshness: 'off' } as const;
  let good: Recording;
  beforeAll(async () => {
    good = await recorded({});
  });
  property(
    'is never taken for another one',
    fc.constant(0).chain(() => mutated(fc.constant(good.requests[1] ?? new Uint8Array()))),
    async (bytes) => {
      const whole = checkAsRequest(good.requests[1] ?? bytes, lenient, now);
      const verdict = checkAsRequest(bytes, lenient, now);
      if (!verdict.ok || !whole.ok) {
        expect(whole.ok).toBe(true);
        return;
      }
      expect(hex(verdict.request.body)).toBe(hex(whole.request.body));
      expect(hex(verdict.request.signed.content)).toBe(hex(whole.request.signed.content));
    },
  );
});

describe('a stranger who answers whatever it likes', () => {
  const everyGroup = dhParameters(['modp-2', 'p-384', 'p-256', 'modp-14', 'modp-16']);
  const everyDigest = cmsDigestAlgorithms(['sha1', 'sha512', 'sha384', 'sha256']);
  const errors = fc.record({
    code: fc.constantFrom(25, 25, 25, 16, 37, 65, 68, 73, 74, 80, 90, 90, 6, 24, 52),
    eData: fc.option(
      fc.oneof(
        fc.constantFrom(everyGroup, everyDigest, hints({ etypes: [23], token: new Uint8Array(9) }), hints({ etypes: [] })),
        mutated(fc.constantFrom(everyGroup, everyDigest)),
        fc.uint8Array({ maxLength: 40 }),
      ),
      { nil: undefined },
    ),
    crealm: fc.option(fc.constantFrom('A.EXAMPLE', 'B.EXAMPLE', 'C.EXAMPLE', 'D.EXAMPLE', 'E.EXAMPLE', 'F.EXAMPLE', REALM), {
      nil: undefined,
    }),
    ahead: fc.integer({ min: -100_000, max: 100_000 }),
  });
  property('ends the conversation soon, without a ticket', fc.array(errors, { minLength: 1, maxLength: 60 }), async (answers) => {
    let exchanges = 0;
    const exchange = () => {
      const { eData, crealm, ...error } = answers[exchanges++ % answers.length] ?? { code: 60 };
      return errorReply(REALM, now, { ...error, ...(eData ? { eData } : {}), ...(crealm === undefined ? {} : { crealm }) });
    };
    const { outcome, counted, facts } = await logOn({ kdcs: [], exchange, profile: { group: 'p-256' }, card });
    expect(outcome.ok).toBe(false);
    // Five realms, in each: three groups, three digests, one clock, one token, two other KDCs, each of these with new hints.
    expect(counted.signatures).toBeLessThanOrEqual(50);
    expect(counted.exchanges).toBeLessThanOrEqual(100);
    expect([facts.exchanges, facts.signatures]).toEqual([counted.exchanges, counted.signatures]);
    expect(facts.digest).not.toBe('SHA-1');
  });
});
