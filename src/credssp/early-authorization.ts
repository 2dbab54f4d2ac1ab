import type { Frame } from '../wire/conversation.ts';
import { ByteReader, ByteWriter } from '../wire/cursor.ts';
import { type NlaRefusal, refusal } from './nla-refusal.ts';
import { SEQUENCE, tsRequestFrame } from './ts-request.ts';

/** authorizationResult, [MS-RDPBCGR] 2.2.10.2: little-endian, in no envelope. */
export const authorizationResult = { success: 0, accessDenied: 5 } as const;
const LENGTH = 4;

/** The result, or in its place a TSRequest with an error code: no result begins as a SEQUENCE does. */
export const earlyAuthorizationFrame: Frame = (have) => (have[0] === SEQUENCE ? tsRequestFrame(have) : LENGTH);
export const earlyAuthorization = (value: number): Uint8Array => new ByteWriter().u32(value, true).finish();
export function readEarlyAuthorization(bytes: Uint8Array): NlaRefusal | undefined {
  const value = new ByteReader(bytes).u32(true);
  if (value === authorizationResult.success) return undefined;
  if (value !== authorizationResult.accessDenied)
    return refusal('host', 'AUTHORIZATION_UNKNOWN', `the host answers the logon with ${value}, which means nothing`);
  return refusal(
    'host',
    'AUTHZ_ACCESS_DENIED',
    'the account may not log on at this host by Remote Desktop',
    'add it to the Remote Desktop Users of the host, and look at the right Deny log on through Remote Desktop Services',
  );
}
