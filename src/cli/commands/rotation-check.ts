import { CaClient } from '../../ca/ca-client.ts';
import type { Config } from '../../config/config.ts';
import { Custody } from '../../custody/custody.ts';
import { serverText } from '../../directory/ldap-socket.ts';
import { planOf } from '../../directory/publication-plan.ts';
import { directoryObjects } from '../../pki/directory-objects.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { readCrlTimes } from '../../x509/crl.ts';
import { clock } from '../clock.ts';
import type { AdOptions } from './ad-forests.ts';
import { forestsOf } from './ad-forests.ts';
import { intermediatesOf } from './card-logon.ts';
import { type ChosenCa, chosenOf } from './chosen-ca.ts';
import { ldapDirectoryOf } from './directories.ts';
import { type Probed, probeEach, withCards } from './kdc-probe.ts';
import { publishedCa } from './published-ca.ts';
import { realmsFor } from './realms.ts';

export interface RotationOptions extends AdOptions {
  /** The account that probe logons are made for: UPN, name or SID. */
  readonly probe?: string;
  /** Its realm; the domain's name in upper case unless set. */
  readonly realm?: string;
  readonly force?: boolean;
}
/** One thing that must hold before the next CA issues. */
export interface Finding {
  readonly where: string;
  readonly ok: boolean;
  /** One clause; what is missing, or what is there. */
  readonly says: string;
}

/** On every domain controller of every forest: the certificate in NTAuth and where else it must be, and a CRL that is good. */
async function inDirectories(config: Config, next: ChosenCa, options: RotationOptions): Promise<Finding[]> {
  const ca = await publishedCa(next);
  const forests = await forestsOf(config, options);
  try {
    const all = await Promise.all(
      forests.map(async ({ name, controllers }) => {
        const objects = directoryObjects(ca, name);
        const found = await controllers.onEach((connection) => planOf(connection, objects));
        return found.map(({ server, outcome }): Finding => {
          const where = `${serverText(server)} (LDAP)`;
          if (outcome instanceof MayflyError) return { where, ok: false, says: outcome.message };
          const missing = outcome.flatMap((each) => (each.state === 'change' ? [each.change.object.name] : []));
          return {
            where,
            ok: missing.length === 0,
            says: missing.length === 0 ? `all ${outcome.length} objects` : `not there yet: ${missing.join('; ')}`,
          };
        });
      }),
    );
    const { crl } = ca.issuing;
    const left = crl === undefined ? 0 : (readCrlTimes(crl).nextUpdate ?? 0) - clock();
    return [...all.flat(), { where: 'CRL', ok: 0 < left, says: `good for ${Math.floor(left / 3600)} hours` }];
  } finally {
    for (const { controllers } of forests) controllers.close();
  }
}
/** The account of the directory that probe logons are for. */
async function probeAccount(config: Config, reference: string) {
  const directory = await ldapDirectoryOf(config);
  try {
    const account = await directory?.account(reference);
    if (account) return account;
  } finally {
    directory?.close();
  }
  throw new MayflyError('account-unknown', `the directory knows no account ${JSON.stringify(reference)}`, {
    next: 'make an account without any rights for probe logons',
  });
}
/**
 * A logon with the next CA at every KDC of the realm: a domain controller trusts what its own copy of NTAuth says, and nothing but a logon
 * tells. The only cards that no session asked for: of a CA that nobody else is served by yet, recorded in its own log.
 */
async function atEveryKdc(config: Config, next: ChosenCa, reference: string, options: RotationOptions): Promise<Probed[]> {
  const { name: account, userPrincipalName, sid, domain } = await probeAccount(config, reference);
  const realms = await realmsFor(config, options.realm ?? domain.toUpperCase(), {});
  const custody = new Custody({ poolSize: 0, log: (line) => process.stderr.write(`${line}\n`) });
  const client = await CaClient.connect(next.socket).catch(async (e: unknown) => {
    await custody.close();
    throw e;
  });
  try {
    const holder = { account, userPrincipalName, sid };
    const source = { custody, client, kind: 'rsa-2048', holder, intermediates: await intermediatesOf(next) } as const;
    return await probeEach(withCards(source), realms, { account, upn: userPrincipalName }, await realms.kdcsOf(realms.realm));
  } finally {
    client.close();
    await custody.close();
  }
}

/** Everything that keeps a staged CA from taking over. */
export async function checkNext(config: Config, name: string, options: RotationOptions): Promise<readonly Finding[]> {
  const next = chosenOf(config, name);
  const findings = await inDirectories(config, next, options);
  if (options.probe === undefined)
    return [...findings, { where: 'probe logons', ok: false, says: 'not made: no account was named with --probe' }];
  const probed = await atEveryKdc(config, next, options.probe, options).catch((e: unknown) => {
    if (e instanceof MayflyError) return e;
    throw e;
  });
  if (probed instanceof MayflyError) return [...findings, { where: 'probe logons', ok: false, says: probed.message }];
  if (probed.length === 0) return [...findings, { where: 'probe logons', ok: false, says: 'there is no KDC to ask' }];
  return [
    ...findings,
    ...probed.map(
      ({ kdc, ok, cause, ms }): Finding => ({
        where: `${kdc} (KDC)`,
        ok,
        says: ok ? `lets ${options.probe} in (${ms} ms)` : (cause ?? 'no ticket'),
      }),
    ),
  ];
}
