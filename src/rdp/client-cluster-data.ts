import { record, trailing, u32 } from './record.ts';

/** Flags of TS_UD_CS_CLUSTER, [MS-RDPBCGR] 2.2.1.3.5. */
export const clusterFlag = {
  redirectionSupported: 0x01,
  redirectedSessionIdFieldValid: 0x02,
  /** ServerSessionRedirectionVersion: versions count from zero, so REDIRECTION_VERSION4 is 3 here. */
  redirectionVersionMask: 0x3c,
  redirectedSmartcard: 0x40,
} as const;
export const redirectionVersion = (version: 1 | 2 | 3 | 4 | 5 | 6): number => (version - 1) << 2;

export const clientClusterData = record({ flags: u32, redirectedSessionId: u32, trailing });
