import { isoTime, type UnixSeconds } from '../wire/der-time.ts';
import type { CertificateFacts } from '../x509/certificate.ts';
import { printableName } from '../x509/name-text.ts';
import { oid } from '../x509/oid.ts';
import { dNSNameMatches, readSubjectAltName } from '../x509/subject-alt-name.ts';
import { cannotTell, type Finding, ok, wrong } from './finding.ts';

export interface GatewayCertificate {
  /** The server's own first. */
  readonly certificates: readonly CertificateFacts[];
  /** What `.rdp` files call the gateway: DNS name or IP address. */
  readonly host: string;
  /** The address in octets, where that is one. */
  readonly address: Uint8Array | undefined;
  readonly now: UnixSeconds;
}
const HOUR = 3600;
const anyUsage = '2.5.29.37.0';

/** What an RDP client of Windows holds against it: the first that is wrong. */
function faultOf({ certificates, host, address, now }: GatewayCertificate): readonly [says: string, fix: string] | undefined {
  const [own] = certificates;
  if (!own) return ['there is no certificate in its file', 'name a PEM file as service.certificate'];
  const { notBefore, notAfter, key, extKeyUsage, extensions } = own;
  const renew = 'put a new certificate in its place: the service takes it up by itself';
  if (notAfter <= now) return [`it has expired at ${isoTime(notAfter)}`, renew];
  if (now < notBefore) return [`it is not valid before ${isoTime(notBefore)}`, "compare this machine's clock, or wait"];
  if (key.type !== 'rsa') return ['its key is not RSA, which clients of Windows want of an RDP server', renew];
  if (extKeyUsage && !extKeyUsage.includes(oid.serverAuth) && !extKeyUsage.includes(anyUsage))
    return ['it is not for server authentication', renew];
  const { all, dNSNames } = readSubjectAltName(extensions.get(oid.subjectAltName)?.value);
  const isNamed = address
    ? all.some((name) => name.kind === 'iPAddress' && Buffer.compare(name.value, address) === 0)
    : dNSNames.some((name) => dNSNameMatches(name, host, { wildcards: true }));
  if (isNamed) return brokenChain(certificates, now);
  const names = dNSNames.slice(0, 4).map(printableName).join(', ') || 'no DNS name';
  return [
    `it is for ${names}, and .rdp files name ${host}`,
    'correct service.gatewayAddress or service.names, or take a certificate for that name',
  ];
}
/** Of those in the file each is to be issued by the next, and valid now. */
function brokenChain(
  [own, ...above]: readonly CertificateFacts[],
  now: UnixSeconds,
): readonly [says: string, fix: string] | undefined {
  let below = own;
  for (const each of above) {
    if (below && Buffer.compare(below.issuer, each.subject) !== 0)
      return [
        `${each.subjectText} stands behind it in the file and has not issued it`,
        'write the certificate and then those above it, each behind the one it has issued',
      ];
    if (each.notAfter <= now || now < each.notBefore)
      return [
        `${each.subjectText} stands behind it in the file and holds from ${isoTime(each.notBefore)} to ${isoTime(each.notAfter)}`,
        'put the certificate of its issuer that is valid now in its place',
      ];
    below = each;
  }
  return undefined;
}
/** The certificate that RDP clients see. @param name of the gateway, as it is reached */
export function gatewayCertificateFinding(name: string, given: GatewayCertificate): Finding {
  const fault = faultOf(given);
  if (fault) return wrong('gateway-certificate', name, { says: fault[0], fix: fault[1], code: 'service-certificate' });
  const [own] = given.certificates;
  const { issuer, subject, issuerText, notAfter } = own as CertificateFacts;
  if (Buffer.compare(issuer, subject) === 0)
    return cannotTell('gateway-certificate', name, {
      says: `it is fit, and its own issuer: only clients that were given it trust it (until ${isoTime(notAfter)})`,
      fix: 'name a certificate of a CA that the clients trust as service.certificate and service.key',
    });
  const soon = notAfter < given.now + 72 * HOUR ? ', which is soon' : '';
  return ok('gateway-certificate', name, `RSA, for ${given.host}, by ${issuerText}, until ${isoTime(notAfter)}${soon}`);
}
