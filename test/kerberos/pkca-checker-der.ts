import * as asn1js from 'asn1js';

/** What the checker answers with where a message cannot be read at all. */
export class Unreadable extends Error {}

/** One element as asn1js sees it, held to DER's lengths (X.690 10.1). */
export interface Node {
  /** Identifier octet. */
  readonly tag: number;
  /** The whole element. */
  readonly der: Uint8Array;
  readonly content: Uint8Array;
  readonly children: readonly Node[];
  readonly block: asn1js.AsnType;
}
function nodeOf(block: asn1js.AsnType): Node {
  const { idBlock, lenBlock } = block;
  if (lenBlock.isIndefiniteForm) throw new Unreadable('length is indefinite');
  const der = block.valueBeforeDecodeView;
  const content = der.subarray(der.length - lenBlock.length);
  const header = lenBlock.length < 128 ? 1 : 1 + Math.ceil(Math.log2(lenBlock.length + 1) / 8);
  if (der.length !== 1 + header + lenBlock.length) throw new Unreadable('length is not minimal');
  const inside = idBlock.isConstructed ? (block as asn1js.Constructed).valueBlock.value : [];
  const tag = ((idBlock.tagClass - 1) << 6) | (idBlock.isConstructed ? 0x20 : 0) | idBlock.tagNumber;
  return { tag, der, content, children: inside.map(nodeOf), block };
}
/** Exactly one element. @throws Unreadable */
export function read(der: Uint8Array, tag?: number): Node {
  const { offset, result } = asn1js.fromBER(Uint8Array.from(der), { parseEmbedded: false });
  if (offset === -1 || offset !== der.length) throw new Unreadable(`element is broken: ${result.error}`);
  const node = nodeOf(result);
  return tag === undefined ? node : tagged(node, tag);
}
export function tagged(node: Node | undefined, tag: number): Node {
  if (node?.tag !== tag) throw new Unreadable(`expected tag ${tag.toString(16)}, got ${node?.tag.toString(16) ?? 'nothing'}`);
  return node;
}
/** `[n] EXPLICIT`, absent. */
export function maybe(node: Node, n: number): Node | undefined {
  const found = node.children.filter(({ tag }) => tag === (0xa0 | n));
  if (found.length > 1 || (found[0] && found[0].children.length !== 1)) throw new Unreadable(`field [${n}] is not there once`);
  return found[0]?.children[0];
}
/** `[n] EXPLICIT`. */
export function field(node: Node, n: number): Node {
  const found = maybe(node, n);
  if (!found) throw new Unreadable(`field [${n}] is missing`);
  return found;
}
/** The fields of a SEQUENCE stand in ascending order, each once. */
export function inOrder(node: Node): Node {
  const tags = node.children.map(({ tag }) => tag);
  if (tags.some((tag, i) => i > 0 && tag <= (tags[i - 1] ?? 0))) throw new Unreadable('fields are in no order');
  return node;
}

export const octets = (node: Node | undefined): Uint8Array => tagged(node, 0x04).content;
export function integer(node: Node | undefined): bigint {
  const { content } = tagged(node, 0x02);
  const [first = 0, second = 0] = content;
  if (content.length === 0) throw new Unreadable('integer is empty');
  if (content.length > 1 && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80))
    throw new Unreadable('integer is not minimal');
  const value = BigInt(`0x${Buffer.from(content).toString('hex')}`);
  return first < 0x80 ? value : value - (1n << BigInt(8 * content.length));
}
export const number = (node: Node | undefined): number => Number(integer(node));
export function bits(node: Node | undefined): Uint8Array {
  const { content } = tagged(node, 0x03);
  if (content[0] !== 0) throw new Unreadable('bit string does not end at an octet');
  return content.subarray(1);
}
export function text(node: Node | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(tagged(node, 0x1b).content);
  } catch (e) {
    throw e instanceof Unreadable ? e : new Unreadable('text is not UTF-8');
  }
}
/** KerberosTime, RFC 4120 5.2.3: no fraction, always Z. Unix seconds. */
export function time(node: Node | undefined): number {
  const written = Buffer.from(tagged(node, 0x18).content).toString('latin1');
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(written)?.slice(1).map(Number);
  if (!parts) throw new Unreadable('time is not a KerberosTime');
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
export const identifier = (node: Node | undefined): string => (tagged(node, 0x06).block as asn1js.ObjectIdentifier).getValue();
export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
