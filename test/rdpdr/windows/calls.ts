import { Input, must, Output } from './octets.ts';

/** Calls as Windows makes them and replies as it takes them, [MS-RDPESC] 2.2.2 and 2.2.3, by hand. */

/** Control codes, 3.1.4. */
export const ioctl = {
  establishContext: 0x9_0014,
  releaseContext: 0x9_0018,
  isValidContext: 0x9_001c,
  listReadersW: 0x9_002c,
  getStatusChangeW: 0x9_00a4,
  cancel: 0x9_00a8,
  connectW: 0x9_00b0,
  disconnect: 0x9_00b8,
  beginTransaction: 0x9_00bc,
  endTransaction: 0x9_00c0,
  statusW: 0x9_00cc,
  transmit: 0x9_00d0,
  accessStartedEvent: 0x9_00e0,
  readCacheW: 0x9_00f4,
  writeCacheW: 0x9_00fc,
  getReaderIcon: 0x9_0104,
  getDeviceTypeId: 0x9_0108,
} as const;
export type IoctlName = keyof typeof ioctl;
export interface Call {
  readonly name: IoctlName;
  readonly input: Uint8Array;
}
/** A context, or a card within its own. */
export interface OfContext {
  readonly context: Uint8Array;
}
export interface OfCard extends OfContext {
  readonly card: Uint8Array;
}
export interface StateAsked {
  readonly reader: string;
  readonly current: number;
  readonly event?: number;
}
const call = (name: IoctlName, input: Input): Call => ({ name, input: input.finish() });
const inContext = ({ context }: OfContext) => new Input().counted(context);
const onCard = ({ context, card }: OfCard) => new Input().counted(context).counted(card);
const MOST = 0xffff_ffff;

export const calls = {
  /** Four octets of whatever was there, 3.2.5.3.73. */
  accessStartedEvent: (): Call => ({ name: 'accessStartedEvent', input: Uint8Array.of(0x7c, 0x3a, 0x01, 0x00) }),
  establishContext: (scope: number) => call('establishContext', new Input().u32(scope)),
  releaseContext: (of: OfContext) => call('releaseContext', inContext(of)),
  isValidContext: (of: OfContext) => call('isValidContext', inContext(of)),
  cancel: (of: OfContext) => call('cancel', inContext(of)),
  listReaders: (of: OfContext, groups?: string) => {
    const input = inContext(of);
    const octets = Buffer.from(`${groups}\0\0`, 'utf16le');
    return call('listReadersW', (groups === undefined ? input.u32(0, 0) : input.counted(octets)).u32(0, MOST));
  },
  getStatusChange: (of: OfContext, timeout: number, states: readonly StateAsked[]) =>
    call('getStatusChangeW', inContext(of).u32(timeout).states(states)),
  connect: ({ context }: OfContext, reader: string, protocols = 3) =>
    call('connectW', new Input().text(reader).counted(context).u32(2, protocols)),
  disconnect: (of: OfCard, disposition = 0) => call('disconnect', onCard(of).u32(disposition)),
  beginTransaction: (of: OfCard) => call('beginTransaction', onCard(of).u32(0)),
  endTransaction: (of: OfCard, disposition = 0) => call('endTransaction', onCard(of).u32(disposition)),
  status: (of: OfCard, atrLength: number) => call('statusW', onCard(of).u32(0, MOST, atrLength)),
  transmit: (of: OfCard, apdu: Uint8Array, room = 258) => {
    const pci = onCard(of).u32(2, 0, 0).counted(apdu);
    return call('transmit', pci.to(() => [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).u32(0, room));
  },
  readCache: ({ context }: OfContext, name: string, card: Uint8Array) =>
    call('readCacheW', new Input().text(name).counted(context).uuid(card).u32(0, 0, MOST)),
  writeCache: ({ context }: OfContext, name: string, card: Uint8Array, data: Uint8Array) =>
    call('writeCacheW', new Input().text(name).counted(context).uuid(card).u32(0).counted(data)),
  getReaderIcon: (of: OfContext, reader: string) => call('getReaderIcon', inContext(of).text(reader)),
  getDeviceTypeId: (of: OfContext, reader: string) => call('getDeviceTypeId', inContext(of).text(reader)),
} as const;

/** A reply that says no more than its code. */
export function code(octets: Uint8Array, what: string): number {
  const r = Output.ofReply(octets, what);
  const value = r.u32();
  r.end();
  return value;
}
/** Handles are the client's own, but of 16 octets at most and, of this client, of four. */
function handle(r: Output, length: number): Uint8Array {
  must(length === 4, `a handle of ${length} octets`);
  return r.array(length).slice();
}
export function contextReply(octets: Uint8Array): Uint8Array {
  const r = Output.ofReply(octets, 'EstablishContext_Return');
  must(r.u32() === 0, 'EstablishContext is refused');
  const length = r.u32();
  must(r.pointer(), 'EstablishContext_Return: no context');
  const context = handle(r, length);
  r.end();
  return context;
}
/** The handle may name its context again or not: hosts of either kind are known. */
export function connectReply(octets: Uint8Array, context: Uint8Array): Uint8Array {
  const r = Output.ofReply(octets, 'Connect_Return');
  const returned = r.u32();
  must(returned === 0, `Connect is refused with ${returned.toString(16)}`);
  const named = r.u32();
  const isNamed = r.pointer();
  must(isNamed === named > 0, 'Connect_Return: a context without octets');
  const length = r.u32();
  must(r.pointer(), 'Connect_Return: no card handle');
  must(r.u32() === 2, 'Connect_Return: the protocol is not T=1');
  if (isNamed) must(Buffer.compare(handle(r, named), context) === 0, 'Connect_Return: another context');
  const card = handle(r, length);
  r.end();
  return card;
}
export interface DataReply {
  readonly returnCode: number;
  readonly data: Uint8Array;
}
/** Code, count and pointer: ListReaders_Return, ReadCache_Return and others of that form. */
export function dataReply(octets: Uint8Array, what: string, before: (r: Output) => void = () => undefined): DataReply {
  const r = Output.ofReply(octets, what);
  const returnCode = r.u32();
  before(r);
  const length = r.u32();
  const data = r.pointer() ? r.array(length).slice() : new Uint8Array();
  if (returnCode !== 0) must(length === 0, `${what}: octets beside an error`);
  must(data.length === length, `${what}: a length without octets`);
  r.end();
  return { returnCode, data };
}
export const transmitReply = (octets: Uint8Array): Uint8Array => {
  let withPci = false;
  const r = Output.ofReply(octets, 'Transmit_Return');
  must(r.u32() === 0, 'Transmit is refused');
  withPci = r.pointer();
  const length = r.u32();
  must(r.pointer(), 'Transmit_Return: no answer');
  if (withPci) {
    must(r.u32() === 2 && r.u32() === 0 && r.u32() === 0, 'Transmit_Return: SCardIO_Request');
  }
  const data = r.array(length).slice();
  r.end();
  must(2 <= data.length && data.length <= 258, `an answer of ${data.length} octets`);
  return data;
};
export interface StateReply {
  readonly current: number;
  readonly event: number;
  readonly atr: Uint8Array;
}
const atrIn = (r: Output, room: number, length: number) => {
  const octets = r.take(room);
  must(length <= room && octets.subarray(length).every((octet) => octet === 0), 'octets behind an ATR');
  return octets.slice(0, length);
};
export function statesReply(octets: Uint8Array): { readonly returnCode: number; readonly states: readonly StateReply[] } {
  const r = Output.ofReply(octets, 'GetStatusChange_Return');
  const returnCode = r.u32();
  const count = r.u32();
  const states: StateReply[] = [];
  if (r.pointer()) {
    must(r.u32() === count, 'GetStatusChange_Return: another count in front of the array');
    for (let i = 0; i < count; i++) {
      const [current, event, length] = [r.u32(), r.u32(), r.u32()];
      states.push({ current, event, atr: atrIn(r, 36, length) });
    }
  } else must(count === 0, 'GetStatusChange_Return: a count without states');
  r.end();
  return { returnCode, states };
}
export function statusReply(octets: Uint8Array): { readonly readers: string; readonly atr: Uint8Array } {
  const r = Output.ofReply(octets, 'Status_Return');
  must(r.u32() === 0, 'Status is refused');
  const length = r.u32();
  must(r.pointer(), 'Status_Return: no reader');
  must(r.u32() === 6, 'Status_Return: not in specific mode');
  must(r.u32() === 2, 'Status_Return: not T=1');
  const room = r.take(32);
  const atrLength = r.u32();
  must(atrLength <= 32 && room.subarray(atrLength).every((octet) => octet === 0), 'Status_Return: octets behind the ATR');
  const readers = Buffer.from(r.array(length)).toString('utf16le');
  r.end();
  return { readers, atr: room.slice(0, atrLength) };
}
export function deviceTypeReply(octets: Uint8Array): number {
  const r = Output.ofReply(octets, 'GetDeviceTypeId_Return');
  must(r.u32() === 0, 'GetDeviceTypeId is refused');
  const id = r.u32();
  r.end();
  return id;
}
