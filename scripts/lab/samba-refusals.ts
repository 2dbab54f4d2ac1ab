import { DOMAIN, type Domain } from './domain.ts';
import type { Identity } from './enterprise-ca.ts';
import type { LabRun } from './lab-run.ts';
import { accountName, type Logon, softwareCard } from './logon.ts';
import { expectRefusals, logonCase, serviceCase } from './refusal-case.ts';
import type { WrongCertificates } from './wrong-certificates.ts';

const NAME = 'Samba AD DC';
const ACCOUNTS = ['disabled', 'expired', 'stale', 'hours', 'locked'];
const YEAR_2010 = '129067776000000000';

/** 100 ns since 1601, as Active Directory counts. */
const fileTime = () => String((BigInt(Date.now()) + 11_644_473_600_000n) * 10_000n);

/** What an Active Directory refuses for the account's sake; of the certificate, Heimdal checks little, and says 31 of most of it. */
export async function sambaRefusals(lab: LabRun, domain: Domain, wrong: WrongCertificates, heard: Set<number | string>) {
  const { enterprise, samba } = domain;
  const logon = (identity: Identity, more: Partial<Logon> = {}): Logon => {
    const at = { client: accountName('alice'), realm: samba.realm, anchor: enterprise.certificate, kdc: samba };
    return { ...at, ...softwareCard(identity), ...more };
  };
  const { of: made } = wrong;
  const account = async (name: string) => logon(await wrong.forAccount(name), { client: accountName(name) });
  await lab.steps.run(`${NAME}: accounts that may not log on`, async () => {
    for (const name of ACCOUNTS) await samba.tool('user', 'create', name, '--random-password');
    await samba.tool('user', 'disable', 'disabled');
    const set = (name: string, attribute: string, value: string) =>
      `dn: CN=${name},CN=Users,${samba.base}\nchangetype: modify\nreplace: ${attribute}\n${attribute}:${value}\n\n`;
    await samba.modify(
      [
        set('expired', 'accountExpires', ` ${YEAR_2010}`),
        set('stale', 'pwdLastSet', ' 0'),
        set('hours', 'logonHours', `: ${Buffer.alloc(21).toString('base64')}`),
        set('locked', 'lockoutTime', ` ${fileTime()}`),
      ].join(''),
    );
  });

  await expectRefusals(
    lab,
    NAME,
    [
      logonCase('account unknown', 6, await account('nobody')),
      logonCase('account disabled', 18, await account('disabled'), 'STATUS_ACCOUNT_DISABLED'),
      logonCase('account expired', 18, await account('expired'), 'STATUS_ACCOUNT_EXPIRED'),
      logonCase('account locked', 18, await account('locked'), 'STATUS_ACCOUNT_LOCKED_OUT'),
      logonCase('outside logon hours', 18, await account('hours'), 'STATUS_INVALID_LOGON_HOURS'),
      logonCase('password must be changed', 23, await account('stale'), 'STATUS_PASSWORD_MUST_CHANGE'),
      logonCase('realm of somebody else', 6, logon(made.right, { realm: 'CORP.EXAMPLE' })),
      logonCase('UPN of another account', 75, logon(await wrong.forAccount('bob'))),
      logonCase('certificate without UPN', 75, logon(made['no-upn'])),
      logonCase('key usage missing', 31, logon(made['no-key-usage'])),
      logonCase('certificate expired', 31, logon(made.expired)),
      logonCase('key of another certificate', 31, logon(wrong.foreignKey)),
      logonCase('CA unknown', 31, logon(wrong.unknownCa)),
      logonCase('clock two days ahead', 31, logon(made.right, { ahead: 2 * 86_400 })),
      logonCase('clock ten minutes ahead', 'granted', logon(made.right, { ahead: 600 })),
      logonCase('MODP group 16, which it does not know', 31, logon(made.right, { profile: { group: 'modp-16' } })),
      logonCase('encryption types without AES-SHA1', 14, logon(made.right, { profile: { encryptionTypes: [20, 19] } })),
      serviceCase('service unknown', 7, logon(made.right), `nowhere.${DOMAIN}`),
      serviceCase('service without AES keys', 14, logon(made.right), `rc4.${DOMAIN}`),
    ],
    heard,
  );
}
