/**
 * Codes that a refused smart card logon leaves, and the usual cause of each there. Sources: RFC 4120 7.5.9, RFC 4556 3.1.3, RFC 6806 and
 * RFC 8636 for KRB-ERROR; [MS-ERREF] 2.1.1 and 2.3.1 for HRESULT and NTSTATUS; [MS-PKCA] for checksums and digests; KB5014754, KB5057784
 * and the manifests of Kerberos-Key-Distribution-Center and Security-Kerberos for events; what the screens say, by reports of their
 * users (GSA/piv-guides#49 for the key container). `words` are what an explanation cannot leave out, in any order.
 */
export interface RefusalCode {
  readonly asked: string;
  readonly kind: 'krb-error' | 'ntstatus' | 'hresult' | 'event' | 'screen' | 'ldap';
  readonly name: string;
  /** The usual cause, as the field has it. */
  readonly usual: string;
  readonly words: readonly RegExp[];
}
const of =
  (kind: RefusalCode['kind']) =>
  (asked: string, name: string, usual: string, ...words: readonly RegExp[]): RefusalCode => ({ asked, kind, name, usual, words });
const krb = of('krb-error');
const status = of('ntstatus');
const hresult = of('hresult');
const event = of('event');
const screen = of('screen');
const ldap = of('ldap');

export const refusalCodes: readonly RefusalCode[] = [
  krb('6', 'C_PRINCIPAL_UNKNOWN', 'wrong realm, or UPN not in this domain', /realm/, /UPN/, /domain/),
  krb('7', 'S_PRINCIPAL_UNKNOWN', 'target given as IP or alias; no TERMSRV SPN', /IP address/, /alias/, /TERMSRV/),
  krb('16', 'PADATA_TYPE_NOSUPP', 'DC has no usable KDC certificate', /no usable KDC certificate/),
  krb('0x10', 'PADATA_TYPE_NOSUPP', 'DC has no usable KDC certificate', /no usable KDC certificate/),
  krb('18', 'CLIENT_REVOKED', 'account disabled, locked, hours', /disabled/, /locked/, /hours/),
  krb('24', 'PREAUTH_FAILED', 'pre-authentication failed', /does not accept the pre-authentication/),
  krb('25', 'PREAUTH_REQUIRED', 'normal first step', /normal/, /first step/),
  krb('37', 'AP_ERR_SKEW', 'clock more than 5 minutes off', /clocks/, /5 minutes/),
  krb('62', 'CLIENT_NOT_TRUSTED', 'chain or NTAuth; the HRESULT of the e-data says which', /chain/, /NTAuth/),
  krb('0x3E', 'CLIENT_NOT_TRUSTED', 'chain or NTAuth; the HRESULT of the e-data says which', /chain/, /NTAuth/),
  krb('63', 'KDC_NOT_TRUSTED', "client side does not trust DC's CA", /client side does not trust/, /CA/),
  krb('64', 'INVALID_SIG', 'key and certificate differ, or bad digest', /key and certificate differ/, /digest/),
  krb('65', 'DH_KEY_PARAMETERS_NOT_ACCEPTED', 'group too small', /group/, /too small/),
  krb('66', 'CERTIFICATE_MISMATCH', 'no or wrong SID (KB5014754)', /SID/, /KB5014754/),
  krb('0x42', 'CERTIFICATE_MISMATCH', 'no or wrong SID (KB5014754)', /SID/, /KB5014754/),
  krb('68', 'WRONG_REALM', 'referral needed', /referral/, /another realm/),
  krb('70', 'CANT_VERIFY_CERTIFICATE', 'issuing CA not in NTAuth, or no path', /issuing CA is not in NTAuth/, /no path/),
  krb('71', 'INVALID_CERTIFICATE', 'profile wrong (EKU, KU)', /key usage/, /extended key usage/),
  krb('72', 'REVOKED_CERTIFICATE', 'CRL', /revoked/),
  krb('73', 'REVOCATION_STATUS_UNKNOWN', 'CRL', /CRL/),
  krb('74', 'REVOCATION_STATUS_UNAVAILABLE', 'CRL', /CRL/, /fetch/),
  krb('75', 'CLIENT_NAME_MISMATCH', 'UPN does not map to account', /UPN does not map to the account/),
  krb('0x4B', 'CLIENT_NAME_MISMATCH', 'UPN does not map to account', /UPN does not map to the account/),
  krb('76', 'KDC_NAME_MISMATCH', 'DC certificate SAN', /KDC's certificate/, /SAN/),
  krb('77', 'INCONSISTENT_KEY_PURPOSE', 'EKU missing', /EKU/, /lacks/),
  krb('78', 'DIGEST_IN_CERT_NOT_ACCEPTED', 'SHA-1 disabled', /SHA-1/, /disabled/, /certificate's signature/),
  krb('80', 'DIGEST_IN_SIGNED_DATA_NOT_ACCEPTED', 'SHA-1 disabled', /SHA-1/, /disabled/),
  krb('79', 'PA_CHECKSUM_MUST_BE_INCLUDED', 'no paChecksum2', /paChecksum2/),
  krb('81', 'PUBLIC_KEY_ENCRYPTION_NOT_SUPPORTED', 'RSA transport', /RSA transport/),

  hresult('0x80092013', 'CRYPT_E_REVOCATION_OFFLINE', 'revocation offline', /revocation/, /offline/),
  hresult('0x80092012', 'CRYPT_E_NO_REVOCATION_CHECK', 'no revocation check possible', /no revocation check/, /possible/),
  hresult('0x800B0109', 'CERT_E_UNTRUSTEDROOT', 'untrusted root', /root/, /untrusted/),
  hresult('0x800B0101', 'CERT_E_EXPIRED', 'expired, or not yet valid', /expired/, /not valid yet/),
  hresult('0x80092010', 'CRYPT_E_REVOKED', 'revoked', /revoked/),

  status('0xC000006D', 'LOGON_FAILURE', 'generic; look at 4768 and the Kdcsvc log of the DC', /generic/, /4768/, /Kdcsvc/),
  status('C0000320', 'PKINIT_FAILURE', 'PKINIT failure', /domain controller's certificate/, /PKINIT failure/),
  status('C0000380', 'SMARTCARD_WRONG_PIN', 'wrong PIN', /PIN is wrong/),
  status('C0000381', 'SMARTCARD_CARD_BLOCKED', 'card blocked', /card is blocked/),
  status('C0000382', 'SMARTCARD_CARD_NOT_AUTHENTICATED', 'card not authenticated', /card is not authenticated/),
  status('C0000383', 'SMARTCARD_NO_CARD', 'no card', /no card/),
  status('C0000384', 'SMARTCARD_NO_KEY_CONTAINER', 'no key container', /key container is not on the card/),
  status('C0000385', 'SMARTCARD_NO_CERTIFICATE', 'no certificate', /no certificate/),
  status('C0000386', 'SMARTCARD_NO_KEYSET', 'no keyset', /no keyset/),
  status('C0000387', 'SMARTCARD_IO_ERROR', 'IO error', /IO error/),
  status('C0000388', 'DOWNGRADE_DETECTED', 'downgrade detected', /downgrade was detected/),
  status('C0000389', 'SMARTCARD_CERT_REVOKED', 'certificate revoked', /certificate is revoked/),
  status('C000038A', 'ISSUING_CA_UNTRUSTED', 'issuing CA untrusted', /issuing CA is untrusted/),
  status('C000038B', 'REVOCATION_OFFLINE_C', 'revocation offline', /revocation/, /offline/),
  status(
    'C000038C',
    'PKINIT_CLIENT_FAILURE',
    'PKINIT client failure',
    /smart card certificate is not trusted/,
    /PKINIT client failure/,
  ),
  status('C000038D', 'SMARTCARD_CERT_EXPIRED', 'certificate expired', /certificate has expired/),
  status('C00002F9', 'PKINIT_NAME_MISMATCH', 'certificate names another account', /names are not those of the account/),
  status('C00002FA', 'SMARTCARD_LOGON_REQUIRED', 'a password was used', /password was used/),
  status('C00002FB', 'KDC_INVALID_REQUEST', 'no KDC certificate, or PKINIT unsupported', /no KDC certificate/, /PKINIT/),
  status('C0000321', 'SMARTCARD_SUBSYSTEM_FAILURE', 'the smart card service', /smart card service/),
  status('C000038F', 'SMARTCARD_SILENT_CONTEXT', 'a PIN wanted in a silent call', /may not ask for the PIN/),
  status('C000040C', 'REVOCATION_OFFLINE_KDC', 'CRL of the DC certificate', /domain controller's certificate/, /CRL/),
  status('C000040D', 'ISSUING_CA_UNTRUSTED_KDC', 'CA of the DC certificate', /domain controller's certificate/, /not trusted/),
  status('C000040E', 'KDC_CERT_EXPIRED', 'DC certificate expired', /domain controller's certificate has expired/),
  status('C000040F', 'KDC_CERT_REVOKED', 'DC certificate revoked', /domain controller's certificate is revoked/),
  status('C000015B', 'LOGON_TYPE_NOT_GRANTED', 'not allowed by Remote Desktop', /no right to log on/),
  status('C0000413', 'AUTHENTICATION_FIREWALL_FAILED', 'selective authentication', /selective authentication/),

  event(
    'event 4768',
    'Security 4768',
    'result code, issuer, serial, thumbprint',
    /result code/,
    /issuer/,
    /serial/,
    /thumbprint/,
  ),
  event('Kdcsvc 19', 'Kdcsvc 19', 'no suitable KDC certificate', /no suitable certificate/),
  event('Kdcsvc 20', 'Kdcsvc 20', 'KDC certificate no longer valid', /was valid once/),
  event(
    'Kdcsvc 21',
    'Kdcsvc 21',
    'client certificate not valid; NTAuth enforced',
    /certificate of the client is not valid/,
    /NTAuth/,
  ),
  event('Kdcsvc 29', 'Kdcsvc 29', 'no suitable KDC certificate', /no suitable certificate/),
  event('event 39', 'Kdcsvc 39', 'no strong mapping', /no strong mapping/),
  event('event 40', 'Kdcsvc 40', 'certificate older than account', /older than the account/),
  event('Kdcsvc 41', 'Kdcsvc 41', 'SID mismatch', /SID/, /differs/),
  event('event 45', 'Kdcsvc 45', 'does not chain to NTAuth, audited', /NTAuth/, /audited/),
  event('Security-Kerberos 8', 'Security-Kerberos 8', 'DC rejected the client certificate', /rejected the certificate/),
  event('Security-Kerberos 9', 'Security-Kerberos 9', 'host could not validate the DC certificate', /could not validate/),
  ...[100, 101, 102, 104, 105, 108, 109].map((id) =>
    event(`Security-Kerberos ${id}`, `Security-Kerberos ${id}`, 'of the Kerberos client of the host', /./),
  ),
  event('event 103', 'Security-Kerberos 103', 'client certificate trust failure', /trust/, /client certificate/),
  event('event 106', 'Security-Kerberos 106', 'KDC certificate lacks KDC EKU', /lacks the KDC EKU/),
  event('event 107', 'Security-Kerberos 107', 'KDC name', /KDC name/, /SAN/),
  event('event 309', 'Kdcsvc 309', 'digest audited', /digest/, /audited/),
  event('event 310', 'Kdcsvc 310', 'digest not supported', /digest/, /not supported/),
  ...[205, 206, 207, 208].map((id) => event(`event ${id}`, `Security-Kerberos ${id}`, 'digest of PKINIT', /digest for PKINIT/)),
  event('event 624', 'Smart Card Service 624', 'CAPI in place of KSP (CVE-2024-30098)', /CAPI/, /KSP/, /CVE-2024-30098/),

  screen(
    '"No valid certificates were found on this smart card."',
    'No valid certificates were found on this smart card',
    'SCardSvr not running, or EKU, or propagation',
    /SCardSvr/,
    /EKU/,
    /propagated/,
  ),
  screen(
    'Signing in with a smart card isn\u2019t supported for your account',
    "Signing in with a smart card isn't supported for your account",
    'DC certificate missing; read the Security-Kerberos log',
    /no usable KDC certificate/,
    /Security-Kerberos/,
  ),
  screen(
    'the requested key container does not exist on the smart card',
    'The requested key container does not exist on the smart card',
    'wrong driver or container',
    /wrong driver/,
    /container/,
  ),
  screen('smartcard certificate has expired', 'The smartcard certificate has expired', 'skew', /skew/, /clocks/),
  screen(
    'requires enhanced RDP security with CredSSP',
    'requires enhanced RDP security with CredSSP',
    'NLA on target',
    /Network Level Authentication \(NLA\)/,
  ),
  screen(
    'The revocation status of the smart card certificate could not be determined',
    'The revocation status of the smart card certificate could not be determined',
    'CRL',
    /CRL/,
    /offline/,
  ),
  ldap('LDAP 52', 'unavailable', 'no LDAPS certificate', /certificate/, /LDAPS/),
  ldap('referral', 'referral', 'wrong domain', /another domain/),
];
