import { describe, expect, it } from 'vitest';
import { type KdcLogon, kdcFindings, logonFindings } from '../../src/doctor/domain-controller-kdc.ts';
import { kdcSkew } from '../../src/kerberos/as-exchange.ts';
import { type KrbError, krbError } from '../../src/kerberos/krb-error.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { converse } from '../../src/net/converse.ts';
import { KdcClient } from '../../src/net/kdc-client.ts';
import { kerberosAnswers } from '../../src/net/kerberos-answers.ts';
import { encode } from '../../src/wire/codec.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { replying, type Script, scriptedKdc } from '../net/scripted-kdc.ts';

const REALM = 'CORP.TEST';
const now = () => Date.now() / 1000;
/** KDC_ERR_C_PRINCIPAL_UNKNOWN, with the KDC's time. */
const unknown = (ahead: number): KrbError => {
  const at = now() + ahead;
  const sname = { nameType: 2, nameString: ['krbtgt', REALM] };
  return { pvno: 5, msgType: 30, stime: Math.floor(at), susec: Math.floor((at % 1) * 1e6), errorCode: 6, realm: REALM, sname };
};
async function found(script: Script | undefined, directory?: () => Promise<number>) {
  const kdc = await scriptedKdc(script ?? (() => undefined));
  if (!script) await kdc.end();
  const kdcs = new KdcClient({
    kdcsOf: async () => [{ kind: 'tcp', host: kdc.host, port: kdc.port }],
    limits: { connect: 2000, exchange: 500 },
  });
  const answers = kerberosAnswers({
    kdcs,
    trust: () => ({ anchors: [], crls: [], revocation: 'if-given' }),
    random: (length) => new Uint8Array(length).fill(7),
    clock: () => Date.now() * 1000,
    sign: () => Promise.reject(new Error('nothing is signed')),
  });
  const profile = (realm: string) => realmProfile(realm, {});
  const findings = await kdcFindings('dc1', `port ${kdc.port}`, () => converse(kdcSkew(REALM, profile), answers), directory);
  await kdc.end().catch(() => undefined);
  return { findings, requests: kdc.requests };
}
const ahead =
  (seconds: number): Script =>
  (socket, received) =>
    replying(encode(krbError, unknown(seconds)))(socket, received);
const verdicts = ({ findings }: Awaited<ReturnType<typeof found>>) => findings.map(({ check, verdict }) => `${check} ${verdict}`);

describe('a KDC without a logon', () => {
  it('is asked once, and says its time', async () => {
    const told = await found(ahead(0));
    expect(verdicts(told)).toEqual(['port-kerberos ok', 'clock ok']);
    expect(told.requests).toHaveLength(1);
  });
  it.each([
    [60, 'ok', /^it is (?:59|60|61) s ahead of this machine; Kerberos takes 300$/],
    [-600, 'wrong', /^it is (?:599|600|601) s behind this machine/],
    [86_400, 'wrong', /ahead of this machine/],
  ])('%i s ahead: %s', async (seconds, verdict, says) => {
    const { findings } = await found(ahead(seconds));
    expect(findings[1]).toMatchObject({ check: 'clock', verdict, says: expect.stringMatching(says) as unknown });
  });
  it('that nobody listens for is told from one that is silent and from what is no KDC', async () => {
    const refused = await found(undefined);
    expect(verdicts(refused)).toEqual(['port-kerberos wrong', 'clock cannot-tell']);
    expect(refused.findings[0]?.says).toMatch(/^port \d+: it refuses connections there/);
    const silent = await found(() => undefined);
    expect(silent.findings[0]?.says).toMatch(/a firewall drops what is sent/);
    const none = await found(replying(new TextEncoder().encode('HTTP/1.1 400')));
    expect(none.findings[0]).toMatchObject({ verdict: 'wrong', says: expect.stringContaining('is no KDC') as unknown });
  });
});

describe('the clock of a domain controller whose KDC says nothing', () => {
  it('is what its directory says, where that can be asked', async () => {
    expect(verdicts(await found(undefined, async () => -400))).toEqual(['port-kerberos wrong', 'clock wrong']);
    const failing = () => Promise.reject(new MayflyError('directory-unreachable', 'nor that'));
    expect(verdicts(await found(undefined, failing))).toEqual(['port-kerberos wrong', 'clock cannot-tell']);
  });
});

describe('a logon on trial', () => {
  const certificate = { subject: 'CN=dc1', notAfter: '2030-01-01T00:00:00Z', usage: 'kdc', fault: undefined } as const;
  const verdictsOf = (logon: KdcLogon) => logonFindings('dc1', logon).map(({ check, verdict }) => `${check} ${verdict}`);
  it.each<[string, KdcLogon, string[]]>([
    ['is let in', { ok: true, ms: 1, certificate }, ['kdc-certificate ok', 'probe-logon ok']],
    [
      'at a KDC without certificate',
      { ok: false, ms: 1, cause: 'none', refusal: { code: 16, name: 'KDC_ERR_PADATA_TYPE_NOSUPP' } },
      ['kdc-certificate wrong', 'probe-logon wrong'],
    ],
    [
      'with a certificate of another CA',
      { ok: false, ms: 1, cause: 'refused', error: 'kdc-certificate', certificate: { ...certificate, fault: 'no chain' } },
      ['kdc-certificate wrong', 'probe-logon wrong'],
    ],
    [
      'refused before the KDC shows its certificate',
      { ok: false, ms: 1, cause: 'no', refusal: { code: 62, name: 'KDC_ERR_CLIENT_NOT_TRUSTED' } },
      ['kdc-certificate cannot-tell', 'probe-logon wrong'],
    ],
    [
      'that does not reach the KDC',
      { ok: false, ms: 1, cause: 'silent', error: 'kdc-timeout' },
      ['kdc-certificate cannot-tell', 'probe-logon cannot-tell'],
    ],
  ])('%s', (_, logon, verdict) => expect(verdictsOf(logon)).toEqual(verdict));
  it('says of an old certificate that strict hosts refuse it', () =>
    expect(logonFindings('dc1', { ok: true, ms: 1, certificate: { ...certificate, usage: 'old' } })[0]?.says).toContain(
      'strictly',
    ));
});
