/** Key usage numbers, RFC 4120 7.5.1 and RFC 4121 2. */
export const keyUsage = {
  ticket: 2,
  asRepEncPart: 3,
  tgsReqChecksum: 6,
  tgsReqAuthenticator: 7,
  tgsRepEncPartSessionKey: 8,
  tgsRepEncPartSubkey: 9,
  apReqAuthenticatorChecksum: 10,
  apReqAuthenticator: 11,
  apRepEncPart: 12,
} as const;
