import { describe, expect, it } from 'vitest';
import { asExchange } from '../../src/kerberos/as-exchange.ts';
import { nameType } from '../../src/kerberos/principal-name.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { type Answers, converse } from '../../src/net/converse.ts';
import { KdcClient } from '../../src/net/kdc-client.ts';
import { type KdcTrust, kerberosAnswers } from '../../src/net/kerberos-answers.ts';
import type { AskOf, Instant } from '../../src/wire/conversation.ts';
import { readPathCertificate } from '../../src/x509/path-certificate.ts';
import { kdcCa, kdcCertificates, logonCa, REALM, root } from '../kerberos/stand-in-realm.ts';
import { makeCrl, now } from '../x509/made-certificate.ts';

const given = (...anchors: readonly Uint8Array[]): KdcTrust => ({ anchors, crls: [], revocation: 'if-given' });
function answersOf(trust: (realm: string) => KdcTrust | Promise<KdcTrust>, clock = () => now * 1_000_000): Required<Answers> {
  const kdcs = new KdcClient({ kdcsOf: async () => [] });
  const sign = async () => new Uint8Array();
  return kerberosAnswers({ kdcs, trust, clock, sign, random: (length) => new Uint8Array(length) }) as Required<Answers>;
}
const certificate = kdcCertificates.right(REALM);
const question: AskOf<'verify-chain'> = {
  do: 'verify-chain',
  certificates: [certificate.der, kdcCa.der],
  purpose: 'kdc',
  realm: REALM,
};
const verdict = (trust: KdcTrust, more: Partial<AskOf<'verify-chain'>> = {}) =>
  answersOf(() => trust)['verify-chain']({ ...question, ...more });
const refused = (reason: string) =>
  expect.objectContaining({ ok: false, reason: expect.stringContaining(reason) as unknown }) as unknown;

describe('the chain of a KDC', () => {
  it('is held against the anchors of its realm', async () => {
    const trusts = new Map([
      [REALM, given(root.der)],
      ['OTHER.EXAMPLE', given(logonCa.der)],
    ]);
    const answers = answersOf(async (realm) => trusts.get(realm) ?? given());
    expect(await answers['verify-chain'](question)).toMatchObject({ ok: true });
    for (const realm of ['OTHER.EXAMPLE', 'UNKNOWN.EXAMPLE'])
      expect(await answers['verify-chain']({ ...question, realm })).toEqual(refused('issuer is known'));
    const { realm: _, ...unsaid } = question;
    expect(await answers['verify-chain'](unsaid)).toEqual(refused('which realm'));
  });
  it('is for the purpose that is asked, and today', async () => {
    expect(await verdict(given(root.der), { purpose: 'issuing-ca' })).toEqual(refused('does not allow issuing-ca'));
    const later = answersOf(
      () => given(root.der),
      () => (now + 10 * 86_400) * 1_000_000,
    );
    expect(await later['verify-chain'](question)).toEqual(refused('expired'));
  });
  it('is broken by a CRL, whether it was given or came along', async () => {
    const [high = 0, low = 0] = readPathCertificate(certificate.der).serialNumber;
    const crl = makeCrl({ issuer: kdcCa, revoked: [(high << 8) | low] });
    expect(await verdict({ ...given(root.der), crls: [crl] })).toEqual(refused('revoked'));
    expect(await verdict(given(root.der), { crls: [crl] })).toEqual(refused('revoked'));
    const clean = makeCrl({ issuer: kdcCa });
    expect(await verdict(given(root.der), { crls: [clean] })).toMatchObject({ ok: true });
  });
  it('needs a CRL of each issuer only where the realm demands it', async () => {
    const strict = { ...given(root.der), revocation: 'require' } as const;
    expect(await verdict(strict)).toEqual(refused('no crl of its issuer'));
    const crls = [makeCrl({ issuer: kdcCa }), makeCrl({ issuer: root })];
    expect(await verdict({ ...strict, crls })).toMatchObject({ ok: true });
  });
});

describe('what a Kerberos conversation asks besides', () => {
  it('is told no instant twice, whatever the clock does', async () => {
    const told = [5_000_000, 5_000_000, 4_000_000, 5_999_999.7, 5_999_999, 7_000_000];
    const time = answersOf(
      () => given(),
      () => told.shift() ?? 0,
    ).time;
    const instants: Instant[] = [];
    for (let i = 0; i < 6; i++) instants.push(await time({ do: 'time' }));
    expect(instants.map(({ seconds, microseconds }) => seconds * 1_000_000 + microseconds)).toEqual([
      5_000_000, 5_000_001, 5_000_002, 5_999_999, 6_000_000, 7_000_000,
    ]);
  });
  it('fails by name where the realm has no KDC', async () => {
    const client = { nameType: nameType.enterprise, nameString: ['a@b'] };
    const asked = { client, realm: 'A', certificates: [], lifetime: 900, profile: (realm: string) => realmProfile(realm) };
    await expect(
      converse(
        asExchange(asked),
        answersOf(() => given()),
      ),
    ).rejects.toMatchObject({ code: 'kdc-unreachable' });
  });
});
