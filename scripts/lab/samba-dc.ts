import { mkdirSync } from 'node:fs';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { bundle, type EnterpriseCa } from './enterprise-ca.ts';
import { type Kdc, writeClientConfiguration } from './kdc.ts';
import type { LabRun } from './lab-run.ts';
import { LogTail } from './log-tail.ts';
import { type SambaSettings, sambaConfiguration, sambaKdcConfiguration } from './samba-configuration.ts';
import { restoreDomain, SAMBA_ENVIRONMENT } from './samba-template.ts';

/** A Samba Active Directory domain controller: real directory, UPN mapping and ACLs; its KDC checks neither EKU nor revocation. */
export interface SambaDc extends Kdc {
  readonly origin: 'restored' | 'provisioned';
  /** The distinguished name of the domain. */
  readonly base: string;
  /** objectSid of an account, as text. */
  sid(account: string): Promise<string>;
  /** samba-tool on the database of the running DC. */
  tool(...args: readonly string[]): Promise<string>;
  /** LDIF, by ldbmodify. */
  modify(ldif: string): Promise<void>;
  /** LDIF into the domain's partition, past every check: as replication brings what two domain controllers took at the same time. */
  replicate(ldif: string): Promise<void>;
}

/** @param anchor Mayfly's CA certificate, which the domain is to trust for logon */
export async function startSambaDc(
  lab: LabRun,
  enterprise: EnterpriseCa,
  anchor: string,
  settings: SambaSettings,
): Promise<SambaDc> {
  const { address, realm, host } = settings;
  const folder = lab.path('ad');
  const origin = await restoreDomain(lab, folder, settings);
  for (const name of ['etc', 'run', 'log', 'cache']) {
    mkdirSync(lab.path('ad', name), { recursive: true });
  }
  const anchors = bundle(lab, 'ad/etc/anchors.pem', [enterprise.certificate, anchor]);
  const tls = { ...(await enterprise.tlsServer(host, address)), anchors: enterprise.certificate };
  const configuration = lab.write('ad/etc/smb.conf', sambaConfiguration(folder, settings, tls));
  const kdcConfiguration = lab.write(
    'ad/etc/krb5.conf',
    sambaKdcConfiguration(realm, await enterprise.kdc(host, realm), anchors),
  );
  const clientConfiguration = writeClientConfiguration(lab, {
    name: 'samba',
    realm,
    address,
    anchors: [enterprise.certificate, anchor],
  });

  const log = lab.path('log', 'samba.out');
  const told = new LogTail(log);
  const samba = lab.start('samba', 'samba', ['-i', '-M', 'single', '-s', configuration, '--debug-stdout'], {
    ...SAMBA_ENVIRONMENT,
    KRB5_CONFIG: kdcConfiguration,
  });
  for (const port of [636, 88]) {
    await samba.listening(address, port, 30_000);
  }
  // a wrong pkinit_ line does not stop Samba: it says this and goes on without PKINIT
  const broken = told.lines().find((line) => line.includes('PKINIT: : '));
  if (broken !== undefined) {
    throw new MayflyError('lab-samba-pkinit', `samba runs without PKINIT: ${broken}`);
  }

  const modify = async (database: string, ldif: string) => {
    const file = lab.write('ad/change.ldif', ldif);
    await lab.run('ldbmodify', ['-H', database, file], { environment: SAMBA_ENVIRONMENT });
  };
  const base = realm.toLowerCase().replaceAll(/(^|\.)/g, (dot) => (dot === '' ? 'DC=' : ',DC='));
  return {
    name: 'samba',
    realm,
    host,
    address,
    origin,
    clientConfiguration,
    log,
    granted: /AS-REQ SUCCESS /,
    refused: /AS-REQ (?!SUCCESS|ERR_PREAUTH_REQUIRED)\S+ ipv[46]:/,
    base,
    sid: async (account) => {
      const found = await lab.run('ldbsearch', [
        '-H',
        lab.path('ad', 'private', 'sam.ldb'),
        `(sAMAccountName=${account})`,
        'objectSid',
      ]);
      const sid = /^objectSid: (S-1-[0-9-]+)$/m.exec(found)?.[1];
      if (sid === undefined) {
        throw new MayflyError('lab-samba-account', `account ${account} has no objectSid in the directory`);
      }
      return sid;
    },
    tool: (...args) => lab.run('samba-tool', [...args, '-s', configuration], { environment: SAMBA_ENVIRONMENT }),
    modify: (ldif) => modify(lab.path('ad', 'private', 'sam.ldb'), ldif),
    replicate: (ldif) => modify(`tdb://${lab.path('ad', 'private', 'sam.ldb.d', `${base.toUpperCase()}.ldb`)}`, ldif),
  };
}
