import { MayflyError } from '../wire/mayfly-error.ts';
import { countedOctets, type Ndr, octetArray, pointer, reference, seenAs, struct, truth, ulong } from '../wire/ndr.ts';
import { string } from '../wire/ndr-string.ts';
import { decodeType, encodeType } from '../wire/ndr-type.ts';
import type { DatabaseOperation, EscCall, EscCallKind, EscCalls } from './esc-call.ts';
import {
  atrMasks,
  calledStates,
  inContext,
  MOST_DATA,
  MOST_LOCATED,
  MOST_TRANSMITTED,
  MOST_WATCHED,
  names,
  onCard,
  scardIoRequest,
} from './esc-structures.ts';
import { type SmartCardIoctl, smartCardIoctl, smartCardIoctls } from './smart-card-ioctl.ts';

/** What the control code says already is not in the input. */
type Input<Kind extends EscCallKind> = Omit<EscCalls[Kind], 'wide' | 'operation'>;
/** A pointer to a UUID: its octets as they come. */
const uuid = reference(octetArray(16, 4));

/** HCardAndDisposition_Call, [MS-RDPESC] 2.2.2.16. */
const withDisposition = struct({ ...onCard, disposition: ulong });
/** Context_Call, 2.2.2.2. */
const contextCall = struct(inContext);
/** GetReaderIcon_Call and GetDeviceTypeId_Call, 2.2.2.31 and 2.2.2.32: they have no narrow form. */
const ofReader = struct({ ...inContext, reader: reference(string(true)) });

/** Calls that look the same whatever their texts are. */
const plainCalls = {
  'establish-context': struct({ scope: ulong }),
  'release-context': contextCall,
  'is-valid-context': contextCall,
  cancel: contextCall,
  reconnect: struct({ ...onCard, shareMode: ulong, preferredProtocols: ulong, initialization: ulong }),
  disconnect: withDisposition,
  'begin-transaction': withDisposition,
  'end-transaction': withDisposition,
  state: struct({ ...onCard, atrIsNull: truth, atrLength: ulong }),
  transmit: struct({
    ...onCard,
    sendPci: scardIoRequest,
    send: countedOctets(MOST_TRANSMITTED),
    receivePci: pointer(scardIoRequest),
    receiveIsNull: truth,
    receiveLength: ulong,
  }),
  control: struct({
    ...onCard,
    controlCode: ulong,
    input: countedOctets(MOST_TRANSMITTED),
    outputIsNull: truth,
    outputLength: ulong,
  }),
  'get-attrib': struct({ ...onCard, attributeId: ulong, attributeIsNull: truth, attributeLength: ulong }),
  'set-attrib': struct({ ...onCard, attributeId: ulong, attribute: countedOctets(MOST_DATA) }),
  'get-transmit-count': struct(onCard),
  'get-reader-icon': ofReader,
  'get-device-type-id': ofReader,
} satisfies { readonly [Kind in EscCallKind]?: Ndr<Input<Kind>> };

/** ContextAndString and ContextAndTwoString, 2.2.2.5 to 2.2.2.8. */
function changeDatabase(wide: boolean, operation: DatabaseOperation): Ndr<Input<'change-database'>> {
  const text = reference(string(wide));
  const one = operation === 'introduce-reader-group' || operation === 'forget-reader-group' || operation === 'forget-reader';
  if (one)
    return seenAs(
      struct({ ...inContext, first: text }),
      ({ context, first }) => ({ context, names: [first] }),
      ({ context, names: [first = ''] }) => ({ context, first }),
    );
  return seenAs(
    struct({ ...inContext, first: text, second: text }),
    ({ context, first, second }) => ({ context, names: [first, second] }),
    ({ context, names: [first = '', second = ''] }) => ({ context, first, second }),
  );
}
/** Calls in an A and a W form. */
function textCalls(wide: boolean) {
  const text = reference(string(wide));
  return {
    'list-reader-groups': struct({ ...inContext, groupsIsNull: truth, length: ulong }),
    'list-readers': struct({ ...inContext, groups: names(wide), readersIsNull: truth, length: ulong }),
    'locate-cards': seenAs(
      struct({ ...inContext, cards: names(wide), states: calledStates(MOST_LOCATED, wide) }),
      (wire) => ({ ...wire, cards: wire.cards ?? [] }),
      (value: Input<'locate-cards'>) => value,
    ),
    'locate-cards-by-atr': struct({ ...inContext, masks: atrMasks, states: calledStates(MOST_LOCATED, wide) }),
    'get-status-change': struct({ ...inContext, timeout: ulong, states: calledStates(MOST_WATCHED, wide) }),
    // The text comes before the context, and so does what its pointer leads to.
    connect: struct({ reader: text, ...inContext, shareMode: ulong, preferredProtocols: ulong }),
    status: struct({ ...onCard, readerNamesIsNull: truth, readerLength: ulong, atrLength: ulong }),
    'read-cache': struct({
      lookupName: text,
      ...inContext,
      cardIdentifier: uuid,
      freshnessCounter: ulong,
      dataIsNull: truth,
      dataLength: ulong,
    }),
    'write-cache': struct({
      lookupName: text,
      ...inContext,
      cardIdentifier: uuid,
      freshnessCounter: ulong,
      data: countedOctets(MOST_DATA),
    }),
  } satisfies { readonly [Kind in EscCallKind]?: Ndr<Input<Kind>> };
}
type PlainKind = keyof typeof plainCalls;
type TextKind = keyof ReturnType<typeof textCalls>;
/** Nothing but these: a kind without an input would not be assignable. */
type Encoded = Exclude<EscCallKind, 'access-started-event' | 'change-database'>;
const narrow = textCalls(false);
const wide = textCalls(true);
const isPlain = (kind: Encoded): kind is PlainKind => kind in plainCalls;

function inputOf({ call, wide: isWide, operation }: SmartCardIoctl): Ndr<object> | undefined {
  if (call === undefined || call === 'access-started-event') return undefined;
  if (call === 'change-database') return operation && changeDatabase(isWide === true, operation);
  if (isPlain(call)) return plainCalls[call];
  const kind: TextKind = call;
  return (isWide ? wide : narrow)[kind];
}
const inputs: ReadonlyMap<number, Ndr<object>> = new Map(
  smartCardIoctls.flatMap((ioctl) => {
    const input = inputOf(ioctl);
    return input ? [[ioctl.code, input] as const] : [];
  }),
);

/**
 * What the input of a device control request says; `undefined` for a control code that is unknown or not used. Octets are views
 * of the input. @throws DecodeError
 */
export function readCall(ioctl: number, input: Uint8Array): EscCall | undefined {
  const row = smartCardIoctl(ioctl);
  if (row?.call === undefined) return undefined;
  // 3.2.5.3.73: four octets of no meaning, not encoded like all the others.
  if (row.call === 'access-started-event') return { kind: row.call };
  const type = inputs.get(ioctl);
  if (!type) return undefined;
  const { call: kind, wide: isWide, operation } = row;
  const form = { ...(isWide === undefined ? {} : { wide: isWide }), ...(operation === undefined ? {} : { operation }) };
  // The table says which kind the type is of.
  return { kind, ...form, ...decodeType(type, input) } as EscCall;
}

const isOf = (call: EscCall) => (row: SmartCardIoctl) =>
  row.call === call.kind &&
  row.wide === ('wide' in call ? call.wide : undefined) &&
  row.operation === ('operation' in call ? call.operation : undefined);
/** A call as a host sends it. */
export function writeCall(call: EscCall): { readonly ioctl: number; readonly input: Uint8Array } {
  const row = smartCardIoctls.find(isOf(call));
  if (!row) throw new MayflyError('encode', `no control code for ${call.kind}`);
  const type = inputs.get(row.code);
  return { ioctl: row.code, input: type ? encodeType(type, call) : new Uint8Array(4) };
}
