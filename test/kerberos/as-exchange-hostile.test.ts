import { describe, expect, it } from 'vitest';
import { keyAgreementGroups } from '../../src/crypto/key-agreement.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { now } from '../x509/made-certificate.ts';
import { type LogonPlan, logOn } from './stand-in-client.ts';
import { type StandInSettings, standInKdc } from './stand-in-kdc.ts';
import { type LieName, lies, type MangleName, mangles } from './stand-in-lie.ts';
import type { KdcCertificate } from './stand-in-realm.ts';

/** How a logon against this KDC ends: a code, or `granted`. */
async function endOf(settings: StandInSettings, plan: Partial<LogonPlan> = {}): Promise<string> {
  const kdc = standInKdc(settings);
  try {
    const { outcome } = await logOn({ kdcs: [kdc], ...plan });
    return outcome.ok ? 'granted' : `refused ${outcome.error.errorCode}`;
  } catch (e) {
    if (e instanceof DecodeError) return 'unreadable';
    if (e instanceof MayflyError) return e.code;
    throw e;
  } finally {
    // Each lie is told: the KDC has come as far as a reply, and what was signed for it was signed once.
    expect(kdc.asked.map(({ step, verdict }) => [step, verdict?.ok])).toEqual([
      ['hints', undefined],
      ['pkinit', true],
    ]);
  }
}

/** What the client makes of each lie. */
const ends: Readonly<Record<LieName, string>> = {
  none: 'granted',
  'another nonce in the enc-part': 'kdc-nonce',
  'another nonce in KDCDHKeyInfo': 'kdc-nonce',
  'nonce zero in KDCDHKeyInfo': 'kdc-nonce',
  'public value 0': 'kdc-dh-value',
  'public value 1': 'kdc-dh-value',
  'public value p - 1': 'kdc-dh-value',
  'public value p': 'kdc-dh-value',
  'public value p + 2': 'kdc-dh-value',
  'public value of 2 octets too many': 'kdc-dh-value',
  'public value that is no integer': 'kdc-dh-value',
  'no public value': 'kdc-dh-value',
  'key that has expired': 'kdc-dh-value',
  'signature of another key': 'kdc-signature',
  'signature over other content': 'kdc-signature',
  'signature without attributes': 'kdc-signature',
  'signature without the certificate': 'kdc-signature',
  'signature for authentication data': 'kdc-signature',
  'no signer': 'kdc-signature',
  'encKeyPack instead of DHRepInfo': 'kdc-rsa-transport',
  'PA-PK-AS-REP of nonsense': 'unreadable',
  'no PA-PK-AS-REP': 'kdc-reply',
  'no padata': 'kdc-reply',
  'derivation that was not offered': 'kdc-reply',
  'derivation that nobody knows': 'kdc-reply',
  'RC4 for the reply': 'kdc-encryption-type',
  'DES3 for the reply': 'kdc-encryption-type',
  'an encryption type that was not offered': 'kdc-encryption-type',
  'RC4 for the session': 'kdc-encryption-type',
  'session key of 1 octet': 'kdc-encryption-type',
  'another reply key': 'kdc-decrypt',
  'a ticket for another service': 'kdc-reply',
  'a ticket for another service than it says': 'kdc-reply',
  'a ticket of another realm than it says': 'kdc-reply',
  'another realm in the enc-part': 'kdc-reply',
  "the client's realm another": 'kdc-reply',
  'everything of another realm': 'kdc-reply',
  'a ticket that lives longer than asked': 'kdc-reply',
  'a ticket for ten hours': 'kdc-reply',
  'a ticket that has ended': 'kdc-reply',
  'a ticket of tomorrow': 'kdc-reply',
  'a ticket that can be renewed': 'kdc-reply',
  'a ticket with the flag renewable': 'kdc-reply',
  'a ticket with a time of renewal': 'kdc-reply',
  'a ticket that can be forwarded': 'kdc-reply',
  'a ticket that can be proxied': 'kdc-reply',
};
const profileOf: Partial<Record<LieName, LogonPlan['profile']>> = {
  'an encryption type that was not offered': { encryptionTypes: [17, 18] },
  'derivation that nobody knows': { supportedKdfs: true },
};

describe.each(keyAgreementGroups)('a KDC that lies, in %s', (group) => {
  it.each(Object.keys(lies) as LieName[])('%s', async (lie) => {
    expect(await endOf({ lie }, { profile: { group, ...profileOf[lie] } })).toBe(ends[lie]);
  });
});

describe('a KDC that is none, by its certificate', () => {
  const refused: Partial<Record<KdcCertificate, string>> = {
    'of another realm': 'kdc-name',
    "with another realm's id-pkinit-san": 'kdc-name',
    'with the id-pkinit-san of the way to another realm': 'kdc-name',
    'of a realm that ends like it': 'kdc-name',
    'of every host': 'kdc-name',
    'without extended key usage': 'kdc-certificate',
    'of a web server': 'kdc-certificate',
    'of an old domain controller': 'kdc-certificate',
    'of a person': 'kdc-certificate',
    expired: 'kdc-certificate',
    'of an unknown ca': 'kdc-certificate',
  };
  it.each(Object.entries(refused))('%s: %s', async (certificate, code) => {
    expect(await endOf({ certificate: certificate as KdcCertificate })).toBe(code);
    // Whatever else it says: before the KDC is proven nothing of the reply is used.
    expect(await endOf({ certificate: certificate as KdcCertificate, lie: 'public value 1' })).toBe(code);
  });
  it.each(['of a web server', 'of a person'] as const)('%s, nor where old domain controllers are taken', async (certificate) => {
    expect(await endOf({ certificate }, { profile: { oldDomainControllers: true } })).toBe('kdc-certificate');
  });
  it('nor by a digest that the profile does not take', async () => {
    expect(await endOf({ digest: 'sha1' }, { profile: { kdcDigests: ['SHA-256'] } })).toBe('kdc-signature');
  });
});

describe('a reply that is broken', () => {
  it.each(Object.keys(mangles) as MangleName[])('%s', async (mangle) => {
    expect(await endOf({ mangle })).toBe('kdc-reply');
  });
  it('a reply to the request before', async () => {
    const kdc = standInKdc({ replays: true });
    const granted = await logOn({ kdcs: [kdc] });
    expect(granted.outcome.ok).toBe(true);
    await expect(logOn({ kdcs: [kdc], now: () => now + 1 })).rejects.toMatchObject({ code: 'kdc-nonce' });
    expect(kdc.replies).toHaveLength(2);
  });
  it('a ticket without pre-authentication', async () => {
    const kdc = standInKdc();
    await logOn({ kdcs: [kdc] });
    const [reply] = kdc.replies;
    await expect(logOn({ kdcs: [], exchange: () => reply })).rejects.toMatchObject({ code: 'kdc-reply' });
  });
  it.each(['hints', 'pkinit'] as const)('an error of nonsense at %s', async (step) => {
    const nonsense = [[0x7e, 0], [0x7e, 2, 0x30, 0], [0x7e, 0x80], [0x7e, 0x84, 0xff, 0xff, 0xff, 0xff], [0x7e]];
    for (const octets of nonsense) {
      const kdc = standInKdc();
      let exchanges = 0;
      const exchange = () => (++exchanges === (step === 'hints' ? 1 : 2) ? Uint8Array.from(octets) : undefined);
      await expect(logOn({ kdcs: [kdc], exchange })).rejects.toMatchObject({ code: 'kdc-reply' });
    }
  });
});
