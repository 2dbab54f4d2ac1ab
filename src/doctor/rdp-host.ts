import type { CheckId } from './checks.ts';
import { cannotTell, type Finding, ok, wrong } from './finding.ts';

/** All that a look at the host's RDP port can tell. */
export const rdpHostChecks: readonly CheckId[] = ['port-rdp', 'host-nla', 'host-certificate'];

/** What a host was found to speak. */
export interface RdpAnswers {
  /** Whether it takes CredSSP, and anything weaker. */
  readonly nla: 'required' | 'offered' | 'none';
  /** Its own words where it takes nothing that was offered. */
  readonly says: string | undefined;
  /** Lower-case hex, of its TLS certificate; undefined: it showed none. */
  readonly fingerprint: string | undefined;
}
/** What the configuration says of the host. */
export interface RdpProfile {
  readonly security: 'nla' | 'tls';
  /** How its certificate is known. */
  readonly trust: 'pinned' | 'verified' | 'unproven';
  /** Why the certificate does not hold against that, one clause; undefined: it does, or there is nothing to hold it against. */
  readonly fault: string | undefined;
  /** Why it could not be held against that, one clause. */
  readonly untold?: string | undefined;
}
const TURN_ON =
  'turn Network Level Authentication on at the host (UserAuthentication 1, SecurityLayer 2), or give it `security: tls` with a pin or a CA in its profile';
const profile = 'targets[] of the configuration';

export function rdpHostFindings(name: string, answers: RdpAnswers, target: RdpProfile): readonly Finding[] {
  return [ok('port-rdp', name, 'it does'), nlaFinding(name, answers, target), certificateFinding(name, answers, target)];
}
function nlaFinding(name: string, { nla, says, fingerprint }: RdpAnswers, { security }: RdpProfile): Finding {
  if (nla === 'required') return ok('host-nla', name, 'it does, and takes nothing weaker');
  if (nla === 'offered') return ok('host-nla', name, 'it does, and takes weaker connections as well: it does not insist');
  const why = says === undefined ? '' : ` (${says})`;
  if (security === 'tls')
    return fingerprint === undefined
      ? wrong('host-nla', name, {
          says: `it does not take TLS either, which its profile asks for${why}`,
          fix: 'see what answers there with `mayfly rdp probe`, and set SecurityLayer 2 at the host',
          code: 'rdp-negotiation',
        })
      : ok('host-nla', name, 'it does not, as its profile says (`security: tls`)');
  return wrong('host-nla', name, {
    says: `it does not take CredSSP, so no Kerberos ticket proves it${why}`,
    fix: TURN_ON,
    code: 'rdp-unproven',
  });
}
function certificateFinding(name: string, { nla, fingerprint }: RdpAnswers, profileOf: RdpProfile): Finding {
  const { security, trust, fault, untold } = profileOf;
  if (fingerprint === undefined)
    return cannotTell('host-certificate', name, { says: 'it showed no certificate', fix: 'see why with `mayfly rdp probe`' });
  if (fault !== undefined) {
    const fix = `if the host got a new certificate, write its SHA-256 ${fingerprint} to pins in ${profile}, or name the CA it is from; if not, find out who answers`;
    return wrong('host-certificate', name, { says: fault, fix, code: 'rdp-certificate' });
  }
  if (untold !== undefined)
    return cannotTell('host-certificate', name, { says: untold, fix: 'look again; see what answers with `mayfly rdp probe`' });
  if (trust === 'pinned') return ok('host-certificate', name, 'it is the pinned one');
  if (trust === 'verified') return ok('host-certificate', name, 'it is of a CA that its profile names, and bears its name');
  if (security === 'nla' && nla !== 'none')
    return ok('host-certificate', name, 'it is neither pinned nor of a CA that is named: Kerberos proves the host');
  return wrong('host-certificate', name, {
    says: 'it is neither pinned nor of a CA that is named, and nothing else proves the host',
    fix: `write its SHA-256 ${fingerprint} to pins in ${profile}, once you have seen it on the host itself`,
    code: 'rdp-unproven',
  });
}
