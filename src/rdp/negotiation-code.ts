/** requestedProtocols and selectedProtocol, [MS-RDPBCGR] 2.2.1.1.1 and 2.2.1.2.1. */
export const securityProtocol = {
  rdp: 0,
  ssl: 0x01,
  /** CredSSP over TLS. */
  hybrid: 0x02,
  rdstls: 0x04,
  /** CredSSP, and the Early User Authorization Result behind it. */
  hybridEx: 0x08,
  rdsaad: 0x10,
} as const;

/** Flags of an RDP_NEG_REQ, 2.2.1.1.1. */
export const requestFlag = {
  restrictedAdminModeRequired: 0x01,
  redirectedAuthenticationModeRequired: 0x02,
  correlationInfoPresent: 0x08,
} as const;

/** Flags of an RDP_NEG_RSP, 2.2.1.2.1. */
export const responseFlag = {
  /** GCC blocks beyond core, security, network and cluster may be sent. */
  extendedClientDataSupported: 0x01,
  dynvcGfxProtocolSupported: 0x02,
  restrictedAdminModeSupported: 0x08,
  redirectedAuthenticationModeSupported: 0x10,
} as const;

/** failureCode of an RDP_NEG_FAILURE, 2.2.1.2.2. */
export const failureCode = {
  sslRequiredByServer: 1,
  sslNotAllowedByServer: 2,
  sslCertNotOnServer: 3,
  inconsistentFlags: 4,
  hybridRequiredByServer: 5,
  sslWithUserAuthRequiredByServer: 6,
} as const;

export interface FailureMeaning {
  readonly name: string;
  /** One clause for people. */
  readonly sentence: string;
  readonly fix: string;
}
const meanings: ReadonlyMap<number, FailureMeaning> = new Map([
  [
    failureCode.sslRequiredByServer,
    {
      name: 'SSL_REQUIRED_BY_SERVER',
      sentence: 'the host demands TLS',
      fix: 'offer TLS, with CredSSP or without',
    },
  ],
  [
    failureCode.sslNotAllowedByServer,
    {
      name: 'SSL_NOT_ALLOWED_BY_SERVER',
      sentence: 'the host is set to standard RDP security, which protects no PIN',
      fix: "set the host's security layer to SSL (policy: require use of specific security layer for remote connections)",
    },
  ],
  [
    failureCode.sslCertNotOnServer,
    {
      name: 'SSL_CERT_NOT_ON_SERVER',
      sentence: 'the host has no certificate for TLS',
      fix: 'give the host a Remote Desktop certificate, or restart its Remote Desktop service so that it makes its own',
    },
  ],
  [
    failureCode.inconsistentFlags,
    {
      name: 'INCONSISTENT_FLAGS',
      sentence: "the protocols that were offered do not fit the host's rules",
      fix: 'offer CredSSP together with TLS',
    },
  ],
  [
    failureCode.hybridRequiredByServer,
    {
      name: 'HYBRID_REQUIRED_BY_SERVER',
      sentence: 'the host demands Network Level Authentication',
      fix: 'offer CredSSP, with a Kerberos ticket for the host',
    },
  ],
  [
    failureCode.sslWithUserAuthRequiredByServer,
    {
      name: 'SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER',
      sentence: 'the host demands TLS with a certificate of the client',
      fix: "turn the host's demand for client certificates off: it is meant for other clients than Remote Desktop ones",
    },
  ],
]);
/** What a failure code says; every number has an answer. */
export function failureMeaning(code: number): FailureMeaning {
  return (
    meanings.get(code) ?? {
      name: `failure ${code}`,
      sentence: 'the host refuses with a code that [MS-RDPBCGR] does not name',
      fix: 'offer TLS and CredSSP, and check that the address is that of a Remote Desktop host',
    }
  );
}
