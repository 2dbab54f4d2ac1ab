import { type Codec, encode, named, type Value } from '../wire/codec.ts';
import { type ByteReader, type ByteWriter, DecodeError } from '../wire/cursor.ts';
import { u16 } from './record.ts';

/** What a kind of block is on the wire: its type in the user data header, and its body. */
interface Row {
  readonly type: number;
  readonly body: Codec<unknown>;
}
type Rows = Readonly<Record<string, Row>>;
/** A block that the table knows, by its kind; or the body of another, kept for whoever passes it on. */
export type BlockOf<R extends Rows> =
  | { readonly [K in keyof R]: { readonly kind: K; readonly value: Value<R[K]['body']> } }[keyof R]
  | { readonly kind: 'unknown'; readonly type: number; readonly value: Uint8Array };
type AnyBlock = { readonly kind: string; readonly type?: number; readonly value: unknown };

/** TS_UD_HEADER, [MS-RDPBCGR] 2.2.1.3.1: type and a length that counts these four octets. */
const HEADER = 4;
const MOST_BLOCKS = 32;

/**
 * The blocks of a client or a server, in the order in which they came. A kind that comes twice is refused: two readers could choose
 * differently between them.
 */
export function gccBlocks<const R extends Rows>(rows: R): Codec<readonly BlockOf<R>[]> {
  const entries = Object.entries(rows);
  const kinds = new Map(entries.map(([kind, row]) => [row.type, { kind, body: row.body }]));
  const readBlock = (r: ByteReader, before: readonly AnyBlock[]): AnyBlock => {
    const at = r.at;
    const [type, length] = [u16.read(r), u16.read(r)];
    if (length < HEADER) throw new DecodeError(`block of ${length} octets`, at + 2);
    const body = r.sub(length - HEADER);
    const known = kinds.get(type);
    if (!known) return { kind: 'unknown', type, value: body.bytes() };
    if (before.some(({ kind }) => kind === known.kind)) throw new DecodeError(`a second ${known.kind} block`, at);
    return named(known.kind, () => {
      const value = known.body.read(body);
      if (body.left > 0) throw body.fail(`${body.left} bytes left over`);
      return { kind: known.kind, value };
    });
  };
  const writeBlock = (w: ByteWriter, block: AnyBlock): void => {
    const row = rows[block.kind];
    const type = row ? row.type : block.type;
    if (type === undefined || (!row && kinds.has(type))) throw w.fail(`a block of kind ${block.kind} has no type of its own`);
    const body = row ? encode(row.body, block.value) : (block.value as Uint8Array);
    u16.write(w, type);
    u16.write(w, HEADER + body.length);
    w.bytes(body);
  };
  return {
    read(r) {
      const blocks: AnyBlock[] = [];
      while (r.left > 0) {
        if (blocks.length === MOST_BLOCKS) throw r.fail(`more than ${MOST_BLOCKS} blocks`);
        blocks.push(readBlock(r, blocks));
      }
      return blocks as readonly BlockOf<R>[];
    },
    write(w, blocks) {
      for (const block of blocks) writeBlock(w, block as AnyBlock);
    },
  };
}
/** The value of the block of a kind, if there is one. */
export function blockOf<B extends AnyBlock, K extends B['kind']>(
  blocks: readonly B[],
  kind: K,
): Extract<B, { readonly kind: K }>['value'] | undefined {
  return blocks.find((block) => block.kind === kind)?.value;
}
