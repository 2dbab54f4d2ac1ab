import { type Codec, decode, encode, named } from '../wire/codec.ts';
import { u16 } from './record.ts';

/**
 * A capability set, [MS-RDPBCGR] 2.2.1.13.1.1.1, as it came. Lists of them stay raw and in order: what nobody here knows or needs
 * passes through untouched, and `capability` reads or rewrites the one that matters.
 */
export interface CapabilitySet {
  readonly type: number;
  readonly data: Uint8Array;
}
const HEADER = 4;
export const capabilitySet: Codec<CapabilitySet> = {
  read(r) {
    const type = u16.read(r);
    const length = named('lengthCapability', () => u16.read(r));
    if (length < HEADER) throw r.fail(`capability set of ${length} octets`);
    return { type, data: r.bytes(length - HEADER) };
  },
  write(w, { type, data }) {
    u16.write(w, type);
    u16.write(w, HEADER + data.length);
    w.bytes(data);
  },
};
/** capabilitySetType. */
export const capabilityType = {
  general: 1,
  bitmap: 2,
  order: 3,
  bitmapCache: 4,
  control: 5,
  activation: 7,
  pointer: 8,
  share: 9,
  colorCache: 10,
  sound: 12,
  input: 13,
  font: 14,
  brush: 15,
  glyphCache: 16,
  offscreenCache: 17,
  bitmapCacheHostSupport: 18,
  bitmapCacheRev2: 19,
  virtualChannel: 20,
  drawNineGridCache: 21,
  drawGdiPlus: 22,
  rail: 23,
  window: 24,
  compDesk: 25,
  multifragmentUpdate: 26,
  largePointer: 27,
  surfaceCommands: 28,
  bitmapCodecs: 29,
  frameAcknowledge: 30,
} as const;

/** What a set of one type says. */
export interface Capability<T> {
  readonly type: number;
  readonly codec: Codec<T>;
}
export const capability = <T>(type: number, codec: Codec<T>): Capability<T> => ({ type, codec });

export function capabilityOf<T>({ type, codec }: Capability<T>, value: T): CapabilitySet {
  return { type, data: encode(codec, value) };
}
/** The first set of that type; `undefined` when there is none. @throws DecodeError */
export function findCapability<T>(sets: readonly CapabilitySet[], { type, codec }: Capability<T>): T | undefined {
  const found = sets.find((set) => set.type === type);
  return found && decode(codec, found.data);
}
/** The same sets, those of that type rewritten. @throws DecodeError */
export function editCapability<T>(
  sets: readonly CapabilitySet[],
  { type, codec }: Capability<T>,
  edit: (value: T) => T,
): readonly CapabilitySet[] {
  return sets.map((set) => (set.type === type ? { type, data: encode(codec, edit(decode(codec, set.data))) } : set));
}
/** Sets of one Demand or Confirm Active: there are 30 types. */
const MOST_SETS = 64;

/** What Demand and Confirm Active have in common, from lengthSourceDescriptor on, [MS-RDPBCGR] 2.2.1.13.1.1. */
export interface CombinedCapabilities {
  /** ANSI with its NUL: "RDP", "MSTSC". */
  readonly sourceDescriptor: Uint8Array;
  readonly pad2Octets?: number | undefined;
  readonly capabilitySets: readonly CapabilitySet[];
  /** Octets that lengthCombinedCapabilities counts and no set accounts for. */
  readonly excess?: Uint8Array | undefined;
}
export const combinedCapabilities: Codec<CombinedCapabilities> = {
  read(r) {
    const lengthSourceDescriptor = u16.read(r);
    const lengthCombined = u16.read(r);
    const sourceDescriptor = named('sourceDescriptor', () => r.bytes(lengthSourceDescriptor));
    const inner = named('capabilitySets', () => r.sub(lengthCombined));
    const count = named('numberCapabilities', () => u16.read(inner));
    if (MOST_SETS < count) throw inner.fail(`${count} capability sets, over ${MOST_SETS}`);
    const pad2Octets = u16.read(inner);
    const readSet = (_: unknown, i: number) => named(`capabilitySets.${i}`, () => capabilitySet.read(inner));
    const capabilitySets = Array.from({ length: count }, readSet);
    return {
      sourceDescriptor,
      ...(pad2Octets === 0 ? {} : { pad2Octets }),
      capabilitySets,
      ...(inner.left === 0 ? {} : { excess: inner.bytes() }),
    };
  },
  write(w, { sourceDescriptor, pad2Octets = 0, capabilitySets, excess = new Uint8Array() }) {
    if (MOST_SETS < capabilitySets.length) throw w.fail(`${capabilitySets.length} capability sets, over ${MOST_SETS}`);
    const sets = capabilitySets.reduce((sum, { data }) => sum + HEADER + data.length, 0);
    u16.write(w, sourceDescriptor.length);
    u16.write(w, HEADER + sets + excess.length);
    w.bytes(sourceDescriptor);
    u16.write(w, capabilitySets.length);
    u16.write(w, pad2Octets);
    for (const set of capabilitySets) capabilitySet.write(w, set);
    w.bytes(excess);
  },
};
