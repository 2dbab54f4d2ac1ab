import fc from 'fast-check';
import type { EscCall, EscCallKind, EscCallOf, ReaderStateCall } from '../../src/rdpdr/esc-call.ts';
import type { EscReturn, EscReturnKind, EscReturnOf, Retrieved } from '../../src/rdpdr/esc-return.ts';
import type { SmartCardIoctl } from '../../src/rdpdr/smart-card-ioctl.ts';

/** Any smart card call and any reply, within the ranges of the IDL. */

const record = <T>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(fields, { noNullPrototype: true });

const ulong = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 2, 3, 0xffff_ffff));
const octets = (maxLength: number) => fc.uint8Array({ maxLength });
const exactly = (n: number) => fc.uint8Array({ minLength: n, maxLength: n });
const context = octets(16);
const inContext = { context };
const onCard = { context, card: context };
/** UTF-16 is whatever 16 bits are, but for NUL. */
const unit = (wide: boolean) => fc.integer({ min: 1, max: wide ? 0xffff : 0xff });
const text = (wide: boolean, minLength = 0) =>
  fc.array(unit(wide), { minLength, maxLength: 20 }).map((units) => String.fromCharCode(...units));
const names = (wide: boolean) => fc.array(text(wide, 1), { maxLength: 4 });
const scardIoRequest = record({ protocol: ulong, extra: octets(12) });
const states = (wide: boolean, maxLength: number): fc.Arbitrary<ReaderStateCall[]> =>
  fc.array(
    record({
      reader: fc.option(text(wide), { nil: undefined }),
      currentState: ulong,
      eventState: ulong,
      atr: octets(36),
    }),
    { maxLength },
  );
const atrMask = fc.nat(36).chain((length) => record({ atr: exactly(length), mask: exactly(length) }));

type Inputs = { readonly [Kind in EscCallKind]: fc.Arbitrary<Omit<EscCallOf<Kind>, 'kind' | 'wide' | 'operation'>> };
function inputs(wide: boolean, operation: SmartCardIoctl['operation']): Inputs {
  const withDisposition = record({ ...onCard, disposition: ulong });
  const ofReader = record({ ...inContext, reader: text(true) });
  const one = operation?.startsWith('forget') || operation === 'introduce-reader-group';
  const count = one ? 1 : 2;
  return {
    'access-started-event': fc.constant({}),
    'establish-context': record({ scope: ulong }),
    'release-context': record(inContext),
    'is-valid-context': record(inContext),
    cancel: record(inContext),
    'list-reader-groups': record({ ...inContext, groupsIsNull: fc.boolean(), length: ulong }),
    'list-readers': record({
      ...inContext,
      groups: fc.option(names(wide), { nil: undefined }),
      readersIsNull: fc.boolean(),
      length: ulong,
    }),
    'change-database': record({ ...inContext, names: fc.array(text(wide), { minLength: count, maxLength: count }) }),
    'locate-cards': record({ ...inContext, cards: names(wide), states: states(wide, 10) }),
    'locate-cards-by-atr': record({
      ...inContext,
      masks: fc.array(atrMask, { maxLength: 5 }),
      states: states(wide, 10),
    }),
    'get-status-change': record({ ...inContext, timeout: ulong, states: states(wide, 11) }),
    connect: record({ ...inContext, reader: text(wide), shareMode: ulong, preferredProtocols: ulong }),
    reconnect: record({ ...onCard, shareMode: ulong, preferredProtocols: ulong, initialization: ulong }),
    disconnect: withDisposition,
    'begin-transaction': withDisposition,
    'end-transaction': withDisposition,
    state: record({ ...onCard, atrIsNull: fc.boolean(), atrLength: ulong }),
    status: record({ ...onCard, readerNamesIsNull: fc.boolean(), readerLength: ulong, atrLength: ulong }),
    transmit: record({
      ...onCard,
      sendPci: scardIoRequest,
      send: octets(300),
      receivePci: fc.option(scardIoRequest, { nil: undefined }),
      receiveIsNull: fc.boolean(),
      receiveLength: ulong,
    }),
    control: record({
      ...onCard,
      controlCode: ulong,
      input: octets(40),
      outputIsNull: fc.boolean(),
      outputLength: ulong,
    }),
    'get-attrib': record({ ...onCard, attributeId: ulong, attributeIsNull: fc.boolean(), attributeLength: ulong }),
    'set-attrib': record({ ...onCard, attributeId: ulong, attribute: octets(40) }),
    'read-cache': record({
      ...inContext,
      lookupName: text(wide),
      cardIdentifier: exactly(16),
      freshnessCounter: ulong,
      dataIsNull: fc.boolean(),
      dataLength: ulong,
    }),
    'write-cache': record({
      ...inContext,
      lookupName: text(wide),
      cardIdentifier: exactly(16),
      freshnessCounter: ulong,
      data: octets(100),
    }),
    'get-transmit-count': record(onCard),
    'get-reader-icon': ofReader,
    'get-device-type-id': ofReader,
  };
}
/** Calls of one control code. */
export function anyCall({ call: kind, wide, operation }: SmartCardIoctl): fc.Arbitrary<EscCall> | undefined {
  if (kind === undefined) return undefined;
  const form = { kind, ...(wide === undefined ? {} : { wide }), ...(operation === undefined ? {} : { operation }) };
  const input: fc.Arbitrary<object> = inputs(wide ?? false, operation)[kind];
  return input.map((value) => ({ ...form, ...value }) as EscCall);
}

const returnCode = fc.oneof(fc.constant(0), ulong);
const retrieved = (maxLength: number): fc.Arbitrary<Retrieved> =>
  fc.oneof(
    octets(maxLength),
    fc.nat(maxLength).map((lengthAlone) => ({ lengthAlone })),
  );
const data = record({ returnCode, data: retrieved(300) });
const returnedStates = (maxLength: number) =>
  record({
    returnCode,
    states: fc.array(record({ currentState: ulong, eventState: ulong, atr: octets(36) }), { maxLength }),
  });
type Outputs = { readonly [Kind in EscReturnKind]: fc.Arbitrary<Omit<EscReturnOf<Kind>, 'kind'>> };
const outputs: Outputs = {
  long: record({ returnCode }),
  'establish-context': record({ returnCode, context }),
  'list-reader-groups': record({ returnCode, groups: retrieved(100) }),
  'list-readers': record({ returnCode, readers: retrieved(100) }),
  'locate-cards': returnedStates(10),
  'get-status-change': returnedStates(11),
  connect: record({ returnCode, ...onCard, activeProtocol: ulong }),
  reconnect: record({ returnCode, activeProtocol: ulong }),
  state: record({ returnCode, state: ulong, protocol: ulong, atr: retrieved(36) }),
  status: record({ returnCode, readerNames: retrieved(100), state: ulong, protocol: ulong, atr: octets(32) }),
  transmit: record({ returnCode, receivePci: fc.option(scardIoRequest, { nil: undefined }), data: retrieved(300) }),
  control: data,
  'get-attrib': data,
  'read-cache': data,
  'get-transmit-count': record({ returnCode, transmitCount: ulong }),
  'get-reader-icon': data,
  'get-device-type-id': record({ returnCode, deviceTypeId: ulong }),
};
export const returnKinds: readonly EscReturnKind[] = Object.keys(outputs) as EscReturnKind[];
export function anyReturn(kind: EscReturnKind): fc.Arbitrary<EscReturn> {
  const output: fc.Arbitrary<object> = outputs[kind];
  return output.map((value) => ({ kind, ...value }) as EscReturn);
}
