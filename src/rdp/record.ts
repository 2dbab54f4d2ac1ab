import { type Codec, named, type Value } from '../wire/codec.ts';
import type { ByteReader, ByteWriter } from '../wire/cursor.ts';

/** Little-endian integers and the structures made of them: how [MS-RDPBCGR] writes everything inside MCS. */
function unsigned(bits: 8 | 16 | 32, read: (r: ByteReader) => number, put: (w: ByteWriter, v: number) => unknown): Codec<number> {
  const most = 2 ** bits - 1;
  return {
    read,
    write(w, v) {
      if (!Number.isInteger(v) || v < 0 || most < v) throw w.fail(`${v} does not fit ${bits} bits`);
      put(w, v);
    },
  };
}
export const u8: Codec<number> = unsigned(
  8,
  (r) => r.u8(),
  (w, v) => w.u8(v),
);
export const u16: Codec<number> = unsigned(
  16,
  (r) => r.u16(true),
  (w, v) => w.u16(v, true),
);
export const u32: Codec<number> = unsigned(
  32,
  (r) => r.u32(true),
  (w, v) => w.u32(v, true),
);
/** Two's complement, [MS-DTYP] 2.2.22. */
export const i32: Codec<number> = {
  read: (r) => r.u32(true) | 0,
  write: (w, v) => u32.write(w, v < 0 && -(2 ** 31) <= v ? v + 2 ** 32 : v),
};
/** Exactly `n` octets. */
export function octets(n: number): Codec<Uint8Array> {
  return {
    read: (r) => r.bytes(n),
    write(w, v) {
      if (v.length !== n) throw w.fail(`${v.length} octets where ${n} belong`);
      w.bytes(v);
    },
  };
}
/** A length and as many octets; more than `most` are refused. */
export function counted(length: Codec<number>, most = 0xffff): Codec<Uint8Array> {
  return {
    read(r) {
      const n = length.read(r);
      if (most < n) throw r.fail(`${n} octets, over ${most}`);
      return r.bytes(n);
    },
    write(w, v) {
      if (most < v.length) throw w.fail(`${v.length} octets, over ${most}`);
      length.write(w, v.length);
      w.bytes(v);
    },
  };
}
/** A count and as many items; more than `most` are refused before one is read. */
export function list<T>(count: Codec<number>, item: Codec<T>, most: number): Codec<readonly T[]> {
  return {
    read(r) {
      const n = count.read(r);
      if (most < n) throw r.fail(`${n} items, over ${most}`);
      return Array.from({ length: n }, (_, i) => named(String(i), () => item.read(r)));
    },
    write(w, items) {
      if (most < items.length) throw w.fail(`${items.length} items, over ${most}`);
      count.write(w, items.length);
      for (const each of items) item.write(w, each);
    },
  };
}

type Absent = { readonly absent: 'at the end' | 'when zero' };
/** A field that a sender may leave out together with all that follow it. */
export const optional = <T>(inner: Codec<T>): Codec<T> & Absent => ({ ...inner, absent: 'at the end' });
/** Octets without a meaning. What a sender left in them comes back as it was; zeroes are no value at all. */
export function padding(n: number): Codec<Uint8Array | undefined> & Absent {
  const inner = octets(n);
  return {
    absent: 'when zero',
    read(r) {
      const got = inner.read(r);
      return got.every((octet) => octet === 0) ? undefined : got;
    },
    write: (w, v) => inner.write(w, v ?? new Uint8Array(n)),
  };
}
/** What follows the last field that is known here, kept for whoever passes it on. */
export const trailing: Codec<Uint8Array> & Absent = {
  read: (r) => r.bytes(),
  write: (w, v) => w.bytes(v),
  absent: 'at the end',
};

type Fields = Readonly<Record<string, Codec<unknown>>>;
type AbsentKeys<F> = { [K in keyof F]: F[K] extends Absent ? K : never }[keyof F];
type RecordOf<F> = { readonly [K in Exclude<keyof F, AbsentKeys<F>>]: Value<F[K]> } & {
  readonly [K in AbsentKeys<F>]?: Value<F[K]> | undefined;
};

/** Fields one after the other. */
export function record<const F extends Fields>(fields: F): Codec<RecordOf<F>> {
  const entries = Object.entries(fields).map(([name, field]) => ({
    name,
    field,
    absent: 'absent' in field ? field.absent : undefined,
  }));
  return {
    read(r) {
      const value: Record<string, unknown> = {};
      for (const { name, field, absent } of entries) {
        if (absent === 'at the end' && r.left === 0) break;
        const got = named(name, () => field.read(r));
        if (got !== undefined) value[name] = got;
      }
      return value as RecordOf<F>;
    },
    write(w, value) {
      let missing: string | undefined;
      for (const { name, field, absent } of entries) {
        const v = (value as Record<string, unknown>)[name];
        if (v === undefined && absent === 'at the end') missing ??= name;
        else if (missing !== undefined) throw w.fail(`${name} without ${missing}, which comes before it`);
        else field.write(w, v);
      }
    },
  };
}
