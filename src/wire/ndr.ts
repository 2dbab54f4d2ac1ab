import { type Codec, named } from './codec.ts';
import { type ByteReader, ByteWriter, DecodeError } from './cursor.ts';

/** Where a value's octets go: from its own first octet, by which it is aligned. Referent ids count up, as Windows counts them. */
export class NdrWriter extends ByteWriter {
  #referent = 0x0002_0000;
  referent(): number {
    const id = this.#referent;
    this.#referent += 4;
    return id;
  }
}

/**
 * How a type looks in Network Data Representation (DCE 1.1 RPC, C706 chapter 14), little-endian and 32 bit. What the pointers of a
 * structure lead to lies behind the whole structure, in the same order (14.3.12.3), so both directions take two steps: the value's
 * own place first, and then, by calling what that returned, all that its pointers lead to.
 */
export interface Ndr<T> {
  read(r: ByteReader): () => T;
  write(w: NdrWriter, value: T): () => void;
}
type NdrValue<N> = N extends Ndr<infer T> ? T : never;

/** Alignment gaps lie in front of what is aligned and may hold anything, C706 14.2.2. */
const gap = (at: number, to: number): number => (to - (at % to)) % to;
const done = (): void => undefined;

/** A value without pointers, at a multiple of `alignment`. Readers are to begin where the outermost value does, or 16 octets before. */
export function plain<T>(alignment: number, codec: Codec<T>): Ndr<T> {
  return {
    read(r) {
      const ahead = gap(r.at, alignment);
      if (ahead > 0) r.bytes(ahead);
      const value = codec.read(r);
      return () => value;
    },
    write(w, value) {
      const ahead = gap(w.at, alignment);
      if (ahead > 0) w.bytes(new Uint8Array(ahead));
      codec.write(w, value);
      return done;
    },
  };
}
const MOST = 0xffff_ffff;
/** `unsigned long`; a `long` that holds a return code is one as well. */
export const ulong: Ndr<number> = plain(4, {
  read: (r) => r.u32(true),
  write(w, v) {
    if (!Number.isInteger(v) || v < 0 || MOST < v) throw w.fail(`${v} does not fit 32 bits`);
    w.u32(v, true);
  },
});
const readLong = (r: ByteReader): number => ulong.read(r)();
const writeLong = (w: NdrWriter, v: number): void => ulong.write(w, v)();

/** A value that the wire shows as another one. */
export function seenAs<T, Wire>(wire: Ndr<Wire>, see: (raw: Wire, r: ByteReader) => T, show: (value: T) => Wire): Ndr<T> {
  return {
    read(r) {
      const referents = wire.read(r);
      return () => see(referents(), r);
    },
    write: (w, value) => wire.write(w, show(value)),
  };
}
/** `BOOL` in a `long`: anything but 0 is true. */
export const truth: Ndr<boolean> = seenAs(
  ulong,
  (v) => v !== 0,
  (v) => (v ? 1 : 0),
);
/** A fixed array of octets. */
export const octetArray = (n: number, alignment = 1): Ndr<Uint8Array> =>
  plain(alignment, {
    read: (r) => r.bytes(n),
    write(w, v) {
      if (v.length !== n) throw w.fail(`${v.length} octets where ${n} belong`);
      w.bytes(v);
    },
  });

type Fields = Readonly<Record<string, Ndr<unknown>>>;
type StructOf<F> = { readonly [K in keyof F]: NdrValue<F[K]> };
/** Fields one after the other. The first one has to be of the widest alignment: nothing else aligns a structure here. */
export function struct<const F extends Fields>(fields: F): Ndr<StructOf<F>> {
  const entries = Object.entries(fields);
  return {
    read(r) {
      const referents = entries.map(([name, field]) => [name, named(name, () => field.read(r))] as const);
      return () => {
        const value: Record<string, unknown> = {};
        for (const [name, settle] of referents) value[name] = named(name, settle);
        return value as StructOf<F>;
      };
    },
    write(w, value) {
      const referents = entries.map(([name, field]) => field.write(w, (value as Record<string, unknown>)[name]));
      return () => {
        for (const settle of referents) settle();
      };
    },
  };
}

/**
 * A `[unique]` pointer, `undefined` where it is NULL. No two of them lead to one place, so that a referent id says no more than
 * that it is not 0 (14.3.10), and real hosts send the same one twice; there is nothing that could go in a circle.
 */
export const pointer = <T>(target: Ndr<T>): Ndr<T | undefined> => ({
  read(r) {
    if (readLong(r) === 0) return () => undefined;
    return () => target.read(r)();
  },
  write(w, value) {
    writeLong(w, value === undefined ? 0 : w.referent());
    return value === undefined ? done : () => target.write(w, value)();
  },
});
/** A pointer that may not be NULL. */
export const reference = <T>(target: Ndr<T>): Ndr<T> => ({
  read(r) {
    const at = r.at;
    if (readLong(r) === 0) throw new DecodeError('is a NULL pointer', at);
    return () => target.read(r)();
  },
  write: (w, value) => pointer(target).write(w, value),
});

/** What an array is made of. */
interface Elements<T> {
  read(r: ByteReader, count: number): () => T;
  write(w: NdrWriter, value: T): () => void;
}
export const octetElements: Elements<Uint8Array> = {
  read(r, count) {
    const value = r.bytes(count);
    return () => value;
  },
  write(w, value) {
    w.bytes(value);
    return done;
  },
};
/** All elements, and then what the pointers in them lead to. */
export const elements = <T>(element: Ndr<T>): Elements<readonly T[]> => ({
  read(r, count) {
    // One at a time: an array is never longer than the octets that are there for it.
    const referents: (() => T)[] = [];
    for (let i = 0; i < count; i++) referents.push(named(String(i), () => element.read(r)));
    return () => referents.map((settle, i) => named(String(i), settle));
  },
  write(w, value) {
    const referents = value.map((each) => element.write(w, each));
    return () => {
      for (const settle of referents) settle();
    };
  },
});

/** How many there would be, where a pointer to them is NULL. */
export interface CountAlone {
  readonly lengthAlone: number;
}
type Countable = { readonly length: number };
/** `[range(0, most)] unsigned long c; [unique, size_is(c)] T *p;`: a count, and a pointer to an array that repeats it. */
export function sized<T extends Countable>(most: number, content: Elements<T>): Ndr<T | CountAlone> {
  return {
    read(r) {
      const at = r.at;
      const count = readLong(r);
      if (most < count) throw new DecodeError(`${count} is over ${most}`, at);
      if (readLong(r) === 0) return () => ({ lengthAlone: count });
      return () => {
        const maximum = readLong(r);
        if (maximum !== count) throw r.fail(`an array of ${maximum} where ${count} were announced`);
        return content.read(r, count)();
      };
    },
    write(w, value) {
      const alone = 'lengthAlone' in value;
      const count = alone ? value.lengthAlone : value.length;
      if (most < count) throw w.fail(`${count} is over ${most}`);
      writeLong(w, count);
      writeLong(w, alone ? 0 : w.referent());
      if (alone) return done;
      return () => {
        writeLong(w, count);
        content.write(w, value)();
      };
    },
  };
}
/** The same where a count without an array is an error, and none at all a NULL pointer. */
export function counted<T extends Countable>(most: number, content: Elements<T>, none: T): Ndr<T> {
  return seenAs<T, T | CountAlone>(
    sized(most, content),
    (raw, r) => {
      if (!('lengthAlone' in raw)) return raw;
      if (raw.lengthAlone !== 0) throw r.fail(`a NULL pointer where ${raw.lengthAlone} were announced`);
      return none;
    },
    (value) => (value.length === 0 ? { lengthAlone: 0 } : value),
  );
}
export const countedOctets = (most: number): Ndr<Uint8Array> => counted(most, octetElements, new Uint8Array());
