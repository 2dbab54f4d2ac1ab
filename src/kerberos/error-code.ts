import type { Meaning } from './meaning.ts';

type Row = readonly [code: number, name: string, cause: string, fix: string];
const askKdc = "look at the KDC's log at that time (event 4768 and the Kdcsvc source on a domain controller)";
const chain =
  'publish the issuing CA to NTAuth and its root to the domain, and let every domain controller refresh its policy (`gpupdate`)';
const crl =
  'publish a fresh CRL at every distribution point that the certificate names, where the domain controller can reach it';

/** KRB-ERROR codes, RFC 4120 7.5.9, RFC 4556 3.1.3, RFC 6806, RFC 8070, RFC 8636; causes as seen with smart card logons. */
const rows: readonly Row[] = [
  [1, 'KDC_ERR_NAME_EXP', 'the account has expired', 'extend the account'],
  [2, 'KDC_ERR_SERVICE_EXP', 'the account of the service has expired', 'extend the account of the host'],
  [3, 'KDC_ERR_BAD_PVNO', 'the KDC speaks another version of Kerberos', 'check that the address is that of a KDC'],
  [
    6,
    'KDC_ERR_C_PRINCIPAL_UNKNOWN',
    'the KDC knows no such account in this realm',
    'check the UPN, and that its suffix leads to this realm',
  ],
  [
    7,
    'KDC_ERR_S_PRINCIPAL_UNKNOWN',
    'the service is registered nowhere',
    "use the host's full DNS name; its account needs the service principal name",
  ],
  [8, 'KDC_ERR_PRINCIPAL_NOT_UNIQUE', 'several accounts bear the same name', 'leave the name on one account only'],
  [9, 'KDC_ERR_NULL_KEY', 'the account has no keys', "set the account's password once"],
  [11, 'KDC_ERR_NEVER_VALID', 'the ticket would end before it begins', 'compare the clocks'],
  [
    12,
    'KDC_ERR_POLICY',
    "the KDC's policy forbids this logon: hours, workstations or an authentication policy",
    'look at logon hours, workstations and authentication silos of the account',
  ],
  [13, 'KDC_ERR_BADOPTION', 'the KDC does not grant an option of the request', askKdc],
  [
    14,
    'KDC_ERR_ETYPE_NOSUPP',
    'KDC and account have no encryption type in common with us',
    'enable AES for the account (msDS-SupportedEncryptionTypes) and set its password once',
  ],
  [15, 'KDC_ERR_SUMTYPE_NOSUPP', 'the KDC does not know the type of a checksum', 'ask for other encryption types'],
  [
    16,
    'KDC_ERR_PADATA_TYPE_NOSUPP',
    'the KDC cannot do PKINIT: it has no usable certificate of its own',
    'enrol the domain controller for a Kerberos Authentication certificate',
  ],
  [17, 'KDC_ERR_TRTYPE_NOSUPP', 'the KDC does not support the transited encoding', askKdc],
  [18, 'KDC_ERR_CLIENT_REVOKED', 'the account is disabled, locked or expired', 'enable or unlock the account'],
  [19, 'KDC_ERR_SERVICE_REVOKED', 'the account of the service is disabled', 'enable the account of the host'],
  [20, 'KDC_ERR_TGT_REVOKED', 'the ticket-granting ticket is no longer good', 'log on again'],
  [21, 'KDC_ERR_CLIENT_NOTYET', 'the account is not valid yet', 'compare the clocks'],
  [
    23,
    'KDC_ERR_KEY_EXPIRED',
    "the account's password has expired",
    'have the password changed, or require a smart card for the account and let it roll',
  ],
  [24, 'KDC_ERR_PREAUTH_FAILED', 'the KDC does not accept the pre-authentication', askKdc],
  [
    25,
    'KDC_ERR_PREAUTH_REQUIRED',
    'the KDC wants another pre-authentication than the certificate',
    'enable PKINIT on the KDC; armoured requests (FAST) are not supported',
  ],
  [26, 'KDC_ERR_SERVER_NOMATCH', 'ticket and service do not match', askKdc],
  [27, 'KDC_ERR_MUST_USE_USER2USER', 'the service takes user-to-user tickets only', 'run the service under a computer account'],
  [28, 'KDC_ERR_PATH_NOT_ACCEPTED', 'the KDC does not accept the realms on the way to it', 'check the trusts between the realms'],
  [29, 'KDC_ERR_SVC_UNAVAILABLE', 'a service behind the KDC cannot be reached', 'try again; then ask another domain controller'],
  [
    31,
    'KRB_AP_ERR_BAD_INTEGRITY',
    'the KDC could not read or verify the request: damaged, or a key or algorithm it does not know',
    'use RSA keys and modp-14 with KDCs that know no elliptic curves or no other groups',
  ],
  [32, 'KRB_AP_ERR_TKT_EXPIRED', 'the ticket has expired', 'log on again; compare the clocks'],
  [33, 'KRB_AP_ERR_TKT_NYV', 'the ticket is not valid yet', 'compare the clocks'],
  [34, 'KRB_AP_ERR_REPEAT', 'the KDC has seen this request before', 'try again'],
  [35, 'KRB_AP_ERR_NOT_US', 'the ticket is for another service', 'check for a service principal name that is registered twice'],
  [36, 'KRB_AP_ERR_BADMATCH', 'ticket and authenticator do not match', 'log on again'],
  [37, 'KRB_AP_ERR_SKEW', 'the clocks differ by more than the KDC allows (5 minutes)', 'synchronise both clocks'],
  [38, 'KRB_AP_ERR_BADADDR', 'the ticket is bound to another address', 'log on again'],
  [39, 'KRB_AP_ERR_BADVERSION', 'the version of the protocol is wrong', 'check that the address is that of a KDC'],
  [40, 'KRB_AP_ERR_MSG_TYPE', 'the type of the message is wrong', 'check that the address is that of a KDC'],
  [
    41,
    'KRB_AP_ERR_MODIFIED',
    'a checksum of the request is wrong, or the ticket is under another key',
    'check for a service principal name that is registered twice, and for something that changes requests on the way',
  ],
  [44, 'KRB_AP_ERR_BADKEYVER', 'the ticket is under a key that is no longer there', 'log on again'],
  [45, 'KRB_AP_ERR_NOKEY', 'the service has no such key', 'log on again'],
  [46, 'KRB_AP_ERR_MUT_FAIL', 'the service could not prove itself', askKdc],
  [48, 'KRB_AP_ERR_METHOD', 'another way of authentication is required', askKdc],
  [50, 'KRB_AP_ERR_INAPP_CKSUM', 'the type of a checksum is not right here', askKdc],
  [52, 'KRB_ERR_RESPONSE_TOO_BIG', 'the reply does not fit', 'use TCP'],
  [60, 'KRB_ERR_GENERIC', 'the KDC failed, and does not say how', askKdc],
  [61, 'KRB_ERR_FIELD_TOOLONG', 'a field of the request is too long for the KDC', "raise the KDC's limit for requests"],
  [62, 'KDC_ERR_CLIENT_NOT_TRUSTED', 'the KDC does not trust the certificate: its chain, or NTAuth', chain],
  [
    63,
    'KDC_ERR_KDC_NOT_TRUSTED',
    "the KDC's certificate is not trusted",
    "name the CA of the domain controllers' certificates as anchor",
  ],
  [
    64,
    'KDC_ERR_INVALID_SIG',
    'the signature of the request does not verify',
    'certificate and key do not belong together; check the card',
  ],
  [
    65,
    'KDC_ERR_DH_KEY_PARAMETERS_NOT_ACCEPTED',
    'the KDC refuses the Diffie-Hellman group, and offers none that exists here',
    'allow MODP group 14 or P-256 on the KDC',
  ],
  [
    66,
    'KDC_ERR_CERTIFICATE_MISMATCH',
    'the certificate maps to no account, or its SID to another one',
    'certificate and account must have the same SID: read it from the directory',
  ],
  [67, 'KRB_AP_ERR_NO_TGT', 'user-to-user needs the ticket of the service', 'run the service under a computer account'],
  [
    68,
    'KDC_ERR_WRONG_REALM',
    'the account is in another realm, which the KDC does not name or which was asked before',
    'configure the realm of the account',
  ],
  [
    69,
    'KRB_AP_ERR_USER_TO_USER_REQUIRED',
    'the service takes user-to-user tickets only',
    'run the service under a computer account',
  ],
  [
    70,
    'KDC_ERR_CANT_VERIFY_CERTIFICATE',
    'the KDC finds no path from the certificate to a CA it trusts, or the CA is not in NTAuth',
    chain,
  ],
  [
    71,
    'KDC_ERR_INVALID_CERTIFICATE',
    'the KDC cannot use the certificate: form, key usage, lifetime or an extension',
    'compare the clocks; check the certificate with `openssl x509 -text`, and its CRL',
  ],
  [
    72,
    'KDC_ERR_REVOKED_CERTIFICATE',
    'the certificate, or one above it, is revoked',
    'issue a new certificate; if it was not meant to be revoked, look at the CRL',
  ],
  [73, 'KDC_ERR_REVOCATION_STATUS_UNKNOWN', 'the KDC has no CRL that covers the certificate', crl],
  [74, 'KDC_ERR_REVOCATION_STATUS_UNAVAILABLE', 'the KDC cannot fetch the CRL', crl],
  [
    75,
    'KDC_ERR_CLIENT_NAME_MISMATCH',
    "the certificate's UPN is not that of the account",
    'certificate and account must have the same UPN',
  ],
  [
    76,
    'KDC_ERR_KDC_NAME_MISMATCH',
    "the KDC's certificate bears another name",
    'enrol the domain controller for a Kerberos Authentication certificate',
  ],
  [
    77,
    'KDC_ERR_INCONSISTENT_KEY_PURPOSE',
    'the certificate is not for smart card logon',
    'the certificate needs the usages Smart Card Logon and client authentication, and digitalSignature',
  ],
  [
    78,
    'KDC_ERR_DIGEST_IN_CERT_NOT_ACCEPTED',
    "the KDC does not accept the digest under the certificate's signature",
    'sign certificates with SHA-256',
  ],
  [79, 'KDC_ERR_PA_CHECKSUM_MUST_BE_INCLUDED', 'the KDC misses a checksum of the request', 'update Mayfly: it always sends both'],
  [
    80,
    'KDC_ERR_DIGEST_IN_SIGNED_DATA_NOT_ACCEPTED',
    'the KDC accepts no digest that exists here (SHA-256, SHA-384, SHA-512)',
    'allow SHA-256 in "Configure hash algorithms for certificate logon"',
  ],
  [
    81,
    'KDC_ERR_PUBLIC_KEY_ENCRYPTION_NOT_SUPPORTED',
    'the KDC does not do public key encryption',
    'Mayfly never asks for it; check for something that changes requests on the way',
  ],
  [
    90,
    'KDC_ERR_PREAUTH_EXPIRED',
    'the freshness token was too old, and the new one, too',
    'compare the clocks of the domain controllers',
  ],
  [91, 'KDC_ERR_MORE_PREAUTH_DATA_REQUIRED', 'the KDC wants another round of pre-authentication', 'such KDCs are not supported'],
  [
    93,
    'KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS',
    'the KDC wants armoured requests (FAST)',
    'allow unarmoured requests for the account; FAST is not supported',
  ],
  [
    100,
    'KDC_ERR_NO_ACCEPTABLE_KDF',
    'the KDC wants a key derivation of RFC 8636 that was not offered',
    'set supportedKdfs for the realm',
  ],
];
const meanings: ReadonlyMap<number, Meaning> = new Map(rows.map(([code, name, cause, fix]) => [code, { name, cause, fix }]));
/** By number; `undefined` for one that no specification names. */
export const krbErrorMeaning = (code: number): Meaning | undefined => meanings.get(code);
export const krbErrorCodes: readonly number[] = rows.map(([code]) => code);
