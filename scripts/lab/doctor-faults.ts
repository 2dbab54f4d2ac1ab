import { readFileSync } from 'node:fs';
import type { CheckId } from '../../src/doctor/checks.ts';
import { assert } from './clients/expected.ts';
import type { Asked } from './doctor-command.ts';
import type { DoctorStage } from './doctor-stage.ts';
import { HOST } from './doctor-stage.ts';
import { DOMAIN, REALM } from './domain.ts';
import { PUBLIC_KEY_SERVICES } from './forest.ts';
import { opensslCa, opensslCrl } from './openssl-certificate.ts';
import { crlName, derIn } from './publication.ts';

/** Something that is wrong in a real peer, and how it is put right again. */
export interface PlantedFault {
  readonly name: string;
  /** What it is found by. */
  readonly checks: readonly CheckId[];
  readonly plant: () => Promise<unknown>;
  readonly takeBack: () => Promise<unknown>;
  /** Instead of alice, as the account that is to log on. */
  readonly asks?: Asked;
}
const base64 = (octets: Uint8Array) => Buffer.from(octets).toString('base64');

/** All of them; none is left once it is taken back. */
export async function plantedFaults(stage: DoctorStage): Promise<readonly PlantedFault[]> {
  return [...(await inPublication(stage)), ...(await inTheAccount(stage)), ...inTheHostsObject(stage)];
}
async function inPublication({ lab, forest, keyId, twin }: DoctorStage): Promise<readonly PlantedFault[]> {
  const { admin, mayfly } = forest;
  const ntAuth = `CN=NTAuthCertificates,${PUBLIC_KEY_SERVICES}`;
  const replaced = async (name: string, attribute: string, octets: Uint8Array) => {
    const { code, stderr } = await admin.modify(
      `dn: ${name}\nchangetype: modify\nreplace: ${attribute}\n${attribute}:: ${base64(octets)}\n`,
    );
    assert(code === 0, stderr);
  };
  const own = derIn(mayfly.certificate);
  const other = await opensslCa(lab, 'other-ca');
  const crl = readFileSync(twin);
  const signer = { certificate: mayfly.certificate, key: mayfly.key, passphrase: lab.path('corp.passphrase') };
  const der = async (pem: string) => {
    const out = `${pem}.der`;
    await lab.run('openssl', ['crl', '-in', pem, '-outform', 'DER', '-out', out]);
    return readFileSync(out);
  };
  const ended = await der(await opensslCrl(lab, signer, 'ended', -86_400, -3600));
  const others = await der(await opensslCrl(lab, other, 'others', -3600, 86_400));
  const inDirectory = (octets: Uint8Array) => replaced(crlName(keyId), 'certificateRevocationList', octets);
  return [
    {
      name: 'another CA in NTAuth',
      checks: ['ntauth'],
      plant: () => replaced(ntAuth, 'cACertificate', derIn(other.certificate)),
      takeBack: () => replaced(ntAuth, 'cACertificate', own),
    },
    {
      name: 'a CRL that has ended',
      checks: ['crl-fresh'],
      plant: () => inDirectory(ended),
      takeBack: () => inDirectory(crl),
    },
    {
      name: 'a CRL of another CA',
      checks: ['crl-signed'],
      plant: () => inDirectory(others),
      takeBack: () => inDirectory(crl),
    },
    {
      name: 'another CRL at the HTTP address',
      checks: ['crl-twin'],
      plant: async () => lab.write(`web/crl/${keyId}.crl`, ended),
      takeBack: async () => lab.write(`web/crl/${keyId}.crl`, crl),
    },
  ];
}
async function inTheAccount({ forest: { samba } }: DoctorStage): Promise<readonly PlantedFault[]> {
  const dn = (name: string) => `CN=${name},CN=Users,${samba.base}`;
  const carol = async () => {
    await samba.tool('user', 'create', 'carol', '--random-password');
    // As the strict KDC wants it, octet by octet.
    const upn = `carol@${REALM}`;
    await samba.modify(`dn: ${dn('carol')}\nchangetype: modify\nreplace: userPrincipalName\nuserPrincipalName: ${upn}\n`);
  };
  await carol();
  const before = await samba.sid('carol');
  // Called so by her name alone.
  await samba.modify(`dn: ${dn('erin')}\nchangetype: add\nobjectClass: user\nsAMAccountName: erin\nuserAccountControl: 544\n`);
  const bobs = (upn: string) =>
    samba.replicate(`dn: ${dn('bob')}\nchangetype: modify\nreplace: userPrincipalName\nuserPrincipalName: ${upn}\n`);
  return [
    {
      name: 'the user principal name of another account',
      checks: ['account-upn'],
      plant: () => bobs(`erin@${DOMAIN}`),
      takeBack: () => bobs(`bob@${DOMAIN}`),
      asks: { account: `erin@${DOMAIN}` },
    },
    {
      name: 'an account that was deleted and made anew, with another SID',
      checks: ['account-sid'],
      plant: async () => {
        await samba.tool('user', 'delete', 'carol');
        await carol();
      },
      takeBack: async () => undefined,
      asks: { account: `carol@${DOMAIN}`, sid: before },
    },
    {
      name: 'an account of tier 0',
      checks: ['account-rules'],
      plant: () => samba.tool('group', 'addmembers', 'Domain Admins', 'alice'),
      takeBack: () => samba.tool('group', 'removemembers', 'Domain Admins', 'alice'),
    },
    {
      name: 'an account that is disabled',
      checks: ['account-enabled'],
      plant: () => samba.tool('user', 'disable', 'alice'),
      takeBack: () => samba.tool('user', 'enable', 'alice'),
    },
  ];
}
function inTheHostsObject({ forest: { samba } }: DoctorStage): readonly PlantedFault[] {
  const spn = (operation: 'add' | 'delete', name: string, value: string) =>
    samba.replicate(
      `dn: ${name},${samba.base}\nchangetype: modify\n${operation}: servicePrincipalName\nservicePrincipalName: ${value}\n`,
    );
  const [own, bobs] = ['CN=host1,CN=Computers', 'CN=bob,CN=Users'];
  return [
    {
      name: 'TERMSRV on another account as well',
      checks: ['host-spn'],
      plant: () => spn('add', bobs, `TERMSRV/${HOST}`),
      takeBack: () => spn('delete', bobs, `TERMSRV/${HOST}`),
    },
    {
      name: 'TERMSRV on no account',
      checks: ['host-spn'],
      plant: () => spn('delete', own, `TERMSRV/${HOST}`),
      takeBack: () => spn('add', own, `TERMSRV/${HOST}`),
    },
  ];
}
