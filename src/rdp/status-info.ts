import { record, trailing, u32 } from './record.ts';

/** Status Info PDU Data, [MS-RDPBCGR] 2.2.5.2: how far a connection broker got. */
export const statusInfo = record({ statusCode: u32, trailing });

const statuses: Readonly<Record<number, readonly [name: string, sentence: string]>> = {
  1025: ['TS_STATUS_FINDING_DESTINATION', 'the broker looks for a host'],
  1026: ['TS_STATUS_LOADING_DESTINATION', 'the broker loads the host'],
  1027: ['TS_STATUS_BRINGING_SESSION_ONLINE', 'the broker readies the session'],
  1028: ['TS_STATUS_REDIRECTING_TO_DESTINATION', 'the broker sends the client on to the host'],
  1281: ['TS_STATUS_VM_LOADING', 'the virtual machine is being loaded'],
  1282: ['TS_STATUS_VM_WAKING', 'the virtual machine is being woken'],
  1283: ['TS_STATUS_VM_STARTING', 'the virtual machine is being started'],
  1284: ['TS_STATUS_VM_STARTING_MONITORING', "the virtual machine's start is being watched"],
  1285: ['TS_STATUS_VM_RETRYING_MONITORING', "the virtual machine's start is being watched again"],
};
export interface StatusText {
  readonly name: string;
  readonly sentence: string;
}
export function statusInfoText(code: number): StatusText {
  const [name, sentence] = statuses[code] ?? [`status 0x${code.toString(16)}`, 'the broker reports a status unknown here'];
  return { name, sentence };
}
