/** Where the cause of a refusal is to be seen: said once, whatever the code. */
export const place = {
  kdcLog:
    'the log of the KDC at that time; on a domain controller event 4768 (Security log, with its result code) and the source Kdcsvc (System log)',
  hostLog: "the host's Security log at that time (event 4625, with its status) and its log Security-Kerberos/Operational",
  chain:
    'the CAPI2/Operational log of the machine that refused, which names the certificate that failed; `certutil -urlfetch -verify user.cer` there',
  ntAuth: '`certutil -viewstore -enterprise NTAuth` on the machine that refused; `mayfly ad plan` says what the directory lacks',
  crl: 'the CAPI2/Operational log of the machine that refused, which names the URL that failed; `certutil -urlfetch -verify user.cer` there',
  kdcCertificate:
    "the domain controller's own certificates (`certutil -dcinfo verify`), and events 19, 20, 29 and 32 of Kdcsvc in its System log",
  account: 'the account in Active Directory; `mayfly ad account NAME` says what stands in its way',
  mapping:
    'events 39, 40 and 41 of Kdcsvc in the System log of the domain controller; `mayfly ad account NAME` says UPN and SID of the account',
  clocks: '`w32tm /query /status` on host and domain controller, and the clock of this machine',
  servicePrincipal:
    '`setspn -Q TERMSRV/HOST` says which accounts have the name; `mayfly ad hosts HOST` what stands in the way of the host',
  trusts: 'the trusts of the domains (`nltest /domain_trusts`), and the log of the KDC that refused',
  domainMember: 'the System log of the host (source Netlogon), and `nltest /sc_verify:DOMAIN` there',
  hashPolicy: 'the policy "Configure hash algorithms for certificate logon" and events 309 and 310 of the domain controller',
  card: '`certutil -scinfo` in a session on the host; the end that `mayfly session show ID` gives says how far the host came with the card',
  driver: 'the key HKLM\\SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards on the host, and `certutil -scinfo` there',
  cardService: 'the service SCardSvr on the host (`Get-Service SCardSvr`), and its log SmartCard-*/Operational',
  logonRight:
    'the host\'s right "Allow log on through Remote Desktop Services" and its group Remote Desktop Users; event 4625 in its Security log',
  hostSettings: 'the Remote Desktop settings of the host and the policies that set them (`gpresult /h`), `mayfly rdp probe HOST`',
  serviceLog: 'the log of the service, by the id of the request; `mayfly config check`',
  journal: 'the journal: `mayfly session show ID`, `mayfly journal export`',
  caLog: 'the log of the CA process, and its own list of what it issued; `mayfly ca show`',
  directory: 'the directory, as the service sees it: `mayfly ad account NAME`, `mayfly ad hosts HOST`',
} as const;
