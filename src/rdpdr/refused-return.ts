import type { EscCallKind } from './esc-call.ts';
import { type EscReturn, type EscReturnKind, type EscReturns, NOTHING } from './esc-return.ts';
import { smartCardIoctls } from './smart-card-ioctl.ts';

const none = new Uint8Array();
/** Each reply when there is nothing to say but its return code, [MS-RDPESC] 2.2.3. */
const zero: { readonly [Kind in EscReturnKind]: Omit<EscReturns[Kind], 'returnCode'> } = {
  long: {},
  'establish-context': { context: none },
  'list-reader-groups': { groups: NOTHING },
  'list-readers': { readers: NOTHING },
  'locate-cards': { states: [] },
  'get-status-change': { states: [] },
  connect: { context: none, card: none, activeProtocol: 0 },
  reconnect: { activeProtocol: 0 },
  state: { state: 0, protocol: 0, atr: NOTHING },
  status: { readerNames: NOTHING, state: 0, protocol: 0, atr: none },
  transmit: { data: NOTHING },
  control: { data: NOTHING },
  'get-attrib': { data: NOTHING },
  'read-cache': { data: NOTHING },
  'get-transmit-count': { transmitCount: 0 },
  'get-reader-icon': { data: NOTHING },
  'get-device-type-id': { deviceTypeId: 0 },
};
const returnOf: ReadonlyMap<EscCallKind | undefined, EscReturnKind> = new Map(
  smartCardIoctls.map(({ call, returns }) => [call, returns]),
);

/** The reply to a call of that kind that says its return code alone: a refusal, or that it was done. */
export function codeAlone(kind: EscCallKind, returnCode: number): EscReturn {
  const returns = returnOf.get(kind) ?? 'long';
  return { kind: returns, returnCode, ...zero[returns] } as EscReturn;
}
