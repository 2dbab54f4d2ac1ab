/** What mends the causes that several codes share: said once, whatever the code. */
export const remedy = {
  chain:
    'publish the issuing CA to NTAuth and its root to the domain, and let every domain controller refresh its policy (`gpupdate`)',
  ntAuth: 'publish the issuing CA to NTAuth and let the domain controllers refresh their policy (`gpupdate`)',
  root: 'publish the root to the domain (Certification Authorities) and let the domain controllers refresh their policy',
  crl: 'publish a fresh CRL at every distribution point that the certificate names, where the domain controller can reach it',
  kdcCertificate: 'enrol the domain controller for a Kerberos Authentication certificate',
  clocks: 'synchronise the clocks',
  sameUpn: 'certificate and account must have the same UPN',
  driver: 'check that the PIV entry in Calais\\SmartCards is msclmd.dll, and that no other driver takes the card',
  usages: 'the certificate needs the usages Smart Card Logon and client authentication, and digitalSignature',
  servicePrincipalTwice: 'check for a service principal name that is registered twice',
  newSession: 'ask for a new session',
  again: 'try again',
  logOnAgain: 'log on again',
  otherKdc: 'try again; if it stays, ask another domain controller',
} as const;
