import { DOMAIN, type Domain } from './domain.ts';
import type { Identity } from './enterprise-ca.ts';
import type { LabRun } from './lab-run.ts';
import { accountName, type Logon, softwareCard } from './logon.ts';
import { createKeyPair } from './mayfly.ts';
import type { MitKdcVariant } from './mit-kdc.ts';
import { expectRefusals, logonCase, type RefusalCase, serviceCase } from './refusal-case.ts';
import type { WrongCertificates } from './wrong-certificates.ts';

const NAME = 'MIT KDC';
const DAY = 86_400;

/** The day before yesterday, as kadmin reads it. */
const past = () => new Date(Date.now() - 2 * DAY * 1000).toISOString().slice(0, 10);

/** What the strict KDC refuses, in words. It is the only one here that looks at revocation and usage. */
export async function mitRefusals(lab: LabRun, domain: Domain, wrong: WrongCertificates, heard: Set<number | string>) {
  const { steps } = lab;
  const { enterprise, mit } = domain;
  const logon = (identity: Identity, more: Partial<Logon> = {}): Logon => {
    const at = { client: accountName('alice'), realm: mit.realm, anchor: enterprise.certificate, kdc: mit };
    return { ...at, ...softwareCard(identity), ...more };
  };
  const { of: made } = wrong;
  const account = async (name: string) => logon(await wrong.forAccount(name), { client: accountName(name) });
  await steps.run(`${NAME}: accounts that may not log on`, async () => {
    await mit.administer('addprinc', '-randkey', '-allow_tix', 'disabled');
    await mit.administer('addprinc', '-randkey', '-expire', past(), 'expired');
    await mit.administer('addprinc', '-randkey', '-pwexpire', past(), 'stale');
    await mit.administer('addprinc', '-randkey', '-allow_tix', `TERMSRV/disabled.${DOMAIN}`);
  });

  await expectRefusals(
    lab,
    NAME,
    [
      logonCase('account unknown', 6, await account('nobody')),
      logonCase('account disabled', 18, await account('disabled')),
      logonCase('account expired', 1, await account('expired')),
      logonCase('password expired', 23, await account('stale')),
      logonCase('realm of somebody else', 6, logon(made.right, { realm: 'corp.example' })),
      logonCase('UPN of another account', 75, logon(await wrong.forAccount('bob'))),
      logonCase('certificate without UPN', 75, logon(made['no-upn'])),
      logonCase('certificate without EKU', 77, logon(made['no-eku'])),
      logonCase('EKU server authentication', 77, logon(made['server-eku'])),
      logonCase('key usage missing', 77, logon(made['no-key-usage'])),
      logonCase('certificate expired', 71, logon(made.expired)),
      logonCase('certificate not valid yet', 71, logon(made['not-yet-valid'])),
      logonCase('critical extension unknown', 71, logon(made['critical-extension'])),
      logonCase('key of another certificate', 64, logon(wrong.foreignKey)),
      logonCase('CA unknown', 70, logon(wrong.unknownCa)),
      logonCase('clock two days ahead', 37, logon(made.right, { ahead: 2 * DAY })),
      logonCase('clock ten minutes ahead', 'granted', logon(made.right, { ahead: 600 })),
      logonCase('P-256, which it does not know', 'granted', logon(made.right, { profile: { group: 'p-256' } })),
      logonCase('encryption types without AES-SHA1', 14, logon(made.right, { profile: { encryptionTypes: [20, 19] } })),
      logonCase(
        "CA of the KDC's certificate unknown",
        'kdc-certificate',
        logon(made.right, { anchor: domain.mayfly.certificate }),
      ),
      logonCase('no KDC there', 'kdc-unreachable', logon(made.right, { kdc: { host: '127.0.1.99' } })),
      serviceCase('service unknown', 7, logon(made.right), `nowhere.${DOMAIN}`),
      serviceCase('service disabled', 7, logon(made.right), `disabled.${DOMAIN}`),
    ],
    heard,
  );

  const varied = async (what: string, variant: MitKdcVariant, ...cases: RefusalCase[]) => {
    await steps.run(`${NAME} ${what}`, () => mit.vary(variant));
    await expectRefusals(lab, NAME, cases, heard);
  };
  const revoked = await revokedCertificate(lab, domain);
  await varied('with minimum group 4096', { minimumDhBits: 4096 }, logonCase('MODP group 14', 'granted', logon(made.right)));
  await varied('with the next CRL', {}, logonCase('certificate revoked', 72, logon(revoked)));
  await varied('with an expired CRL', { crl: wrong.expiredCrl }, logonCase('CRL expired', 71, logon(made.right)));
  await varied(
    'with the CRL of another CA',
    { crl: wrong.strangersCrl },
    logonCase('no CRL for the certificate', 73, logon(made.right)),
  );
  await varied('without PKINIT', { pkinit: false }, logonCase('no PKINIT', 25, logon(made.right)));
  const identity = await enterprise.kdc('kdc.corp.example', 'corp.example');
  await varied(
    'with the certificate of another realm',
    { identity },
    logonCase('certificate of another KDC', 'kdc-name', logon(made.right)),
  );
  const tls = await enterprise.tlsServer(mit.host, mit.address);
  await varied(
    'with a TLS certificate',
    { identity: tls },
    logonCase('certificate of no KDC', 'kdc-certificate', logon(made.right)),
  );
  await varied('as it was', {});
}

/** A certificate of Mayfly's that is revoked by the CRL that the KDC reads when it starts again. */
async function revokedCertificate(lab: LabRun, { mayfly, crl, sids }: Domain): Promise<Identity> {
  const alice = { name: 'to-revoke', account: 'alice', upn: `alice@${DOMAIN}`, sid: sids.alice };
  const revoked = await mayfly.issue(alice, await createKeyPair(lab, 'to-revoke'));
  await mayfly.revoke(revoked);
  await mayfly.publishCrl(crl);
  return revoked;
}
