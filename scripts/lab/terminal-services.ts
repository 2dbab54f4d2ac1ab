import { DOMAIN, type Domain, FAR } from './domain.ts';
import type { LabRun } from './lab-run.ts';
import { MitKdc } from './mit-kdc.ts';

/** What RDP hosts are to Kerberos, in all realms of the lab; keytabs prove that their tickets are theirs. */
export interface TerminalServices {
  readonly far: MitKdc;
  readonly mitKeytab: string;
  readonly sambaKeytab: string;
  readonly farKeytab: string;
}

export const HOST = `host1.${DOMAIN}`;
export const FAR_HOST = `host2.${FAR.realm}`;
const SERVICE = `TERMSRV/${HOST}`;

/** Each part is a step. */
export async function startTerminalServices(lab: LabRun, domain: Domain): Promise<TerminalServices> {
  const { steps } = lab;
  const { enterprise, mayfly, crl, mit, samba } = domain;
  const far = await steps.run('MIT KDC of another realm', () =>
    MitKdc.start(lab, enterprise, {
      ...{ name: 'far', ...FAR, host: `kdc.${FAR.realm}`, principals: [] },
      ...{ anchor: mayfly.certificate, crl },
    }),
  );
  await steps.run('trust between the MIT realms', async () => {
    // one key on both sides, so that the one's ticket opens at the other
    for (const kdc of [mit, far]) await kdc.administer('addprinc', '-pw', 'lab-trust', `krbtgt/${FAR.realm}@${DOMAIN}`);
  });
  const mitKeytab = await steps.run('MIT: RDP service', () => mit.service(SERVICE));
  const farKeytab = await steps.run('MIT: RDP service in the other realm', () => far.service(`TERMSRV/${FAR_HOST}`));
  const sambaKeytab = await steps.run('Samba: computer account with the RDP service', async () => {
    await computer(domain, 'host1', true);
    await computer(domain, 'rc4', false);
    const keytab = lab.path('ad', 'host1.keytab');
    await samba.tool('domain', 'exportkeytab', keytab, `--principal=${SERVICE}`);
    return keytab;
  });
  return { far, mitKeytab, sambaKeytab, farKeytab };
}

/** Keys are made from the password when it is set: of the types that the account then says it knows. */
async function computer({ samba }: Domain, name: string, aes: boolean): Promise<void> {
  await samba.tool('computer', 'create', name);
  await samba.tool('spn', 'add', `TERMSRV/${name}.${DOMAIN}`, `${name}$`);
  const types = 'msDS-SupportedEncryptionTypes';
  await samba.modify(
    `dn: CN=${name},CN=Computers,${samba.base}\nchangetype: modify\nreplace: ${types}\n${types}: ${aes ? 24 : 4}\n`,
  );
  await samba.tool('user', 'setpassword', `${name}$`, '--newpassword=Passw0rd-Host1');
}
