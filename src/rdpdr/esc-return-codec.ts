import { MayflyError } from '../wire/mayfly-error.ts';
import { type Ndr, pointer, struct, ulong } from '../wire/ndr.ts';
import { decodeType, encodeType } from '../wire/ndr-type.ts';
import type { EscReturn, EscReturnKind, EscReturns } from './esc-return.ts';
import {
  inContext,
  MOST_LOCATED,
  MOST_TRANSMITTED,
  MOST_WATCHED,
  onCard,
  retrieved,
  retrievedAtr,
  returnedStates,
  scardIoRequest,
  statusAtr,
} from './esc-structures.ts';
import { smartCardIoctl } from './smart-card-ioctl.ts';

const MOST_ICON = 4_194_304;
const returned = { returnCode: ulong };

/** Replies, [MS-RDPESC] 2.2.3. */
const outputs: { readonly [Kind in EscReturnKind]: Ndr<EscReturns[Kind]> } = {
  long: struct(returned),
  'establish-context': struct({ ...returned, ...inContext }),
  'list-reader-groups': struct({ ...returned, groups: retrieved() }),
  'list-readers': struct({ ...returned, readers: retrieved() }),
  'locate-cards': struct({ ...returned, states: returnedStates(MOST_LOCATED) }),
  // The IDL allows 11 in the call and 10 in the reply; a reply has as many as its call.
  'get-status-change': struct({ ...returned, states: returnedStates(MOST_WATCHED) }),
  connect: struct({ ...returned, ...onCard, activeProtocol: ulong }),
  reconnect: struct({ ...returned, activeProtocol: ulong }),
  state: struct({ ...returned, state: ulong, protocol: ulong, atr: retrievedAtr }),
  status: struct({ ...returned, readerNames: retrieved(), state: ulong, protocol: ulong, atr: statusAtr }),
  transmit: struct({ ...returned, receivePci: pointer(scardIoRequest), data: retrieved(MOST_TRANSMITTED) }),
  control: struct({ ...returned, data: retrieved(MOST_TRANSMITTED) }),
  'get-attrib': struct({ ...returned, data: retrieved() }),
  'read-cache': struct({ ...returned, data: retrieved() }),
  'get-transmit-count': struct({ ...returned, transmitCount: ulong }),
  'get-reader-icon': struct({ ...returned, data: retrieved(MOST_ICON) }),
  'get-device-type-id': struct({ ...returned, deviceTypeId: ulong }),
};
const outputOf = (kind: EscReturnKind): Ndr<object> => outputs[kind];

/** A reply as the output of a device control response. */
export const writeReturn = (reply: EscReturn): Uint8Array => encodeType(outputOf(reply.kind), reply);

/** What the output that answers a control code says, for whoever sent the call. @throws DecodeError */
export function readReturn(ioctl: number, output: Uint8Array): EscReturn {
  const row = smartCardIoctl(ioctl);
  if (!row) throw new MayflyError('encode', `no call has the control code 0x${ioctl.toString(16)}`);
  // The table says which kind the type is of.
  return { kind: row.returns, ...decodeType(outputOf(row.returns), output) } as EscReturn;
}
