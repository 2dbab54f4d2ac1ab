import { afterEach, describe, expect, it } from 'vitest';
import type { Delegated } from '../../src/credssp/accept-credssp.ts';
import { credentialForms } from '../../src/credssp/credential-form.ts';
import { nameType, terminalService } from '../../src/kerberos/principal-name.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { withNla } from '../../src/net/nla.ts';
import { connectRdp } from '../../src/net/rdp-connect.ts';
import type { HostTrust } from '../../src/net/rdp-transport.ts';
import { answersOf } from '../kerberos/stand-in-client.ts';
import { type StandInSettings, standInKdc } from '../kerberos/stand-in-kdc.ts';
import { type LieName, lies, type MangleName, mangles } from '../kerberos/stand-in-lie.ts';
import { alice, cardOf, REALM } from '../kerberos/stand-in-realm.ts';
import { type TgsLieName, tgsLies } from '../kerberos/stand-in-tgs.ts';
import { serviceKey } from '../kerberos/stand-in-ticket.ts';
import { cardPlan, pinnedHost } from '../rdp/connected-client.ts';
import { type FakeHost, fakeHost } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { now } from '../x509/made-certificate.ts';
import { type NlaHabits, speaksNla } from './nla-script.ts';

const hosts: FakeHost[] = [];
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.end())));
const name = `desk1.${REALM.toLowerCase()}`;
const service = `TERMSRV/${name}`;
const hostKey = serviceKey(REALM, terminalService(name));
const [usual, ksp, derived] = credentialForms('rsa');

interface Met {
  readonly kdc?: StandInSettings;
  readonly habits?: NlaHabits;
  readonly form?: typeof usual;
  readonly trust?: HostTrust;
  readonly host?: string;
  /** Seconds that each look at the clock takes. */
  readonly slow?: number;
}
/** Mayfly with its card, a KDC and a host; what came of it, what the host was given, what it heard. */
async function met({
  kdc: settings = {},
  habits,
  form = usual,
  trust = { kind: 'unproven' },
  host: asked = name,
  slow = 0,
}: Met = {}) {
  const kdc = standInKdc({ services: [service], ...settings });
  const delegated: Delegated[] = [];
  let heard = 0;
  let resets = 0;
  const countUp = ({ length }: Uint8Array) => {
    heard += length;
  };
  const script = speaksNla(hostKey, { delegated: (got) => void delegated.push(got), ...habits });
  const host = await fakeHost(hostCertificate, { ...script, heard: countUp });
  hosts.push(host);
  const { certificates } = cardOf(alice);
  const plan = withNla(cardPlan(), {
    logon: {
      client: { nameType: nameType.enterprise, nameString: [alice.principalName] },
      ...{ realm: REALM, certificates, lifetime: 900, profile: (realm: string) => realmProfile(realm) },
    },
    host: asked,
    card: { pin: new TextEncoder().encode('27182818'), containerName: 'the-derived-name', reset: () => void resets++ },
    form: form ?? usual,
  });
  let looks = 0;
  const answers = answersOf({ kdcs: [kdc], now: () => now + slow * looks++ }, { exchanges: 0, signatures: 0, verifications: 0 });
  const at = { host: '127.0.0.1', port: host.port, trust, patience: 30_000, clock: () => Math.floor(Date.now() / 1000) };
  const outcome = await connectRdp({ settings: at, plan, answers }, () => undefined);
  if ('transport' in outcome) outcome.transport.close();
  return { outcome, delegated, heard: () => heard, host, resets: () => resets };
}
const active = { outcome: { kind: 'active' } };

describe('a card, its KDC and a host that requires NLA', () => {
  it.each([
    [
      'the provider of Windows',
      usual,
      { keySpec: 1, providerName: 'Microsoft Base Smart Card Crypto Provider', containerName: undefined },
    ],
    ['the other one', ksp, { keySpec: 0, providerName: 'Microsoft Smart Card Key Storage Provider', containerName: undefined }],
    ['the derived container', derived, { keySpec: 1, containerName: 'the-derived-name' }],
  ])('meet, the credentials naming %s', async (_, form, credentials) => {
    const { outcome, delegated, resets } = await met(form ? { form } : {});
    expect(resets()).toBe(1);
    expect(outcome).toMatchObject(active);
    const pin = new TextEncoder().encode('27182818');
    expect(delegated).toMatchObject([
      { client: `alice@${REALM}`, credentials: { ...credentials, pin, readerName: 'Mayfly Reader 0' } },
    ]);
  });
  it('meet where the pin is right, and do not begin where it is another', async () => {
    expect((await met({ trust: pinnedHost })).outcome).toMatchObject(active);
    const wrong = { kind: 'pinned', fingerprints: ['00'.repeat(32)] } as const;
    await expect(met({ trust: wrong })).rejects.toMatchObject({ code: 'rdp-certificate' });
  });
  it.each([
    ['kdc', 'KDC_ERR_CLIENT_REVOKED', { kdc: { script: [{ at: 'pkinit', times: 9, error: { code: 18 } }] } }],
    ['kdc', 'KDC_ERR_POLICY', { kdc: { script: [{ at: 'hints', times: 9, error: { code: 12 } }] } }],
    ['ticket', 'KDC_ERR_S_PRINCIPAL_UNKNOWN', { host: 'other.corp.example' }],
    ['ticket', 'KDC_ERR_ETYPE_NOSUPP', { kdc: { script: [{ at: 'tgs', error: { code: 14 } }] } }],
    ['credentials', 'STATUS_SMARTCARD_NO_KEYSET', { habits: { judge: () => 0xc000_0386 } }],
    ['host', 'AUTHZ_ACCESS_DENIED', { habits: { authorization: 5 } }],
    ['server-key', 'CREDSSP_TOO_OLD', { habits: { version: 3 } }],
  ] as const satisfies readonly (readonly [string, string, Met])[])(
    'say where it fails: %s, %s',
    async (place, called, given) => {
      const { outcome } = await met(given);
      expect(outcome).toMatchObject({ kind: 'ended', stage: 'authentication', place, name: called });
      expect('sentence' in outcome && [outcome.sentence, outcome.fix].every(Boolean)).toBe(true);
    },
  );
});
it('does not wait for KDCs for ever', async () => {
  const { outcome, heard } = await met({ slow: 25 });
  expect(outcome).toMatchObject({ name: 'KDC_TIMEOUT', sentence: 'the KDCs took more than 60 s for the tickets' });
  expect(heard()).toBe(0);
});
describe('a KDC that lies', () => {
  const asLies = Object.keys(lies).filter((lie) => lie !== 'none') as LieName[];
  it.each(asLies)('%s: the host hears nothing', async (lie) => {
    const { outcome, heard } = await met({ kdc: { lie } });
    expect(outcome).toMatchObject({ kind: 'ended', place: 'kdc' });
    expect(heard()).toBe(0);
  });
  it.each(Object.keys(mangles) as MangleName[])('%s: the host hears nothing', async (mangle) => {
    const { outcome, heard } = await met({ kdc: { mangle } });
    expect(outcome).toMatchObject({ kind: 'ended', place: 'kdc' });
    expect(heard()).toBe(0);
  });
  it.each(Object.keys(tgsLies).filter((lie) => lie !== 'none') as TgsLieName[])('about the ticket: %s', async (tgsLie) => {
    const { outcome, heard } = await met({ kdc: { tgsLie } });
    expect(outcome).toMatchObject({ kind: 'ended', place: 'ticket' });
    expect(heard()).toBe(0);
  });
});
