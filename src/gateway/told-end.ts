import { clientCapability } from '../rdp/client-core-data.ts';
import { blockOf } from '../rdp/gcc-blocks.ts';
import type { ConnectInitial } from '../rdp/mcs-connect.ts';
import { domainFrame } from '../rdp/mcs-domain.ts';
import { SERVER_USER_ID, shareIndications, together } from '../rdp/session-ids.ts';
import { setErrorInfo } from '../rdp/set-error-info.ts';
import { dataPdu, pduType2 } from '../rdp/share-data.ts';
import { encode } from '../wire/codec.ts';
import type { FrontIds } from './front-settings.ts';
import { type GatewayEnd, gatewayEnds } from './gateway-end.ts';

/** Whether a client asked to be told errors: others may not be. */
export const wantsErrors = ({ conference }: ConnectInitial): boolean =>
  ((blockOf(conference.blocks, 'core')?.earlyCapabilityFlags ?? 0) & clientCapability.supportErrinfoPdu) !== 0;

/** rn-provider-initiated, T.125 7 part 2. */
const PROVIDER_INITIATED = 1;
/** The last that a client hears: why, if it asked for that, and that it is over. @param shareId 0 before there is a share */
export function toldEnd({ cause }: GatewayEnd, initial: ConnectInitial, ids: FrontIds, shareId: number): Uint8Array {
  const body = encode(setErrorInfo, { errorInfo: gatewayEnds[cause].errorInfo });
  const error = dataPdu({ shareId, pduSource: SERVER_USER_ID, type: pduType2.setErrorInfo, body });
  const ultimatum = encode(domainFrame, { kind: 'disconnect-provider-ultimatum', reason: PROVIDER_INITIATED });
  return wantsErrors(initial) ? together([shareIndications(ids, [error]), ultimatum]) : ultimatum;
}
