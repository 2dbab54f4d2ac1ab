import { describe, expect, it } from 'vitest';
import { now } from '../x509/made-certificate.ts';
import { type LogonPlan, logOn } from './stand-in-client.ts';
import { cmsDigestAlgorithms, dhParameters, hints, type OrderedError, windowsStatus } from './stand-in-error.ts';
import { type Scripted, type StandInSettings, type Step, standInKdc } from './stand-in-kdc.ts';
import { alice, cardOf, REALM } from './stand-in-realm.ts';

/** A card that is valid on clocks far apart. */
const patientCard = cardOf(alice, { notBefore: now - 80_000, notAfter: now + 80_000 });

async function logOnTo(settings: StandInSettings | readonly StandInSettings[], plan: Partial<LogonPlan> = {}) {
  const all: readonly StandInSettings[] = 'length' in settings ? settings : [settings];
  const kdcs = all.map(standInKdc);
  const result = await logOn({ kdcs, ...plan });
  const { outcome, counted, facts } = result;
  return {
    kdcs,
    ...result,
    error: outcome.ok ? undefined : outcome.error,
    code: outcome.ok ? undefined : outcome.error.errorCode,
    figures: [counted.exchanges, counted.signatures],
    told: [facts.exchanges, facts.signatures],
    steps: kdcs.map(({ asked }) => asked.map(({ step }) => step).join(' ')),
  };
}
const refuses = (at: Step, error: OrderedError, times = 1): { script: Scripted[] } => ({ script: [{ at, error, times }] });
const always = Number.POSITIVE_INFINITY;

describe('a clock that differs', () => {
  it.each([600, -600, 3_600, -3_600, 40_000])('by %i seconds is corrected once', async (ahead) => {
    const { outcome, facts, figures, told } = await logOnTo({ now: () => now + ahead }, { card: patientCard });
    expect([figures, told, facts.skew]).toEqual([[3, 2], [3, 2], ahead]);
    expect(outcome.ok && [outcome.credential.authTime, outcome.credential.endTime]).toEqual([now + ahead, now + ahead + 900]);
  });
  it('by four minutes needs no correction', async () => {
    const { figures, facts } = await logOnTo({ now: () => now + 240 }, { question: { lifetime: 600 } });
    expect([figures, facts.skew]).toEqual([[2, 1], 0]);
  });
  it('is not corrected over and over', async () => {
    const { code, figures } = await logOnTo(refuses('pkinit', { code: 37, ahead: 1_000 }, always));
    expect([code, figures]).toEqual([37, [3, 2]]);
  });
  it.each([90_000, -90_000, 1_500_000_000])('by %i seconds is not followed', async (ahead) => {
    const { code, figures } = await logOnTo(refuses('pkinit', { code: 37, ahead }));
    expect([code, figures]).toEqual([37, [2, 1]]);
  });
  it('is told at the request for hints already', async () => {
    const { outcome, figures, facts } = await logOnTo(
      { now: () => now + 700, ...refuses('hints', { code: 37 }) },
      { card: patientCard },
    );
    expect([outcome.ok, figures, facts.skew]).toEqual([true, [3, 1], 700]);
  });
});

describe('another group', () => {
  const groups = ['modp-14', 'modp-16', 'p-256'] as const;
  const pairs = groups.flatMap((asked) => groups.filter((g) => g !== asked).map((wanted) => [asked, wanted] as const));
  it.each(pairs)('than %s: %s', async (group, wanted) => {
    const { outcome, facts, figures } = await logOnTo({ rules: { groups: [wanted] } }, { profile: { group } });
    expect([outcome.ok, facts.group, figures]).toEqual([true, wanted, [3, 2]]);
  });
  it.each([[['modp-2']], [['p-384']], [['modp-2', 'p-384']], [[]]] as const)('that does not exist here: %j', async (accepted) => {
    const { code, figures } = await logOnTo({ rules: { groups: [...accepted] } });
    expect([code, figures]).toEqual([65, [2, 1]]);
  });
  it('is not believed more often than there are groups', async () => {
    const error = { code: 65, eData: dhParameters([...groups]) };
    const { code, figures } = await logOnTo(refuses('pkinit', error, always));
    expect([code, figures]).toEqual([65, [4, 3]]);
  });
  it('is not guessed where the KDC says none, or nothing that can be read', async () => {
    for (const eData of [
      undefined,
      new Uint8Array(),
      Uint8Array.of(0x30, 0x80),
      windowsStatus(1),
      cmsDigestAlgorithms(['sha512']),
    ]) {
      const { code, figures } = await logOnTo(refuses('pkinit', eData ? { code: 65, eData } : { code: 65 }));
      expect([code, figures]).toEqual([65, [2, 1]]);
    }
  });
});

describe('another digest', () => {
  it.each([
    ['sha384', 'SHA-384'],
    ['sha512', 'SHA-512'],
  ] as const)('%s', async (digest, name) => {
    for (const key of ['rsa', 'ec'] as const) {
      const { outcome, facts, figures } = await logOnTo({ rules: { digests: [digest] } }, { card: cardOf(alice, { key }) });
      expect([outcome.ok, facts.digest, figures]).toEqual([true, name, [3, 2]]);
    }
  });
  it('never SHA-1, which a stranger might have asked for', async () => {
    const { code, figures } = await logOnTo({ rules: { digests: ['sha1'] } });
    expect([code, figures]).toEqual([80, [2, 1]]);
  });
  it('is not believed more often than there are digests', async () => {
    const eData = cmsDigestAlgorithms(['sha1', 'sha256', 'sha384', 'sha512']);
    const { code, figures } = await logOnTo(refuses('pkinit', { code: 80, eData }, always));
    expect([code, figures]).toEqual([80, [4, 3]]);
  });
});

describe('a freshness token', () => {
  const token = new TextEncoder().encode('a token of another day');
  it('that came too late is replaced by that of the refusal', async () => {
    let time = now;
    let exchanges = 0;
    const exchange = () => {
      time += ++exchanges === 2 ? 700 : 0;
      return undefined;
    };
    const clock = () => time;
    const plan = { exchange, now: clock, card: patientCard };
    const { outcome, figures, steps } = await logOnTo({ now: clock, rules: { skew: undefined } }, plan);
    expect([outcome.ok, figures, steps]).toEqual([true, [3, 2], ['hints pkinit pkinit']]);
  });
  it('that is refused without another: hints are asked for again', async () => {
    const { outcome, figures, steps } = await logOnTo(refuses('pkinit', { code: 90 }));
    expect([outcome.ok, figures, steps]).toEqual([true, [4, 2], ['hints pkinit hints pkinit']]);
  });
  it('that the KDC does not know any more: one more attempt with the new one', async () => {
    const eData = hints({ token, etypes: [18] });
    const { code, figures, steps } = await logOnTo(refuses('pkinit', { code: 90, eData }));
    // The scripted token is none of the KDC's: it refuses it, and a second refusal is final.
    expect([code, figures, steps]).toEqual([90, [3, 2], ['hints pkinit pkinit']]);
    const { outcome } = await logOnTo({ ...refuses('pkinit', { code: 90, eData }), rules: { freshness: 'off' } });
    expect(outcome.ok).toBe(true);
  });
  it('is asked for once more, not for ever', async () => {
    const { code, figures } = await logOnTo(refuses('pkinit', { code: 90 }, always));
    expect([code, figures]).toEqual([90, [4, 2]]);
  });
  it('is echoed as it came, and the cookie with it', async () => {
    const { kdcs } = await logOnTo({});
    const { verdict, bytes } = kdcs[0]?.asked[1] ?? {};
    expect(verdict?.ok && verdict.request.authPack.freshnessToken?.length).toBe(24);
    const cookie = verdict?.ok && verdict.request.padata.find(({ type }) => type === 133)?.value;
    expect(cookie && new TextDecoder().decode(cookie)).toBe('MIT1 cookie');
    expect(bytes?.length).toBeLessThan(4_096);
  });
  it('is not needed where the KDC knows none', async () => {
    const bare = { bare: true, rules: { freshness: 'checked' } } as const;
    const { outcome, kdcs } = await logOnTo(bare);
    expect(outcome.ok).toBe(true);
    const verdict = kdcs[0]?.asked[1]?.verdict;
    expect(verdict?.ok && verdict.request.authPack.freshnessToken).toBeUndefined();
    expect((await logOnTo({ bare: true })).code).toBe(24);
  });
});

describe('another realm', () => {
  const toRealm = (crealm: string): OrderedError => ({ code: 68, crealm });
  it('is followed, with its own profile', async () => {
    const first = refuses('hints', toRealm('CHILD.CORP.EXAMPLE'));
    const child = { realm: 'CHILD.CORP.EXAMPLE' };
    const { outcome, facts, figures, steps } = await logOnTo([first, child]);
    expect([outcome.ok, facts.realm, figures, steps]).toEqual([true, child.realm, [3, 1], ['hints', 'hints pkinit']]);
    expect(outcome.ok && outcome.credential.client.realm).toBe(child.realm);
  });
  it.each([REALM, REALM.toLowerCase(), undefined])('that is the same, or none, is no way on: %s', async (crealm) => {
    const { code, figures } = await logOnTo(refuses('hints', crealm === undefined ? { code: 68 } : toRealm(crealm)));
    expect([code, figures]).toEqual([68, [1, 0]]);
  });
  it('that sends back is no way on', async () => {
    const { code, figures } = await logOnTo([
      refuses('hints', toRealm('B.EXAMPLE'), always),
      { realm: 'B.EXAMPLE', ...refuses('hints', toRealm(REALM), always) },
    ]);
    expect([code, figures]).toEqual([68, [2, 0]]);
  });
  it('and another, and another, is left after five', async () => {
    const realms = [REALM, ...Array.from({ length: 9 }, (_, i) => `R${i}.EXAMPLE`)];
    const { code, figures } = await logOnTo(
      realms.map((realm, i) => ({ realm, ...refuses('hints', toRealm(realms[i + 1] ?? ''), always) })),
    );
    expect([code, figures]).toEqual([68, [5, 0]]);
  });
});

describe('another KDC', () => {
  it.each([16, 73, 74])('is asked after error %i', async (code) => {
    const { outcome, figures, steps } = await logOnTo([refuses('pkinit', { code }), {}]);
    expect([outcome.ok, figures, steps]).toEqual([true, [4, 2], ['hints pkinit', 'hints pkinit']]);
    const early = await logOnTo([refuses('hints', { code }), {}]);
    expect([early.outcome.ok, early.figures, early.steps]).toEqual([true, [3, 1], ['hints', 'hints pkinit']]);
  });
  it.each([16, 73, 74])('is not there: error %i stands', async (code) => {
    const { code: told, counted, told: facts } = await logOnTo(refuses('pkinit', { code }));
    expect([told, counted.signatures, facts]).toEqual([code, 1, [2, 1]]);
  });
  it('is asked twice, not more', async () => {
    const refusing = refuses('pkinit', { code: 74 }, always);
    const { code, figures, steps } = await logOnTo([refusing, refusing, refusing, refusing, refusing]);
    expect([code, figures]).toEqual([74, [6, 3]]);
    expect(steps).toEqual(['hints pkinit', 'hints pkinit', 'hints pkinit', '', '']);
  });
});

describe('a refusal that is final', () => {
  const codes = [6, 12, 14, 18, 23, 24, 31, 34, 41, 60, 62, 64, 66, 70, 71, 72, 75, 77, 78, 79, 81, 91, 100, 999, -1];
  it.each(codes)('%i: the outcome, after one signature', async (code) => {
    const eData = windowsStatus(0xc000_0320);
    const { error, figures, told } = await logOnTo(refuses('pkinit', { code, eData }));
    expect([error?.errorCode, error?.eData, figures, told]).toEqual([code, eData, [2, 1], [2, 1]]);
  });
  it.each([6, 12, 18, 23, 60])('%i before anything was signed', async (code) => {
    const { code: told, figures } = await logOnTo(refuses('hints', { code }));
    expect([told, figures]).toEqual([code, [1, 0]]);
  });
  it('25 again, for a request that was pre-authenticated', async () => {
    const { code, figures } = await logOnTo(refuses('pkinit', { code: 25, eData: hints({ etypes: [18] }) }));
    expect([code, figures]).toEqual([25, [2, 1]]);
  });
  it('what the KDC itself finds: an unknown person, a card of another', async () => {
    expect((await logOnTo({ accounts: [] })).code).toBe(6);
    expect((await logOnTo({}, { card: cardOf(alice, { userPrincipalName: 'bob@corp.example' }) })).code).toBe(75);
    expect((await logOnTo({}, { card: cardOf(alice, { sid: 'S-1-5-21-1-2-3-500' }) })).code).toBe(66);
    expect((await logOnTo({}, { card: cardOf(alice, { notAfter: now - 1 }) })).code).toBe(71);
    expect((await logOnTo({}, { question: { lifetime: 36_000 } })).code).toBe(12);
    expect((await logOnTo({}, { profile: { encryptionTypes: [18, 23] } })).code).toBe(14);
  });
});

describe('the worst that a stranger can do', () => {
  it('is eight signatures', async () => {
    const eData = { 65: dhParameters(['modp-14', 'modp-16', 'p-256']), 80: cmsDigestAlgorithms(['sha384', 'sha512']) };
    const refusals: readonly OrderedError[] = [
      { code: 37, ahead: 700 },
      { code: 65, eData: eData[65] },
      { code: 65, eData: eData[65] },
      { code: 80, eData: eData[80] },
      { code: 80, eData: eData[80] },
      { code: 90 },
      { code: 16 },
      { code: 73 },
    ];
    const realms = [REALM, 'A.EXAMPLE', 'B.EXAMPLE', 'C.EXAMPLE', 'D.EXAMPLE', 'E.EXAMPLE'];
    const kdcs = realms.flatMap((realm, i) => {
      const onward = { code: 68, crealm: realms[i + 1] ?? REALM };
      const left = [...refusals];
      const script: Scripted[] = [{ at: 'pkinit', times: always, error: () => left.shift() ?? onward }];
      return Array.from({ length: 20 }, () => ({ realm, script }));
    });
    const { code, figures } = await logOnTo(kdcs);
    expect([code, figures[1]]).toEqual([73, 8]);
  });
});
