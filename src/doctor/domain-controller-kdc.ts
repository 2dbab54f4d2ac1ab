import { builtInRules } from '../policy/built-in.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type CheckId, factsOf } from './checks.ts';
import { cannotTell, type Finding, ok, wrong } from './finding.ts';
import { portFault } from './port.ts';

/** What a KDC says without a logon. */
export const kdcChecks: readonly CheckId[] = ['port-kerberos', 'clock'];
/** And what only a logon tells. */
export const logonChecks: readonly CheckId[] = ['kdc-certificate', 'probe-logon'];

/** Seconds that Kerberos takes, RFC 4120 1.6; and from which on it is said. */
const MOST_SKEW = 300;
const WORTH_SAYING = 5;

const lateness = (skew: number) => `${Math.abs(Math.round(skew))} s ${skew > 0 ? 'ahead of' : 'behind'} this machine`;
/** @param skew seconds that its clock is ahead of ours */
export function clockFinding(server: string, skew: number): Finding {
  const size = Math.abs(skew);
  if (size < WORTH_SAYING) return ok('clock', server, 'it is ours');
  if (size < MOST_SKEW) return ok('clock', server, `it is ${lateness(skew)}; Kerberos takes ${MOST_SKEW}`);
  return wrong('clock', server, {
    says: `it is ${lateness(skew)}; Kerberos takes ${MOST_SKEW}`,
    fix: 'synchronise both clocks with one source: `w32tm /query /status` there, `timedatectl` here',
    code: 'KRB_AP_ERR_SKEW',
  });
}
async function clockElsewhere(server: string, ask: (() => Promise<number>) | undefined): Promise<Finding> {
  const skew = await ask?.().catch((e: unknown) => {
    if (!(e instanceof MayflyError)) throw e;
  });
  return skew === undefined ? cannotTell('clock', server, { says: 'it cannot be asked' }) : clockFinding(server, skew);
}
/**
 * @param ask the KDC's clock ahead of ours, in seconds, by any answer of its
 * @param directory the same, as its directory says, where it has one
 */
export async function kdcFindings(
  server: string,
  port: string,
  ask: () => Promise<number>,
  directory?: () => Promise<number>,
): Promise<readonly Finding[]> {
  try {
    const skew = await ask();
    return [ok('port-kerberos', server, 'it does'), clockFinding(server, skew)];
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    const isReached = e.code !== 'kdc-unreachable' && e.code !== 'kdc-timeout';
    const fault = isReached
      ? { says: `what answers on ${port} is no KDC: ${e.message}`, fix: 'check the address of the KDC', code: e.code }
      : portFault(port, e);
    return [wrong('port-kerberos', server, fault), await clockElsewhere(server, directory)];
  }
}

/** What became of a logon at one KDC. */
export interface KdcLogon {
  readonly ok: boolean;
  readonly ms: number;
  readonly cause?: string | undefined;
  readonly fix?: string | undefined;
  /** KRB-ERROR, where it refused. */
  readonly refusal?: { readonly code: number; readonly name: string } | undefined;
  /** What was thrown, where it did not come so far. */
  readonly error?: string | undefined;
  /** Undefined: it showed none. */
  readonly certificate?:
    | {
        readonly subject: string;
        readonly notAfter: string;
        readonly usage: 'kdc' | 'old' | 'other';
        readonly fault: string | undefined;
      }
    | undefined;
}
/**
 * KDC_ERR_PADATA_TYPE_NOSUPP, KDC_ERR_KDC_NOT_TRUSTED, KDC_ERR_KDC_NAME_MISMATCH: said of its own certificate.
 * KDC_ERR_PREAUTH_REQUIRED as the last word: it does without certificates altogether, for want of its own.
 */
const ofItsCertificate = [16, 25, 63, 76];
const ofCertificate = ['kdc-certificate', 'kdc-name'];
const unreached = ['kdc-unreachable', 'kdc-timeout', 'kdc-not-found'];

export function logonFindings(server: string, logon: KdcLogon): readonly Finding[] {
  return [kdcCertificateFinding(server, logon), probeFinding(server, logon)];
}
function kdcCertificateFinding(server: string, { certificate, refusal, error, cause, fix }: KdcLogon): Finding {
  const isOfCertificate = (refusal && ofItsCertificate.includes(refusal.code)) || (error && ofCertificate.includes(error));
  if (isOfCertificate)
    return wrong('kdc-certificate', server, { says: cause ?? 'it has none that is fit', fix, code: refusal?.name ?? error });
  if (!certificate) {
    const told = { says: 'it refused the logon before it showed one', code: refusal?.name ?? error };
    const supposed = factsOf('probe-logon').follows.filter((check) => check !== 'kdc-certificate') as CheckId[];
    return { ...cannotTell('kdc-certificate', server, told), because: [...supposed, 'probe-logon'] };
  }
  const { subject, notAfter, usage, fault } = certificate;
  if (fault !== undefined)
    return wrong('kdc-certificate', server, {
      says: fault,
      fix: "name the CA of the domain controllers' certificates in realms[].anchors, or enrol the domain controller again",
      code: 'kdc-certificate',
    });
  const old = usage === 'kdc' ? '' : ', without the KDC usage: hosts that validate KDCs strictly refuse it';
  return ok('kdc-certificate', server, `${subject}, until ${notAfter}${old}`);
}
function probeFinding(server: string, { ok: isIn, ms, cause, fix, refusal, error }: KdcLogon): Finding {
  if (isIn) return ok('probe-logon', server, `it does (${ms} ms)`);
  const told = { says: cause ?? 'it gave no ticket', fix, code: refusal?.name ?? error };
  return error !== undefined && unreached.includes(error)
    ? cannotTell('probe-logon', server, told)
    : wrong('probe-logon', server, told);
}

const denials: Readonly<Record<string, readonly CheckId[]>> = {
  'account-unknown': ['account'],
  'person-unknown': ['account', 'account-enabled'],
  'directory-ambiguous': ['account-upn'],
  'account-unusable': ['account-enabled'],
  'target-unknown': ['host-account'],
  'target-unproven': ['host-spn'],
  workstation: ['account-host'],
  'rules-no-permit': ['account-host'],
  'rules-forbidden': ['account-host'],
  'rules-error': ['account-host'],
  // The service shows the same certificate as its gateway.
  'api-unreachable': ['gateway-certificate'],
};
const ofRules: readonly CheckId[] = ['account-rules'];
/** Which checks may find what there is no session for a logon on trial for. */
export const checksOfDenial = (code: string): readonly CheckId[] =>
  denials[code] ?? (builtInRules.some(({ name }) => name === code) ? ofRules : []);
