import { optional, record, trailing, u16, u32 } from '../rdp/record.ts';
import { type Codec, decode, encode, named, type Value } from '../wire/codec.ts';

/** CapabilityType, [MS-RDPEFS] 2.2.1.2. */
export const coreCapabilityType = { general: 1, printer: 2, port: 3, drive: 4, smartcard: 5 } as const;

/** CAPABILITY_SET as it came, [MS-RDPEFS] 2.2.1.2.1: all but the general one have no data. */
export interface CoreCapability {
  readonly type: number;
  readonly version: number;
  readonly data: Uint8Array;
}
const HEADER = 8;
const coreCapability: Codec<CoreCapability> = {
  read(r) {
    const type = u16.read(r);
    const length = named('capabilityLength', () => u16.read(r));
    if (length < HEADER) throw r.fail(`capability set of ${length} octets`);
    return { type, version: named('version', () => u32.read(r)), data: r.bytes(length - HEADER) };
  },
  write(w, { type, version, data }) {
    u16.write(w, type);
    u16.write(w, HEADER + data.length);
    u32.write(w, version);
    w.bytes(data);
  },
};
/** Sets of one message; there are 5 types. */
const MOST_SETS = 32;

export interface CoreCapabilities {
  readonly capabilities: readonly CoreCapability[];
  /** Octets without a meaning. */
  readonly padding?: number | undefined;
  readonly trailing?: Uint8Array | undefined;
}
/** Server Core Capability Request and Client Core Capability Response, [MS-RDPEFS] 2.2.2.7 and 2.2.2.8. */
export const coreCapabilities: Codec<CoreCapabilities> = {
  read(r) {
    const count = named('numCapabilities', () => u16.read(r));
    if (MOST_SETS < count) throw r.fail(`${count} capability sets, over ${MOST_SETS}`);
    const padding = named('padding', () => u16.read(r));
    const capabilities = Array.from({ length: count }, (_, i) => named(`capabilities.${i}`, () => coreCapability.read(r)));
    return { capabilities, ...(padding === 0 ? {} : { padding }), ...(r.left === 0 ? {} : { trailing: r.bytes() }) };
  },
  write(w, { capabilities, padding = 0, trailing: left = new Uint8Array() }) {
    if (MOST_SETS < capabilities.length) throw w.fail(`${capabilities.length} capability sets, over ${MOST_SETS}`);
    u16.write(w, capabilities.length);
    u16.write(w, padding);
    for (const each of capabilities) coreCapability.write(w, each);
    w.bytes(left);
  },
};

/** extendedPDU: what the other side may send. */
export const extendedPdu = { deviceRemove: 1, clientDisplayName: 2, userLoggedOn: 4 } as const;
/** GENERAL_CAPS_SET behind its header, [MS-RDPEFS] 2.2.2.7.1; version 1 lacks the last field. */
export const generalCapability = record({
  osType: u32,
  osVersion: u32,
  protocolMajorVersion: u16,
  protocolMinorVersion: u16,
  ioCode1: u32,
  ioCode2: u32,
  extendedPdu: u32,
  extraFlags1: u32,
  extraFlags2: u32,
  /** Devices redirected before the user logs on: without it Windows does not look at a card before the logon. */
  specialTypeDeviceCap: optional(u32),
  trailing,
});
export type GeneralCapability = Value<typeof generalCapability>;

export function generalCapabilitySet(value: GeneralCapability): CoreCapability {
  const version = value.specialTypeDeviceCap === undefined ? 1 : 2;
  return { type: coreCapabilityType.general, version, data: encode(generalCapability, value) };
}
/** `undefined` when there is none. @throws DecodeError */
export function findGeneralCapability(capabilities: readonly CoreCapability[]): GeneralCapability | undefined {
  const found = capabilities.find(({ type }) => type === coreCapabilityType.general);
  return found && decode(generalCapability, found.data);
}
/** Printer, port, drive (version 2) or smart card, [MS-RDPEFS] 2.2.2.7.2 to 2.2.2.7.5. */
export const deviceCapabilitySet = (type: number, version = 1): CoreCapability => ({ type, version, data: new Uint8Array() });
