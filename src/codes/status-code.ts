import type { Meaning } from './meaning.ts';

type Row = readonly [code: number, name: string, cause: string, fix: string];
const keySet = 'check that the PIV entry in Calais\\SmartCards is msclmd.dll, and that no other driver takes the card';
const account = 'look at the account in Active Directory';
const crl =
  'publish a fresh CRL at every distribution point that the certificate names, where the domain controller can reach it';
const root = 'publish the root to the domain (Certification Authorities) and let the domain controllers refresh their policy';
const ntAuth = 'publish the issuing CA to NTAuth and let the domain controllers refresh their policy';

/** NTSTATUS, [MS-ERREF] 2.3.1, as far as a logon meets them. */
const ntStatus: readonly Row[] = [
  [0xc0000022, 'STATUS_ACCESS_DENIED', 'access is denied', account],
  [
    0xc000005e,
    'STATUS_NO_LOGON_SERVERS',
    'the host reaches no domain controller',
    'check DNS and the way between the host and its domain controllers',
  ],
  [0xc0000064, 'STATUS_NO_SUCH_USER', 'there is no such account', 'check name and domain'],
  [0xc000006a, 'STATUS_WRONG_PASSWORD', 'the secret is wrong', 'check the PIN'],
  [
    0xc000006d,
    'STATUS_LOGON_FAILURE',
    'the logon failed, and the host does not say why',
    'look at event 4768 and the Kdcsvc source on the domain controller',
  ],
  [0xc000006e, 'STATUS_ACCOUNT_RESTRICTION', 'a restriction of the account forbids the logon', account],
  [0xc000006f, 'STATUS_INVALID_LOGON_HOURS', 'the account may not log on at this hour', account],
  [0xc0000070, 'STATUS_INVALID_WORKSTATION', 'the account may not log on at this host', account],
  [0xc0000071, 'STATUS_PASSWORD_EXPIRED', "the account's password has expired", 'have it changed'],
  [0xc0000072, 'STATUS_ACCOUNT_DISABLED', 'the account is disabled', 'enable the account'],
  [0xc000009a, 'STATUS_INSUFFICIENT_RESOURCES', 'the domain controller is out of resources', 'look at the domain controller'],
  [
    0xc00000bb,
    'STATUS_NOT_SUPPORTED',
    'the domain controller does not support smart card logon: it has no usable certificate',
    'enrol it for a Kerberos Authentication certificate',
  ],
  [0xc0000133, 'STATUS_TIME_DIFFERENCE_AT_DC', 'the clocks differ too much', 'synchronise the clocks'],
  [
    0xc000015b,
    'STATUS_LOGON_TYPE_NOT_GRANTED',
    'the account has no right to log on in this way at this host',
    'add it to Remote Desktop Users',
  ],
  [0xc000018a, 'STATUS_NO_TRUST_LSA_SECRET', "the host has lost its own account's password", 'join the host to the domain again'],
  [0xc000018b, 'STATUS_NO_TRUST_SAM_ACCOUNT', 'the host has no valid account in the domain', 'join the host again'],
  [0xc0000192, 'STATUS_NETLOGON_NOT_STARTED', 'Netlogon does not run', 'start the service'],
  [0xc0000193, 'STATUS_ACCOUNT_EXPIRED', 'the account has expired', 'extend the account'],
  [0xc0000224, 'STATUS_PASSWORD_MUST_CHANGE', 'the password must be changed first', account],
  [0xc0000234, 'STATUS_ACCOUNT_LOCKED_OUT', 'the account is locked', 'unlock the account'],
  [
    0xc00002ee,
    'STATUS_UNFINISHED_CONTEXT_DELETED',
    'the negotiation was broken off',
    'look at the Security-Kerberos log of the host',
  ],
  [
    0xc00002f9,
    'STATUS_PKINIT_NAME_MISMATCH',
    "the certificate's names are not those of the account",
    'certificate and account must have the same UPN',
  ],
  [0xc00002fa, 'STATUS_SMARTCARD_LOGON_REQUIRED', 'the account may log on by smart card only', 'log on with the card'],
  [
    0xc0000320,
    'STATUS_PKINIT_FAILURE',
    'the domain controller could not check the certificate',
    'look at the Kdcsvc source and the CAPI2 log of the domain controller',
  ],
  [0xc0000321, 'STATUS_SMARTCARD_SUBSYSTEM_FAILURE', 'the smart card service failed', 'check that SCardSvr runs on the host'],
  [0xc0000380, 'STATUS_SMARTCARD_WRONG_PIN', 'the PIN is wrong', 'ask for a new session'],
  [0xc0000381, 'STATUS_SMARTCARD_CARD_BLOCKED', 'the card is blocked', 'ask for a new session'],
  [0xc0000382, 'STATUS_SMARTCARD_CARD_NOT_AUTHENTICATED', 'no PIN was shown to the card', 'ask for a new session'],
  [0xc0000383, 'STATUS_SMARTCARD_NO_CARD', 'there is no card in the reader', 'check smart card redirection (fEnableSmartCard)'],
  [
    0xc0000384,
    'STATUS_SMARTCARD_NO_KEY_CONTAINER',
    'the key container is not on the card',
    'check that the PIV entry in Calais\\SmartCards is msclmd.dll',
  ],
  [
    0xc0000385,
    'STATUS_SMARTCARD_NO_CERTIFICATE',
    'there is no certificate on the card',
    'check that the PIV entry in Calais\\SmartCards is msclmd.dll',
  ],
  [
    0xc0000386,
    'STATUS_SMARTCARD_NO_KEYSET',
    'there is no key set on the card',
    'check that the PIV entry in Calais\\SmartCards is msclmd.dll',
  ],
  [0xc0000387, 'STATUS_SMARTCARD_IO_ERROR', 'the card did not answer', 'ask for a new session'],
  [
    0xc0000388,
    'STATUS_DOWNGRADE_DETECTED',
    'somebody tried to weaken the authentication',
    'check the way between host and domain controller',
  ],
  [0xc0000389, 'STATUS_SMARTCARD_CERT_REVOKED', 'the certificate is revoked', 'look at the CRL'],
  [0xc000038a, 'STATUS_ISSUING_CA_UNTRUSTED', 'the issuing CA is not trusted', ntAuth],
  [0xc000038b, 'STATUS_REVOCATION_OFFLINE_C', 'the CRL cannot be fetched', crl],
  [
    0xc000038c,
    'STATUS_PKINIT_CLIENT_FAILURE',
    "the domain controller's certificate is not trusted by the client",
    'publish its CA to NTAuth and root of the client',
  ],
  [0xc000038d, 'STATUS_SMARTCARD_CERT_EXPIRED', 'the certificate has expired', 'compare the clocks'],
  [0xc000038e, 'STATUS_DRIVER_FAILED_PRIOR_UNLOAD', 'a driver of the host could not be loaded', 'restart the host'],
  [
    0xc000038f,
    'STATUS_SMARTCARD_SILENT_CONTEXT',
    'the host may not ask for the PIN that it needs',
    'log on with the PIN in the RDP session',
  ],
  [
    0xc0000413,
    'STATUS_AUTHENTICATION_FIREWALL_FAILED',
    'selective authentication forbids the account on this host',
    'grant Allowed to Authenticate on the host',
  ],
];
/** HRESULT of certificate checks, [MS-ERREF] 2.1.1. */
const hresult: readonly Row[] = [
  [0x80090011, 'NTE_NOT_FOUND', 'the key is not where it was looked for', keySet],
  [0x80090013, 'NTE_BAD_PROVIDER', 'the provider is not valid', keySet],
  [0x80090016, 'NTE_BAD_KEYSET', 'the key set does not exist', keySet],
  [0x80090017, 'NTE_PROV_TYPE_NOT_DEF', 'there is no provider of that type', keySet],
  [0x80090019, 'NTE_KEYSET_NOT_DEF', 'the key set is not defined', keySet],
  [0x8009001a, 'NTE_KEYSET_ENTRY_BAD', 'the key set is registered wrongly', keySet],
  [0x8009001e, 'NTE_PROV_DLL_NOT_FOUND', 'the provider is not there', keySet],
  [0x80090308, 'SEC_E_INVALID_TOKEN', 'the token is not valid', 'look at the Security-Kerberos log'],
  [0x8009030c, 'SEC_E_LOGON_DENIED', 'the host refuses the logon', account],
  [
    0x80090322,
    'SEC_E_WRONG_PRINCIPAL',
    'the host is not the service that the ticket is for',
    'check for a service principal name that is registered twice',
  ],
  [0x80090324, 'SEC_E_TIME_SKEW', 'the clocks differ too much', 'synchronise the clocks'],
  [0x80090325, 'SEC_E_UNTRUSTED_ROOT', 'the root of the chain is not trusted', root],
  [0x80090327, 'SEC_E_CERT_UNKNOWN', 'the certificate could not be processed', 'look at the CAPI2 log'],
  [0x80090328, 'SEC_E_CERT_EXPIRED', 'the certificate has expired', 'compare the clocks'],
  [0x8010002c, 'SCARD_E_NO_SUCH_CERTIFICATE', 'the certificate is not on the card', keySet],
  [0x80100030, 'SCARD_E_NO_KEY_CONTAINER', 'the key container is not on the card', keySet],
  [0x80092004, 'CRYPT_E_NOT_FOUND', 'the certificate or a part of it was not found', 'look at the CAPI2 log'],
  [0x80092010, 'CRYPT_E_REVOKED', 'the certificate is revoked', 'look at the CRL'],
  [0x80092012, 'CRYPT_E_NO_REVOCATION_CHECK', 'revocation could not be checked: no CRL covers the certificate', crl],
  [0x80092013, 'CRYPT_E_REVOCATION_OFFLINE', 'the CRL cannot be fetched, or has expired', crl],
  [0x80096004, 'TRUST_E_CERT_SIGNATURE', "the certificate's signature does not verify", 'check for two CAs of the same name'],
  [0x800b0101, 'CERT_E_EXPIRED', 'a certificate of the chain has expired, or is not valid yet', 'compare the clocks'],
  [0x800b0103, 'CERT_E_ROLE', 'a certificate of the chain is no CA', 'check the chain'],
  [0x800b0105, 'CERT_E_CRITICAL', 'a critical extension is not understood', 'check the certificates of the chain'],
  [0x800b0109, 'CERT_E_UNTRUSTEDROOT', 'the root of the chain is not trusted', root],
  [0x800b010a, 'CERT_E_CHAINING', 'no chain leads to a trusted root', root],
  [0x800b010c, 'CERT_E_REVOKED', 'a certificate of the chain is revoked', 'look at the CRLs'],
  [0x800b010e, 'CERT_E_REVOCATION_FAILURE', 'revocation could not be checked', crl],
  [
    0x800b0110,
    'CERT_E_WRONG_USAGE',
    'the certificate is not for this use',
    'the certificate needs the usages Smart Card Logon and client authentication',
  ],
  [
    0x800b0111,
    'TRUST_E_EXPLICIT_DISTRUST',
    'a certificate of the chain is among those explicitly distrusted',
    'look at the Disallowed store of the domain controllers',
  ],
  [0x800b0112, 'CERT_E_UNTRUSTEDCA', 'the issuing CA is not in NTAuth', ntAuth],
  [0x800b0114, 'CERT_E_INVALID_NAME', 'a name lies outside what the CA may certify', "look at the CA's name constraints"],
];
const table = (rows: readonly Row[]): ReadonlyMap<number, Meaning> =>
  new Map(rows.map(([code, name, cause, fix]) => [code, { name, cause, fix }]));
const ntStatuses = table(ntStatus);
const hresults = table(hresult);
/** Say that something failed, and not what. */
const vague: readonly number[] = [0xc000006d, 0xc0000320, 0x80090308];

export const ntStatusMeaning = (status: number): Meaning | undefined => ntStatuses.get(status);
export const hresultMeaning = (status: number): Meaning | undefined => hresults.get(status);
/** NTSTATUS or HRESULT: no number is both. */
export const statusMeaning = (status: number): Meaning | undefined => ntStatusMeaning(status) ?? hresultMeaning(status);
/** Whether the status says less than any KRB-ERROR of its own. */
export const isVague = (status: number): boolean => vague.includes(status);
export const statusText = (status: number): string => `0x${status.toString(16).padStart(8, '0').toUpperCase()}`;
