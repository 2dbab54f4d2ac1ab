/** Whom a check is about; what is wrong with one of a kind explains nothing of another of that kind. */
export type Subject = 'ca' | 'domain-controller' | 'account' | 'host' | 'gateway';

interface CheckFacts {
  /** What is to be so, one clause. */
  readonly title: string;
  /** What is looked at, and how. */
  readonly looksAt: string;
  readonly of: Subject;
  /** Checks of which this one fails, or cannot tell, as a consequence. */
  readonly follows: readonly string[];
  /** Seen only where this script runs. */
  readonly script?: string;
}
const ON_HOST = 'Test-MayflyHost.ps1';
const onHost = (title: string, looksAt: string): CheckFacts => {
  return { title, looksAt, of: 'host', follows: [], script: ON_HOST };
};
const DIRECTORY = ['port-ldap', 'directory-logon'] as const;
const PUBLICATION = ['ca', ...DIRECTORY] as const;
const CRL_OBJECT = [...PUBLICATION, 'crl-object'] as const;
const CRL = ['crl-object', 'crl-fresh', 'crl-signed'] as const;
const ACCOUNT = [...DIRECTORY, 'account'] as const;
const NAMED = [...ACCOUNT, 'account-upn'] as const;

/**
 * THE table of what must hold for a logon, in the order in which it is shown. The words are those of `Test-MayflyHost.ps1` as well.
 * What a check follows stands before it, so that causes are read before consequences.
 */
export const checks = {
  ca: {
    title: 'the CA can be published',
    looksAt: "the issuing CA's own certificate and CRL in the data folder: no lab CA, not retired, valid",
    of: 'ca',
    follows: [],
  },
  'port-ldap': {
    title: 'the domain controller takes LDAP connections',
    looksAt: 'a TCP connection to port 636, or 389 with STARTTLS',
    of: 'domain-controller',
    follows: [],
  },
  'port-kerberos': {
    title: 'the domain controller takes Kerberos connections',
    looksAt: 'a TCP connection to port 88',
    of: 'domain-controller',
    follows: [],
  },
  'directory-logon': {
    title: "the domain controller is proven and lets Mayfly's account in",
    looksAt: 'TLS with the configured anchors, then a bind with the configured account',
    of: 'domain-controller',
    follows: ['port-ldap'],
  },
  clock: {
    title: 'the clock of the domain controller is right',
    looksAt: "the domain controller's time beside ours; Kerberos takes five minutes of difference",
    of: 'domain-controller',
    follows: [...DIRECTORY, 'port-kerberos'],
  },
  ntauth: {
    title: 'NTAuth holds the issuing CA',
    looksAt: 'cACertificate of CN=NTAuthCertificates: the very certificate that issues',
    of: 'domain-controller',
    follows: PUBLICATION,
  },
  root: {
    title: 'the root is trusted in the forest',
    looksAt: 'cACertificate below CN=Certification Authorities',
    of: 'domain-controller',
    follows: PUBLICATION,
  },
  aia: {
    title: 'the issuing CA can be found by its key',
    looksAt: 'cACertificate below CN=AIA',
    of: 'domain-controller',
    follows: PUBLICATION,
  },
  'crl-object': {
    title: 'the CRL is in the directory',
    looksAt: "the cRLDistributionPoint object of the CA's key that its certificates name",
    of: 'domain-controller',
    follows: PUBLICATION,
  },
  'crl-signed': {
    title: "the CRL in the directory is signed by the CA's key",
    looksAt: 'its signature and its issuer',
    of: 'domain-controller',
    follows: CRL_OBJECT,
  },
  'crl-fresh': {
    title: 'the CRL in the directory is valid now',
    looksAt: 'its thisUpdate and nextUpdate',
    of: 'domain-controller',
    follows: [...CRL_OBJECT, 'crl-signed'],
  },
  'crl-twin': {
    title: 'the CRL over HTTP is the one in the directory',
    looksAt: "the HTTP address that the CA's certificates name, octet by octet",
    of: 'ca',
    follows: [...PUBLICATION, ...CRL],
  },
  'kdc-certificate': {
    title: 'the domain controller has a certificate for smart card logon',
    looksAt: 'the certificate it shows in PKINIT: chain, purpose, names, dates',
    of: 'domain-controller',
    follows: ['port-kerberos', 'clock'],
  },
  account: {
    title: 'the account exists',
    looksAt: 'the directory, by user principal name, name or SID',
    of: 'account',
    follows: DIRECTORY,
  },
  'account-upn': {
    title: 'the user principal name leads to this account alone',
    looksAt: 'every account that has the name, explicitly or implicitly, on each domain controller',
    of: 'account',
    follows: ACCOUNT,
  },
  'account-sid': {
    title: 'the SID is that of the account',
    looksAt: 'objectSid on each domain controller, beside the SID that was given',
    of: 'account',
    follows: NAMED,
  },
  'account-enabled': {
    title: 'somebody may log on to the account now',
    looksAt: 'disabled, locked, expired, logon hours',
    of: 'account',
    follows: NAMED,
  },
  'account-rules': {
    title: 'no built-in rule refuses the account',
    looksAt: 'the accounts that nobody gets, whatever the rules say: Tier-0, built-in accounts, computers',
    of: 'account',
    follows: NAMED,
  },
  'host-account': {
    title: 'the host is an enabled computer of the directory',
    looksAt: 'the computer object with this dNSHostName',
    of: 'host',
    follows: DIRECTORY,
  },
  'host-spn': {
    title: "TERMSRV is registered once, on the host's own account",
    looksAt: 'every account with the servicePrincipalName of the host, long or short',
    of: 'host',
    follows: [...DIRECTORY, 'host-account'],
  },
  'account-host': {
    title: 'the account may log on to the host',
    looksAt: "userWorkstations and the service's rules, as for a session that is asked for now",
    of: 'account',
    follows: [...NAMED, 'account-enabled', 'account-rules', 'host-account', 'host-spn'],
  },
  'probe-logon': {
    title: 'the domain controller lets the account in by a card of this CA',
    looksAt: 'a PKINIT logon, of which the ticket is thrown away',
    of: 'domain-controller',
    follows: [
      ...['ca', 'port-kerberos', 'clock', 'ntauth', 'root', 'aia', ...CRL, 'crl-twin', 'kdc-certificate'],
      ...['account', 'account-upn', 'account-sid', 'account-enabled', 'account-rules'],
    ],
  },
  'port-rdp': {
    title: 'the host takes RDP connections',
    looksAt: 'a TCP connection to its port, 3389 unless configured',
    of: 'host',
    follows: ['host-account'],
  },
  'host-nla': {
    title: 'the host speaks Network Level Authentication',
    looksAt: 'what it selects in the RDP negotiation, and whether it takes anything weaker',
    of: 'host',
    follows: ['host-account', 'port-rdp'],
  },
  'host-certificate': {
    title: 'the host can be proven by its certificate, or by Kerberos',
    looksAt: 'the TLS certificate beside the pins and CAs of its profile',
    of: 'host',
    follows: ['host-account', 'port-rdp', 'host-nla'],
  },
  'gateway-certificate': {
    title: "the gateway's certificate is good for RDP clients",
    looksAt: 'RSA, server authentication, the name that .rdp files give, dates, issuer',
    of: 'gateway',
    follows: [],
  },
  'host-rdp-enabled': onHost('the host lets RDP clients in', 'fDenyTSConnections and the firewall rules'),
  'host-security-layer': onHost('the host negotiates TLS', 'SecurityLayer and UserAuthentication of RDP-Tcp'),
  'host-password-prompt': onHost('the host does not ask for a password again', 'fPromptForPassword, set or by policy'),
  'host-smart-card-service': onHost('the Smart Card service starts by itself and runs', 'SCardSvr'),
  'host-device-enumeration': onHost('smart cards are enumerated', 'ScDeviceEnum'),
  'host-piv-driver': onHost("Windows' own driver serves PIV cards", 'the PIV entry of Calais\\SmartCards, and other minidrivers'),
  'host-redirection': onHost('smart cards may be redirected', 'fEnableSmartCard'),
  'host-credential-providers': onHost('the smart card credential provider is shown', 'exclusions and filters of providers'),
  'host-removal': onHost('a card that is gone ends no session', 'ScRemoveOption'),
  'host-legal-notice': onHost('no notice waits for a click', 'legalnoticecaption and legalnoticetext'),
  'host-logon-rights': onHost('the account has the right to log on by RDP', 'SeRemoteInteractiveLogonRight and its denial'),
  'host-policy': onHost('no group policy overrides these settings', 'the policy branch of the registry'),
  'host-encryption-types': onHost('AES is allowed for Kerberos', 'SupportedEncryptionTypes'),
  'host-ntauth-copy': onHost('the host has its copy of NTAuth', 'EnterpriseCertificates\\NTAuth'),
  'host-root-copy': onHost('the host has its copy of the root', 'the machine store Root'),
  'host-crl-reach': onHost('the host reaches the CRL', 'every address of the CRL in the certificates'),
  'host-domain-controller-reach': onHost('the host reaches a domain controller', 'ports 88 and 389'),
} as const satisfies Readonly<Record<string, CheckFacts>>;

export type CheckId = keyof typeof checks;
export const checkIds = Object.keys(checks) as readonly CheckId[];
export const factsOf = (id: CheckId): CheckFacts => checks[id];
/** What only somebody on the spot sees. */
export const scripted: readonly CheckId[] = checkIds.filter((id) => factsOf(id).script !== undefined);
