import { DOMAIN, type Domain } from './domain.ts';
import type { Identity } from './enterprise-ca.ts';
import type { LabRun } from './lab-run.ts';
import { createKeyPair } from './mayfly.ts';
import { type CertificatePlan, opensslCa, opensslCertificate, opensslCrl } from './openssl-certificate.ts';

const HOUR = 3600;

/** Certificates that Mayfly's CA refuses to sign, signed with its key by openssl: each is wrong in the one way it is named after. */
const PLANS = {
  right: {},
  'no-eku': { purposes: [] },
  'server-eku': { purposes: ['serverAuth'] },
  'no-key-usage': { keyUsage: '' },
  expired: { notBefore: -2 * HOUR, notAfter: -HOUR },
  'not-yet-valid': { notBefore: HOUR, notAfter: 2 * HOUR },
  'critical-extension': { more: ['1.3.6.1.4.1.99999.1 = critical,DER:0500'] },
  'no-upn': { upn: undefined },
} as const satisfies Readonly<Record<string, Partial<CertificatePlan>>>;

export interface WrongCertificates {
  /** An empty CRL of Mayfly's CA that has ended, PEM. */
  readonly expiredCrl: string;
  /** A CRL of the unknown CA, PEM. */
  readonly strangersCrl: string;
  /** All of alice's, but for what they lack. */
  readonly of: Readonly<Record<keyof typeof PLANS, Identity>>;
  /** The right one with the key of another. */
  readonly foreignKey: Identity;
  /** By a CA that the KDC knows nothing of. */
  readonly unknownCa: Identity;
  /** A right one of somebody else. */
  forAccount(account: string): Promise<Identity>;
}

export async function wrongCertificates(lab: LabRun, { mayfly }: Domain): Promise<WrongCertificates> {
  const own = mayfly.signer;
  const { key } = await createKeyPair(lab, 'wrong');
  const other = await createKeyPair(lab, 'foreign');
  const make = (name: string, account: string, plan: Partial<CertificatePlan> = {}, signer = own) =>
    opensslCertificate(lab, signer, key, { name, upn: `${account}@${DOMAIN}`, ...plan });
  const made: [string, Identity][] = [];
  for (const [name, plan] of Object.entries(PLANS)) made.push([name, await make(name, 'alice', plan)]);
  const stranger = await opensslCa(lab, 'stranger-ca');
  const of = Object.fromEntries(made) as WrongCertificates['of'];
  return {
    of,
    foreignKey: { ...of.right, key: other.key },
    unknownCa: await make('unknown-ca', 'alice', {}, stranger),
    expiredCrl: await opensslCrl(lab, own, 'expired', -2 * HOUR, -HOUR),
    strangersCrl: await opensslCrl(lab, stranger, 'stranger', -HOUR, HOUR),
    forAccount: (account) => make(`of-${account}`, account),
  };
}
