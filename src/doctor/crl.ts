import { MINUTE } from '../pki/bounds.ts';
import { compareBytes } from '../wire/der.ts';
import { isoTime } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type CertificateList, readCertificateList } from '../x509/certificate-list.ts';
import { readCrlNumber } from '../x509/crl.ts';
import { readPathCertificate } from '../x509/path-certificate.ts';
import { signatureFault } from '../x509/verify-signature.ts';
import { cannotTell, type Finding, ok, wrong } from './finding.ts';
import type { CrlIssuer, HeldObject } from './publication.ts';

/** A CRL is published within a minute of its making; its thisUpdate lies ten minutes back. */
const PUBLICATION_TAKES = 15 * MINUTE;
const PUBLISH = 'let `mayfly serve` run, which publishes it, or run `mayfly ad crl`';

interface ReadCrl {
  readonly list: CertificateList;
  readonly number: number;
}
function readCrl(der: Uint8Array): ReadCrl | undefined {
  try {
    return { list: readCertificateList(der), number: readCrlNumber(der) ?? 0 };
  } catch {
    return undefined; // the filler that the schema demands, or damaged
  }
}
/** The newest of what an object holds. */
export const newestCrl = (values: readonly Uint8Array[]): Uint8Array | undefined =>
  values.toSorted((a, b) => (readCrl(b)?.number ?? -1) - (readCrl(a)?.number ?? -1))[0];

/** What a domain controller's CRL object is worth. */
export async function crlFindings(
  server: string,
  { object, values }: HeldObject,
  { certificate, now }: CrlIssuer,
): Promise<readonly Finding[]> {
  const unknown = () =>
    (['crl-signed', 'crl-fresh'] as const).map((check) => cannotTell(check, server, { says: `${object.name} holds no CRL` }));
  const missing = (says: string, code: string) => [wrong('crl-object', server, { says, fix: PUBLISH, code }), ...unknown()];
  if (values === undefined) return missing(`there is no ${object.name}`, 'directory-no-object');
  const newest = newestCrl(values);
  const crl = newest && readCrl(newest);
  if (!crl) return missing(`${object.name} holds no CRL that can be read`, 'crl-unreadable');
  const own = object.value && readCrl(object.value.octets);
  const signed = await signature(crl.list, certificate);
  return [
    ok('crl-object', server, `number ${crl.number} is there`),
    signed === undefined
      ? ok('crl-signed', server, 'its signature verifies')
      : wrong('crl-signed', server, { says: signed, fix: PUBLISH, code: 'crl-not-ours' }),
    freshness(server, crl, own, now),
  ];
}
/** Why a CRL is none of the CA's. */
async function signature(list: CertificateList, certificate: Uint8Array): Promise<string | undefined> {
  const { subject, publicKey } = readPathCertificate(certificate);
  if (compareBytes(list.issuer, subject) !== 0) return 'the CRL is that of another CA';
  const { signatureAlgorithm: algorithm, tbs: signed, signature: given } = list;
  return signatureFault({ algorithm, publicKey, signed, signature: given });
}
function freshness(server: string, { list, number }: ReadCrl, own: ReadCrl | undefined, now: number): Finding {
  const { thisUpdate, nextUpdate } = list;
  const stale = (says: string, code: string) => wrong('crl-fresh', server, { says, fix: PUBLISH, code });
  if (nextUpdate === undefined) return stale('it does not say until when it holds', 'crl-ended');
  if (nextUpdate <= now) return stale(`it has ended at ${isoTime(nextUpdate)}`, 'crl-ended');
  if (now < thisUpdate) return stale(`it holds from ${isoTime(thisUpdate)} only`, 'crl-early');
  // Valid, but what has been revoked since is not in it.
  if (own && number < own.number && own.list.thisUpdate + PUBLICATION_TAKES < now)
    return stale(`number ${number} is there, and number ${own.number} is made`, 'crl-old');
  return ok('crl-fresh', server, `it holds until ${isoTime(nextUpdate)}`);
}

export interface TwinPorts {
  /** What the HTTP address answers. @throws MayflyError */
  readonly fetch: (url: string, signal: AbortSignal) => Promise<Uint8Array>;
  /** What each domain controller holds; those that could not be asked are left out. */
  readonly inDirectories: () => Promise<readonly { readonly server: string; readonly crl: Uint8Array }[]>;
}
/** The two places of one CRL, which answer whoever comes first. */
export async function twinFinding(ca: string, url: string, signal: AbortSignal, ports: TwinPorts): Promise<Finding> {
  let twin: Uint8Array;
  try {
    twin = await ports.fetch(url, signal);
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    return wrong('crl-twin', ca, { says: e.message, fix: e.next ?? 'see service.publicHttp', code: e.code });
  }
  const number = readCrl(twin)?.number;
  if (number === undefined)
    return wrong('crl-twin', ca, {
      says: `${url} answers with no CRL`,
      fix: 'see what serves this address',
      code: 'crl-unreadable',
    });
  const held = await ports.inDirectories();
  if (held.length === 0) return cannotTell('crl-twin', ca, { says: 'no domain controller shows its own' });
  const other = held.find(({ crl }) => compareBytes(crl, twin) !== 0);
  if (!other) return ok('crl-twin', ca, `${url} has number ${number}, octet by octet`);
  const there = readCrl(other.crl)?.number;
  return wrong('crl-twin', ca, {
    says: `${url} has number ${number}, and ${other.server} ${there === undefined ? 'no CRL' : `number ${there}`}${there === number ? ', which differs' : ''}`,
    fix: 'see what serves this address, and that `mayfly serve` publishes',
    code: 'crl-twin',
  });
}
