import { type Codec, encode, named, rest, type Value } from './codec.ts';
import { ByteReader, type ByteWriter, DecodeError } from './cursor.ts';

/**
 * Distinguished Encoding Rules (ITU-T X.690 clause 10 and 11), strict in both directions: what decodes re-encodes to the
 * same bytes. Tags are the identifier octet; high tag numbers (31 and above) do not occur in the specifications we speak.
 */
export interface Der<T> extends Codec<T> {
  /** Identifier octets this type may begin with, so that OPTIONAL fields can look before they read. */
  readonly tags: readonly number[];
}
/** A type with one tag of its own, which `[n] IMPLICIT` can replace. */
export interface Tagged<T> extends Der<T> {
  readonly content: Codec<T>;
}

const CONSTRUCTED = 0x20;
const hex2 = (n: number) => `0x${n.toString(16).padStart(2, '0')}`;
const expected = (tags: readonly number[]) => tags.map(hex2).join(' or ');

/** Reads a definite, minimal length (X.690 10.1) that fits what is left. */
export function readLength(r: ByteReader): number {
  const at = r.at;
  const first = r.u8();
  if (first < 0x80) return first;
  const n = first & 0x7f;
  if (n === 0 || 4 < n) throw new DecodeError('length form not allowed in DER', at);
  let length = 0;
  for (let i = 0; i < n; i++) length = length * 256 + r.u8();
  if (length < 0x80 || length < 256 ** (n - 1)) throw new DecodeError('length is not minimal', at);
  return length;
}
function longLength(length: number): Uint8Array {
  const octets: number[] = [];
  for (let left = length; 0 < left; left = Math.floor(left / 256)) octets.unshift(left % 256);
  return Uint8Array.from(octets);
}

/** A type of one tag. */
export function tagged<T>(tag: number, content: Codec<T>): Tagged<T> {
  return {
    tags: [tag],
    content,
    read(r) {
      const at = r.at;
      const got = r.u8();
      if (got !== tag) throw new DecodeError(`expected tag ${hex2(tag)}, got ${hex2(got)}`, at);
      const inner = r.sub(readLength(r));
      const value = content.read(inner);
      if (inner.left > 0) throw inner.fail(`${inner.left} bytes left over`);
      return value;
    },
    write(w, value) {
      // Most lengths take one octet: it is left open and filled in, and only a longer one moves what follows.
      w.u8(tag).u8(0);
      const start = w.at;
      content.write(w, value);
      const length = w.at - start;
      if (length < 0x80) w.fill(start - 1, length);
      else {
        const octets = longLength(length);
        w.fill(start - 1, 0x80 | octets.length).insert(start, octets);
      }
    },
  };
}

/** `[n] EXPLICIT` */
export const context = <T>(n: number, inner: Der<T>): Tagged<T> => tagged(0xa0 | n, inner);
/** `[n] IMPLICIT` */
export const implicit = <T>(n: number, inner: Tagged<T>): Tagged<T> =>
  tagged(0x80 | n | ((inner.tags[0] ?? 0) & CONSTRUCTED), inner.content);
/** `[APPLICATION n] EXPLICIT` */
export const application = <T>(n: number, inner: Der<T>): Tagged<T> => tagged(0x60 | n, inner);

type Fields = Record<string, Der<unknown>>;
type Optional<T> = { readonly optional: true } & T;
type OptionalKeys<F> = { [K in keyof F]: F[K] extends { readonly optional: true } ? K : never }[keyof F];
type Sequence<F> = { [K in Exclude<keyof F, OptionalKeys<F>>]: Value<F[K]> } & {
  [K in OptionalKeys<F>]?: Value<F[K]> | undefined;
};

export const optional = <T>(inner: Der<T>): Optional<Der<T>> => ({ ...inner, optional: true });

/** A field with DEFAULT: absent on the wire when it has that value (X.690 11.5), never absent in the value. */
export interface Defaulted<T> extends Der<T> {
  readonly fallback: T;
}
export const defaulted = <T extends number | boolean | string>(inner: Der<T>, fallback: T): Defaulted<T> => ({
  ...inner,
  fallback,
});

function contentOf<const F extends Fields>(fields: F): Codec<Sequence<F>> {
  const entries = Object.entries(fields).map(([name, field]) => ({
    name,
    field,
    mayBeAbsent: 'optional' in field || 'fallback' in field,
    fallback: 'fallback' in field ? field.fallback : undefined,
  }));
  return {
    read(r) {
      const value: Record<string, unknown> = {};
      for (const { name, field, mayBeAbsent, fallback } of entries) {
        const at = r.at;
        const next = mayBeAbsent ? r.peek() : undefined;
        if (mayBeAbsent && (next === undefined || !field.tags.includes(next))) {
          if (fallback !== undefined) value[name] = fallback;
          continue;
        }
        const read = named(name, () => field.read(r));
        if (fallback !== undefined && read === fallback) throw new DecodeError('default value is encoded', at, [name]);
        value[name] = read;
      }
      return value as Sequence<F>;
    },
    write(w, value) {
      for (const { name, field, mayBeAbsent, fallback } of entries) {
        const v = (value as Record<string, unknown>)[name];
        if (mayBeAbsent && v === fallback) continue;
        field.write(w, v);
      }
    },
  };
}
export const sequence = <const F extends Fields>(fields: F): Tagged<Sequence<F>> => tagged(0x30, contentOf(fields));

/** A SEQUENCE that its specification left open (`...`): elements behind the known ones are read over, and never written. */
export function extensible<const F extends Fields>(fields: F): Tagged<Sequence<F>> {
  const known = contentOf(fields);
  return tagged(0x30, {
    ...known,
    read(r) {
      const value = known.read(r);
      while (r.left > 0) any.read(r);
      return value;
    },
  });
}

/** `SEQUENCE OF`, with a bound on how many items a stranger may send. */
export const sequenceOf = <T>(item: Der<T>, atMost = 1024): Tagged<T[]> =>
  tagged(0x30, {
    read(r) {
      const items: T[] = [];
      while (r.left > 0) {
        if (items.length === atMost) throw r.fail(`more than ${atMost} items`);
        items.push(named(String(items.length), () => item.read(r)));
      }
      return items;
    },
    write(w, items) {
      for (const i of items) item.write(w, i);
    },
  });

/** Orders encodings as X.690 11.6 wants the components of a SET OF. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
/** `SET OF`: any order in the value, ascending encodings on the wire. */
export const setOf = <T>(item: Der<T>, atMost = 64): Tagged<T[]> =>
  tagged(0x31, {
    read(r) {
      const items: T[] = [];
      let previous: Uint8Array | undefined;
      while (r.left > 0) {
        if (items.length === atMost) throw r.fail(`more than ${atMost} items`);
        items.push(
          named(String(items.length), () => {
            const at = r.at;
            const encoded = any.read(r);
            if (previous && compareBytes(previous, encoded) > 0) throw new DecodeError('set is not in ascending order', at);
            previous = encoded;
            return item.read(new ByteReader(encoded, at));
          }),
        );
      }
      return items;
    },
    write(w, items) {
      for (const encoded of items.map((i) => encode(item, i)).sort(compareBytes)) w.bytes(encoded);
    },
  });

type Alternatives = Record<string, Der<unknown>>;
type Choice<A> = { [K in keyof A]: { readonly kind: K; readonly value: A[K] extends Der<infer T> ? T : never } }[keyof A];
/** `CHOICE`: the alternative's name beside its value. */
export function choice<const A extends Alternatives>(alternatives: A): Der<Choice<A>> {
  const entries = Object.entries(alternatives);
  const tags = entries.flatMap(([, a]) => a.tags);
  return {
    tags,
    read(r) {
      const next = r.peek();
      const entry = entries.find(([, a]) => next !== undefined && a.tags.includes(next));
      if (!entry) throw r.fail(`expected tag ${expected(tags)}, got ${next === undefined ? 'nothing' : hex2(next)}`);
      const [kind, alternative] = entry;
      return { kind, value: named(kind, () => alternative.read(r)) } as Choice<A>;
    },
    write(w, { kind, value }) {
      alternatives[kind]?.write(w, value);
    },
  };
}

const anyTag = Array.from({ length: 256 }, (_, tag) => tag).filter((tag) => (tag & 0x1f) !== 0x1f && tag !== 0);
/** One whole element, tag and length included, its content unread. */
export const any: Der<Uint8Array> = {
  tags: anyTag,
  read(r) {
    const start = r.at;
    const tag = r.u8();
    if ((tag & 0x1f) === 0x1f || tag === 0) throw new DecodeError(`tag ${hex2(tag)} not allowed here`, start);
    const body = r.bytes(readLength(r));
    const header = r.at - start - body.length;
    return new Uint8Array(body.buffer, body.byteOffset - header, header + body.length);
  },
  write: (w: ByteWriter, v) => w.bytes(v),
};
/** The same, for an element whose tag is known. */
export const raw = (tag: number): Der<Uint8Array> => ({
  ...any,
  tags: [tag],
  read(r) {
    const next = r.peek();
    if (next !== tag) throw r.fail(`expected tag ${hex2(tag)}, got ${next === undefined ? 'nothing' : hex2(next)}`);
    return any.read(r);
  },
});
export const octetString: Tagged<Uint8Array> = tagged(0x04, rest);
