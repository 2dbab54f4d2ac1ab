import { describe, expect, it } from 'vitest';
import { keyAgreementGroups } from '../../src/crypto/key-agreement.ts';
import type { AsOutcome } from '../../src/kerberos/as-exchange.ts';
import { nameType } from '../../src/kerberos/principal-name.ts';
import { hex } from '../wire/annotated-hex.ts';
import { now } from '../x509/made-certificate.ts';
import { readAsRequest } from './pkca-checker-request.ts';
import { type LogonPlan, logOn } from './stand-in-client.ts';
import { type StandInSettings, standInKdc } from './stand-in-kdc.ts';
import { alice, cardOf, REALM } from './stand-in-realm.ts';
import { type KdfId, kdfs, type Reading } from './stand-in-secret.ts';
import { openTicket } from './stand-in-ticket.ts';

/** One logon against one KDC whose demands are the strictest, unless `settings` say otherwise. */
async function logOnTo(settings: StandInSettings, plan: Partial<LogonPlan> = {}) {
  const kdc = standInKdc(settings);
  const result = await logOn({ kdcs: [kdc], ...plan });
  const faults = kdc.asked.flatMap(({ verdict }) => (verdict && !verdict.ok ? [verdict.why] : []));
  return { kdc, faults, ...result };
}
function granted(outcome: AsOutcome) {
  if (!outcome.ok) throw new Error(`the KDC refused: ${outcome.error.errorCode}`);
  return outcome.credential;
}
/** The session key is that which the KDC put into the ticket, and the ticket is what the client takes it for. */
function holds(outcome: AsOutcome): void {
  const { client, server, key, ticket, flags, authTime, startTime, endTime, renewTill } = granted(outcome);
  const inside = openTicket(ticket);
  const part = inside?.part;
  expect(part && [part.key.keytype, hex(part.key.keyvalue)]).toEqual([key.etype, hex(key.value)]);
  expect(part && [part.crealm, part.cname]).toEqual([client.realm, client.name]);
  expect(inside && [inside.realm, inside.sname]).toEqual([server.realm, server.name]);
  expect([part?.flags, part?.authtime, part?.starttime, part?.endtime, part?.renewTill]).toEqual([
    flags,
    authTime,
    startTime,
    endTime,
    renewTill,
  ]);
}
const once = { exchanges: 2, signatures: 1, verifications: 1 };

describe('a ticket-granting ticket', () => {
  it.each(keyAgreementGroups)('by %s, from a domain controller at its strictest', async (group) => {
    const { outcome, facts, counted, faults } = await logOnTo({}, { profile: { group } });
    expect(faults).toEqual([]);
    holds(outcome);
    expect(counted).toEqual(once);
    expect(facts).toEqual({
      realm: REALM,
      group,
      digest: 'SHA-256',
      kdf: undefined,
      reading: 'padded',
      etype: 18,
      exchanges: 2,
      signatures: 1,
      skew: 0,
      host: 'dc1.corp.example',
    });
  });
  it.each(['rsa', 'ec'] as const)('by a card with an %s key', async (key) => {
    const { outcome, faults } = await logOnTo({}, { card: cardOf(alice, { key }) });
    expect(faults).toEqual([]);
    holds(outcome);
  });
  it.each([17, 18, 19, 20])('under encryption type %i', async (etype) => {
    const both = await logOnTo({}, { profile: { encryptionTypes: [etype] } });
    holds(both.outcome);
    expect([both.facts.etype, granted(both.outcome).key.etype]).toEqual([etype, etype]);
    // The KDC chooses among what is offered, for the session apart from the reply.
    const chosen = await logOnTo({ etype, sessionEtype: 17 });
    holds(chosen.outcome);
    expect([chosen.facts.etype, granted(chosen.outcome).key.etype]).toEqual([etype, 17]);
  });
  it.each(Object.keys(kdfs) as KdfId[])('with key derivation %s where it is offered', async (kdf) => {
    for (const group of keyAgreementGroups)
      for (const etype of [17, 18, 19, 20]) {
        const { outcome, facts, counted } = await logOnTo({ kdf, etype }, { profile: { group, supportedKdfs: true } });
        holds(outcome);
        expect([facts.kdf, facts.etype, facts.reading]).toEqual([kdf, etype, 'padded']);
        expect(counted).toEqual(once);
      }
  });
  it('without key derivations where the KDC reads over them, or they are not offered', async () => {
    const ignored = await logOnTo({ kdf: 'none' }, { profile: { supportedKdfs: true } });
    holds(ignored.outcome);
    const offered = ({ kdc }: typeof ignored) =>
      kdc.asked.map(({ verdict }) => (verdict?.ok ? verdict.request.authPack.supportedKdfs?.length : undefined));
    expect([ignored.facts.kdf, ...offered(ignored)]).toEqual([undefined, undefined, 4]);
    const notOffered = await logOnTo({});
    expect([notOffered.facts.kdf, ...offered(notOffered)]).toEqual([undefined, undefined, undefined]);
  });
  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('with nonces: client %s, KDC %s', async (clientDhNonce, serverDhNonce) => {
    for (const kdf of ['none', 'chosen'] as const) {
      const { outcome, facts } = await logOnTo({ serverDhNonce, kdf }, { profile: { clientDhNonce, supportedKdfs: true } });
      holds(outcome);
      expect(facts.kdf === undefined).toBe(kdf === 'none');
    }
  });
  it("from a KDC that uses its key again, where the client's nonce allows it", async () => {
    const reused = { serverDhNonce: true, dhKeyExpiration: 3_600, lie: 'nonce zero in KDCDHKeyInfo' } as const;
    holds((await logOnTo(reused, { profile: { clientDhNonce: true } })).outcome);
    await expect(logOnTo(reused)).rejects.toMatchObject({ code: 'kdc-nonce' });
    await expect(logOnTo({ ...reused, serverDhNonce: false }, { profile: { clientDhNonce: true } })).rejects.toMatchObject({
      code: 'kdc-nonce',
    });
  });
  it('for the name that the KDC makes of it, or keeps', async () => {
    expect(granted((await logOnTo({})).outcome).client).toEqual({
      realm: REALM,
      name: { nameType: nameType.principal, nameString: ['alice'] },
    });
    const kept = granted((await logOnTo({ canonicalName: false })).outcome);
    expect(kept.client.name).toEqual({ nameType: nameType.enterprise, nameString: [alice.principalName] });
    const client = { nameType: nameType.principal, nameString: ['alice'] };
    holds((await logOnTo({}, { question: { client } })).outcome);
  });
  it('for a realm in small letters, which the KDC writes large', async () => {
    const { outcome, facts } = await logOnTo({}, { question: { realm: REALM.toLowerCase() } });
    holds(outcome);
    expect(granted(outcome).client.realm).toBe(REALM);
    expect(facts.realm).toBe(REALM.toLowerCase());
  });
  it('each with its own instant, nonce, secret and token', async () => {
    const kdc = standInKdc({ rules: { groups: ['p-256'], digests: ['sha512'] } });
    const { outcome, facts } = await logOn({ kdcs: [kdc] });
    expect([outcome.ok, facts.signatures]).toEqual([true, 3]);
    const seen = kdc.asked.map(({ bytes }) => readAsRequest(bytes).nonce);
    expect(new Set(seen).size).toBe(kdc.asked.length);
  });
  it('for no longer than was asked, and without any option but canonicalize', async () => {
    const { outcome, kdc } = await logOnTo({}, { question: { lifetime: 60 } });
    expect(granted(outcome).endTime).toBe(now + 60);
    for (const { bytes } of kdc.asked) {
      const { options, till, rtime, from, etypes, addresses } = readAsRequest(bytes);
      expect({ options, till, rtime, from, etypes, addresses }).toEqual({
        options: 0x0001_0000,
        till: now + 60,
        rtime: undefined,
        from: undefined,
        etypes: [18, 17, 20, 19],
        addresses: false,
      });
    }
  });
});

describe('a KDC proves itself', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('by a signature over %s', async (digest) => {
    for (const certificate of ['right', 'of a P-384 key'] as const) holds((await logOnTo({ digest, certificate })).outcome);
  });
  it.each(['right', 'of a P-384 key', 'with the host name alone', 'with id-pkinit-san'] as const)(
    'by a certificate: %s',
    async (certificate) => {
      holds((await logOnTo({ certificate })).outcome);
    },
  );
  it('by the name of a configured host, or of one that DNS told of below the realm', async () => {
    const kdc = { certificate: 'with the host name alone' } as const;
    await expect(logOnTo(kdc, { host: undefined })).rejects.toMatchObject({ code: 'kdc-name' });
    await expect(logOnTo(kdc, { host: 'dc2.corp.example' })).rejects.toMatchObject({ code: 'kdc-name' });
    holds((await logOnTo(kdc, { host: undefined, profile: { kdcNames: ['dc1.corp.example'] } })).outcome);
  });
  it('by the certificate of an old domain controller, where that is allowed', async () => {
    const kdc = { certificate: 'of an old domain controller' } as const;
    await expect(logOnTo(kdc)).rejects.toMatchObject({ code: 'kdc-certificate' });
    holds((await logOnTo(kdc, { profile: { oldDomainControllers: true } })).outcome);
  });
});

describe('a shared secret that begins with zero octets', () => {
  const readings: readonly Reading[] = ['padded', 'cut', 'stripped'];
  const ways = keyAgreementGroups.flatMap((group) => readings.map((reading) => [group, reading] as const));
  it.each(ways)('of %s, read as %s: one signature, one reply', async (group, reading) => {
    for (const etype of [18, 19]) {
      const { outcome, facts, counted, kdc } = await logOnTo({ zeros: 1, reading, etype }, { profile: { group } });
      holds(outcome);
      expect(facts.reading).toBe(reading);
      expect(counted).toEqual(once);
      expect(kdc.asked.map(({ step }) => step)).toEqual(['hints', 'pkinit']);
    }
  });
  it.each(readings)('by two, read as %s, with nonces and with a key derivation', async (reading) => {
    const { outcome, facts } = await logOnTo({ zeros: 2, reading, serverDhNonce: true }, { profile: { clientDhNonce: true } });
    holds(outcome);
    expect(facts.reading).toBe(reading);
    const derived = await logOnTo({ zeros: 1, reading }, { profile: { supportedKdfs: true } });
    holds(derived.outcome);
    expect(derived.facts.reading).toBe(reading);
  });
  it('is not there: no reading but the right one is tried', async () => {
    for (const reading of readings) {
      const { outcome, facts } = await logOnTo({ zeros: 0, reading });
      holds(outcome);
      expect(facts.reading).toBe('padded');
    }
  });
});

describe('nothing secret outlives the exchange', () => {
  /** The private values that were drawn, as they are when all is over. */
  async function leftOver(settings: StandInSettings, plan: Partial<LogonPlan> = {}): Promise<readonly Uint8Array[]> {
    const drawn: Uint8Array[] = [];
    const onRandom = (octets: Uint8Array) => void (octets.length > 16 && drawn.push(octets));
    const ended = logOnTo(settings, { onRandom, ...plan });
    await ended.catch(() => undefined);
    return drawn;
  }
  const endings: Record<string, readonly [StandInSettings, Partial<LogonPlan>?]> = {
    'a ticket': [{}],
    'a ticket at the second attempt': [{ rules: { groups: ['modp-16'] } }],
    'a refusal': [{ accounts: [alice], script: [{ at: 'pkinit', error: { code: 18 } }] }],
    'a lie': [{ lie: 'public value 1' }],
    'a reply that does not decrypt': [{ lie: 'another reply key' }],
    garbage: [{ mangle: 'garbage' }],
    'a card that is gone': [
      {},
      {
        onSign: () => {
          throw new Error('the card is gone');
        },
      },
    ],
  };
  it.each(Object.entries(endings))('that ends with %s', async (_, [settings, plan]) => {
    for (const group of keyAgreementGroups) {
      const drawn = await leftOver(settings, { ...plan, profile: { group } });
      expect(drawn.length).toBeGreaterThan(0);
      expect(drawn.flatMap((octets) => [...octets]).every((octet) => octet === 0)).toBe(true);
    }
  });
});
