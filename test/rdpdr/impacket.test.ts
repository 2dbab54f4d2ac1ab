import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labAbsent } from '../../scripts/peers.ts';
import type { EscReturn, EscReturnKind, EscReturnOf, ReaderStateReturn, Retrieved } from '../../src/rdpdr/esc-return.ts';
import { readReturn, writeReturn } from '../../src/rdpdr/esc-return-codec.ts';
import { codeAlone } from '../../src/rdpdr/refused-return.ts';
import { smartCardIoctls } from '../../src/rdpdr/smart-card-ioctl.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { anyReturn, returnKinds } from './any-esc.ts';

type Json = null | number | string | { readonly [field: string]: Json } | readonly Json[];
type Fields = Readonly<Record<string, Json>>;

const counted = (count: string, name: string, data: Retrieved): Fields =>
  data instanceof Uint8Array ? { [count]: data.length, [name]: hex(data) } : { [count]: data.lengthAlone, [name]: null };
/** Handles, whose pointer is NULL where there are no octets. */
const handle = (count: string, name: string, octets: Uint8Array): Fields =>
  counted(count, name, octets.length === 0 ? { lengthAlone: 0 } : octets);
const filled = (octets: Uint8Array, to: number) => hex(octets).padEnd(2 * to, '0');
const context = (octets: Uint8Array) => handle('cbContext', 'pbContext', octets);
const states = (all: readonly ReaderStateReturn[]): Fields => ({
  cReaders: all.length,
  rgReaderStates:
    all.length === 0
      ? null
      : all.map(({ currentState: dwCurrentState, eventState: dwEventState, atr }) => {
          return { dwCurrentState, dwEventState, cbAtr: atr.length, rgbAtr: filled(atr, 36) };
        }),
});

/** The fields of each structure by the names of the IDL, [MS-RDPESC] appendix A. */
const idl: {
  readonly [K in EscReturnKind]: readonly [name: string, fields: (value: EscReturnOf<K>) => Fields];
} = {
  long: ['Long_Return', () => ({})],
  'establish-context': ['EstablishContext_Return', (v) => ({ Context: context(v.context) })],
  'list-reader-groups': ['ListReaderGroups_Return', (v) => counted('cBytes', 'msz', v.groups)],
  'list-readers': ['ListReaders_Return', (v) => counted('cBytes', 'msz', v.readers)],
  'locate-cards': ['LocateCards_Return', (v) => states(v.states)],
  'get-status-change': ['GetStatusChange_Return', (v) => states(v.states)],
  connect: [
    'Connect_Return',
    (v) => ({
      hCard: { Context: context(v.context), ...handle('cbHandle', 'pbHandle', v.card) },
      dwActiveProtocol: v.activeProtocol,
    }),
  ],
  reconnect: ['Reconnect_Return', (v) => ({ dwActiveProtocol: v.activeProtocol })],
  state: ['State_Return', (v) => ({ dwState: v.state, dwProtocol: v.protocol, ...counted('cbAtrLen', 'rgAtr', v.atr) })],
  status: [
    'Status_Return',
    (v) => ({
      ...counted('cBytes', 'mszReaderNames', v.readerNames),
      dwState: v.state,
      dwProtocol: v.protocol,
      pbAtr: filled(v.atr, 32),
      cbAtrLen: v.atr.length,
    }),
  ],
  transmit: [
    'Transmit_Return',
    ({ receivePci: pci, data }) => ({
      pioRecvPci: pci ? { dwProtocol: pci.protocol, ...handle('cbExtraBytes', 'pbExtraBytes', pci.extra) } : null,
      ...counted('cbRecvLength', 'pbRecvBuffer', data),
    }),
  ],
  control: ['Control_Return', (v) => counted('cbOutBufferSize', 'pvOutBuffer', v.data)],
  'get-attrib': ['GetAttrib_Return', (v) => counted('cbAttrLen', 'pbAttr', v.data)],
  'read-cache': ['ReadCache_Return', (v) => counted('cbDataLen', 'pbData', v.data)],
  'get-transmit-count': ['GetTransmitCount_Return', (v) => ({ cTransmitCount: v.transmitCount })],
  'get-reader-icon': ['GetReaderIcon_Return', (v) => counted('cbDataLen', 'pbData', v.data)],
  'get-device-type-id': ['GetDeviceTypeId_Return', (v) => ({ dwDeviceId: v.deviceTypeId })],
};
function fieldsOf<K extends EscReturnKind>(value: EscReturnOf<K>): { readonly name: string; readonly fields: Fields } {
  const [name, fields] = idl[value.kind];
  return { name, fields: { ReturnCode: value.returnCode | 0, ...fields(value) } };
}
/** What impacket makes of each. */
function impacket(asked: readonly object[]): readonly unknown[] {
  const program = `${import.meta.dirname}/impacket/returns.py`;
  const input = asked.map((each) => JSON.stringify(each)).join('\n');
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [program], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {},
  });
  if (status !== 0) throw new Error(`impacket: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}
const ioctlOf = (kind: EscReturnKind) => smartCardIoctls.find(({ returns }) => returns === kind)?.code ?? 0;
/** Each kind often, with and without what a refusal has. */
const values: readonly EscReturn[] = [
  ...smartCardIoctls.flatMap(({ call }) => (call ? [codeAlone(call, 0x8010_0003)] : [])),
  ...returnKinds.flatMap((kind) => fc.sample(anyReturn(kind), Math.min(400, Math.ceil(fuzzRuns / 10)))),
];

describe.runIf(process.platform === 'linux' && !labAbsent())('replies in a second implementation of NDR', () => {
  it('are of every kind', () => expect(new Set(values.map(({ kind }) => kind))).toEqual(new Set(Object.keys(idl))));
  it('say there what was written here', () => {
    const read = impacket(values.map((value) => ({ decode: fieldsOf(value).name, octets: hex(writeReturn(value)) })));
    for (const [i, value] of values.entries()) expect(read[i]).toEqual(fieldsOf(value).fields);
  });
  it('say here what was written there', () => {
    const written = impacket(
      values.map((value) => {
        const { name: encode, fields } = fieldsOf(value);
        return { encode, fields };
      }),
    );
    for (const [i, value] of values.entries()) expect(readReturn(ioctlOf(value.kind), bytes(String(written[i])))).toEqual(value);
  });
});
