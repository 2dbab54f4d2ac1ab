import type { Meaning } from './meaning.ts';
import { place } from './place.ts';
import { remedy } from './remedy.ts';

export interface WindowsEvent extends Meaning {
  readonly id: number;
  /** As Windows names it, without `Microsoft-Windows-`. */
  readonly source: string;
}
type Row = readonly [id: number, source: string, cause: string, fix: string, look?: string];

/** The source in the System log is called Kdcsvc or Kerberos-Key-Distribution-Center. */
const KDC = 'Kdcsvc';
const SECURITY = 'Security';
const KERBEROS = 'Security-Kerberos';
const CAPI = 'CAPI2';
const digest = 'allow SHA-256 on both sides ("Configure hash algorithms for certificate logon")';
const whichCertificate = 'the event names the certificate; the CAPI2/Operational log of the same machine says what failed';
const operational = 'Security-Kerberos/Operational of the host (off until it is enabled), and the KDC that it asked';
const readCode = 'look the code of the event up: `mayfly explain CODE`';

/**
 * Events that a refused smart card logon leaves: KB5014754, KB5057784, KB5073121, [MS-PKCA], and the manifests of the providers
 * Kerberos-Key-Distribution-Center, Security-Kerberos and CAPI2.
 */
const rows: readonly Row[] = [
  [4624, SECURITY, 'somebody logged on to the host', 'nothing to mend', place.hostLog],
  [
    4625,
    SECURITY,
    'a logon failed at the host; the event has its status and sub status',
    readCode,
    "the host's Security log: Status, Sub Status and Logon Process of the event",
  ],
  [
    4768,
    SECURITY,
    'a ticket-granting ticket was asked for; a result code other than 0x0 is the refusal, with issuer, serial number and thumbprint of the certificate',
    'look the result code up: `mayfly explain CODE`; compare the serial number with the journal',
    'the Security log of the domain controller that was asked, whichever it was',
  ],
  [
    4769,
    SECURITY,
    'a service ticket was asked for; a result code other than 0x0 is the refusal',
    readCode,
    place.servicePrincipal,
  ],
  [4771, SECURITY, 'Kerberos pre-authentication failed; the event has the code', readCode, place.kdcLog],
  [11, KDC, 'several accounts have the same service principal name', 'leave it on one account only', place.servicePrincipal],
  [
    19,
    KDC,
    'a smart card logon was tried, and the domain controller has no suitable certificate',
    remedy.kdcCertificate,
    place.kdcCertificate,
  ],
  [
    20,
    KDC,
    "the domain controller's certificate was valid once and is no longer",
    'enrol the domain controller again, and see that its CA is trusted and its CRL fresh',
    place.kdcCertificate,
  ],
  [
    21,
    KDC,
    'the certificate of the client is not valid; the event has the chain status, and since 2025 it refuses what does not chain to NTAuth',
    remedy.chain,
    whichCertificate,
  ],
  [
    29,
    KDC,
    'the domain controller finds no suitable certificate for smart card logon, or cannot verify the one it has',
    remedy.kdcCertificate,
    place.kdcCertificate,
  ],
  [32, KDC, "the domain controller's certificate lacks the KDC extended key usage", remedy.kdcCertificate, place.kdcCertificate],
  [
    39,
    KDC,
    'the certificate has no strong mapping to the account: no SID in it (KB5014754)',
    'give certificates the SID of their account (`mayfly ca show` says how this CA places it)',
    place.mapping,
  ],
  [
    40,
    KDC,
    'the certificate is older than the account, and has no strong mapping',
    'give certificates the SID of their account; compare the clocks',
    place.mapping,
  ],
  [
    41,
    KDC,
    'the SID in the certificate differs from that of the account',
    'certificate and account must have the same SID: read it from the directory',
    place.mapping,
  ],
  [
    45,
    KDC,
    'the certificate is valid and does not chain to NTAuth (KB5057784): audited now, refused when that is enforced',
    remedy.ntAuth,
    place.ntAuth,
  ],
  [
    49,
    KDC,
    'the SID in the certificate differs from that of the account (Server 2008 R2)',
    'take a newer domain controller',
    place.mapping,
  ],
  [120, KDC, 'the domain controller could not validate its own certificate', remedy.kdcCertificate, place.kdcCertificate],
  [200, KDC, 'the domain controller finds no suitable certificate', remedy.kdcCertificate, place.kdcCertificate],
  [309, KDC, 'the digest of a certificate logon is audited: it will be refused one day', digest, place.hashPolicy],
  [310, KDC, 'the digest of a certificate logon is not supported here (SHA-1)', digest, place.hashPolicy],
  [
    8,
    KERBEROS,
    'the domain controller rejected the certificate of the client; the event has the code',
    'look its code up: `mayfly explain CODE`; most often root, NTAuth or CRL on the domain controller',
    place.chain,
  ],
  [
    9,
    KERBEROS,
    'the host could not validate the certificate of the domain controller; the event has the code',
    "publish the CA of the domain controllers' certificates to NTAuth, and its root to the hosts",
    place.kdcCertificate,
  ],
  [
    100,
    KERBEROS,
    'the service principal name is registered nowhere (0x7)',
    'register it on the account of the host',
    place.servicePrincipal,
  ],
  [101, KERBEROS, 'the service principal name is on several accounts', 'leave it on one account only', place.servicePrincipal],
  [
    102,
    KERBEROS,
    "trust validation of the KDC's certificate failed at the host",
    "publish the CA of the domain controllers' certificates to NTAuth, and its root to the hosts",
    place.kdcCertificate,
  ],
  [
    103,
    KERBEROS,
    'trust validation of the client certificate failed on the KDC; the event has the code',
    remedy.chain,
    place.chain,
  ],
  [104, KERBEROS, 'the KDC of the domain has no certificate for smart card logon', remedy.kdcCertificate, place.kdcCertificate],
  [105, KERBEROS, 'the passwords of a managed service account could not be fetched', 'nothing to do with the card', operational],
  [106, KERBEROS, 'the certificate of the KDC lacks the KDC EKU (1.3.6.1.5.2.3.5)', remedy.kdcCertificate, place.kdcCertificate],
  [
    107,
    KERBEROS,
    "the certificate of the KDC lacks the domain's name: its SAN matches no KDC name",
    remedy.kdcCertificate,
    place.kdcCertificate,
  ],
  [
    108,
    KERBEROS,
    'the host could not reach its KDC proxy',
    'check the address of the KDC proxy, and its certificate',
    operational,
  ],
  [
    109,
    KERBEROS,
    'the host found no suitable credential for the KDC proxy',
    'allow the proxy to be used without one',
    operational,
  ],
  [205, KERBEROS, 'the KDC used a digest for PKINIT that is audited', digest, place.hashPolicy],
  [206, KERBEROS, 'the host used a digest for PKINIT that is audited', digest, place.hashPolicy],
  [207, KERBEROS, 'the KDC used a digest for PKINIT that the host does not support', digest, place.hashPolicy],
  [208, KERBEROS, 'the host asked for a digest for PKINIT that is not supported', digest, place.hashPolicy],
  [
    11,
    CAPI,
    'a chain was built; the event has every certificate and what is wrong with it',
    'mend what its errors name',
    place.chain,
  ],
  [30, CAPI, 'a chain was held against a policy (NTAuth among them)', remedy.chain, place.ntAuth],
  [41, CAPI, 'revocation was checked; the event says why it could not be', remedy.crl, place.crl],
  [53, CAPI, 'a CRL or a certificate was fetched from its URL, or could not be', remedy.crl, place.crl],
  [
    624,
    'Smart Card Service',
    'a program uses CAPI for the RSA key of a card, which the host now sends through KSP (CVE-2024-30098)',
    'update the program; the opt-out DisableCapiOverrideForRSA was removed in April 2026',
    place.driver,
  ],
];
export const windowsEvents: readonly WindowsEvent[] = rows.map(([id, source, cause, fix, look = operational]) => ({
  id,
  source,
  name: `${source} ${id}`,
  cause,
  look,
  fix,
}));
