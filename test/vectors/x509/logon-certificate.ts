/** Extension values of a logon certificate, octet for octet. `//` starts a comment. */

/**
 * szOID_NTDS_CA_SECURITY_EXT, [MS-WCCE] 2.2.2.7.7.4: an otherName whose value is the SID as text in an OCTET STRING. The same
 * octets as `certutil -dump` shows of a domain controller's certificate that AD CS (Windows Server 2022) made for this SID.
 */
export const securityIdentifier = {
  sid: 'S-1-5-21-666199682-1411342147-2938717855-1001',
  value: `
    30 3f                                    // SEQUENCE
      a0 3d                                  //   otherName [0]
        06 0a 2b 06 01 04 01 82 37 19 02 01  //     szOID_NTDS_OBJECTSID 1.3.6.1.4.1.311.25.2.1
        a0 2f                                //     value [0] EXPLICIT
          04 2d                              //       OCTET STRING: the text, not the binary form of [MS-DTYP] 2.4.2.2
            53 2d 31 2d 35 2d 32 31 2d 36 36 36 31 39 39 36
            38 32 2d 31 34 31 31 33 34 32 31 34 37 2d 32 39
            33 38 37 31 37 38 35 35 2d 31 30 30 31`,
  /** The whole Extension: not critical, so without the BOOLEAN. */
  extension: `
    30 4e
      06 09 2b 06 01 04 01 82 37 19 02       // szOID_NTDS_CA_SECURITY_EXT 1.3.6.1.4.1.311.25.2
      04 41 30 3f a0 3d 06 0a 2b 06 01 04 01 82 37 19 02 01 a0 2f 04 2d
            53 2d 31 2d 35 2d 32 31 2d 36 36 36 31 39 39 36
            38 32 2d 31 34 31 31 33 34 32 31 34 37 2d 32 39
            33 38 37 31 37 38 35 35 2d 31 30 30 31`,
} as const;

/** SubjectAltName with szOID_NT_PRINCIPAL_NAME, [MS-WCCE] 2.2.2.7.7.2 and RFC 5280 4.2.1.6: UTF8String, also for ASCII. */
export const principalName = {
  userPrincipalName: 'zoë@corp.test',
  value: `
    30 20
      a0 1e                                  // otherName [0]
        06 0a 2b 06 01 04 01 82 37 14 02 03  //   szOID_NT_PRINCIPAL_NAME 1.3.6.1.4.1.311.20.2.3
        a0 10                                //   value [0] EXPLICIT
          0c 0e 7a 6f c3 ab 40 63 6f 72 70 2e 74 65 73 74`,
} as const;

/** The same with the SID as Windows Server 2019 and later read it, KB5014754: a tag URI (RFC 4151), behind the UPN. */
export const principalNameAndSid = {
  userPrincipalName: 'a@corp.test',
  sid: 'S-1-5-21-1-2-3-1105',
  value: `
    30 53
      a0 1b 06 0a 2b 06 01 04 01 82 37 14 02 03 a0 0d 0c 0b 61 40 63 6f 72 70 2e 74 65 73 74
      86 34                                  // uniformResourceIdentifier [6]
        74 61 67 3a 6d 69 63 72 6f 73 6f 66 74 2e 63 6f 6d 2c   // tag:microsoft.com,
        32 30 32 32 2d 30 39 2d 31 34 3a 73 69 64 3a            // 2022-09-14:sid:
        53 2d 31 2d 35 2d 32 31 2d 31 2d 32 2d 33 2d 31 31 30 35 // the SID`,
} as const;

/** CRLDistributionPoints, RFC 5280 4.2.1.13: one DistributionPoint, two names of one CRL, LDAP first. */
export const twoUrls = {
  urls: ['ldap:///CN=a', 'http://p/a'],
  value: `
    30 20
      30 1e                                  // the one DistributionPoint
        a0 1c                                //   distributionPoint [0]
          a0 1a                              //     fullName [0]
            86 0c 6c 64 61 70 3a 2f 2f 2f 43 4e 3d 61
            86 0a 68 74 74 70 3a 2f 2f 70 2f 61`,
} as const;

/** AuthorityInfoAccess, RFC 5280 4.2.2.1: caIssuers and nothing else. */
export const caIssuers = {
  urls: ['http://p/c'],
  value: `
    30 18
      30 16
        06 08 2b 06 01 05 05 07 30 02        // id-ad-caIssuers 1.3.6.1.5.5.7.48.2
        86 0a 68 74 74 70 3a 2f 2f 70 2f 63`,
} as const;

/** ExtKeyUsageSyntax, RFC 5280 4.2.1.12: client authentication, then smart card logon. */
export const purposes = `
    30 16
      06 08 2b 06 01 05 05 07 03 02          // id-kp-clientAuth
      06 0a 2b 06 01 04 01 82 37 14 02 02    // szOID_KP_SMARTCARD_LOGON`;

/** The whole keyUsage Extension: critical, digitalSignature only. */
export const keyUsage = '30 0e 06 03 55 1d 0f 01 01 ff 04 04 03 02 07 80';

/** Name of the holder, RFC 5280 4.1.2.4: commonName as UTF8String, serialNumber as PrintableString, each an RDN of its own. */
export const subject = {
  account: 'Zoë',
  cardId: 'card-0001',
  value: `
    30 23
      31 0d 30 0b 06 03 55 04 03 0c 04 5a 6f c3 ab
      31 12 30 10 06 03 55 04 05 13 09 63 61 72 64 2d 30 30 30 31`,
} as const;

/** Validity, RFC 5280 4.1.2.5: 2030-03-17T17:41:40Z to 17:51:40Z, UTCTime both. */
export const validity = {
  notBefore: 1_899_999_700,
  notAfter: 1_900_000_300,
  value: '30 1e 17 0d 33 30 30 33 31 37 31 37 34 31 34 30 5a 17 0d 33 30 30 33 31 37 31 37 35 31 34 30 5a',
} as const;
