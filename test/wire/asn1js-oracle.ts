import * as asn1js from 'asn1js';
import { decode } from '../../src/wire/codec.ts';
import { ByteReader, DecodeError } from '../../src/wire/cursor.ts';
import { any, type Der, octetString } from '../../src/wire/der.ts';
import {
  bitString,
  boolean,
  enumerated,
  int32,
  namedBits,
  nothing,
  objectIdentifier,
  unsignedInteger,
} from '../../src/wire/der-primitives.ts';
import { generalString, ia5String, printableString, utf8String } from '../../src/wire/der-strings.ts';
import { generalizedTime, utcTime } from '../../src/wire/der-time.ts';
import { hex } from './annotated-hex.ts';
import { same } from './property.ts';

/**
 * asn1js 4 as the second opinion on DER. It reads BER, so it is laxer by design (indefinite and long lengths, any BOOLEAN octet,
 * padded integers, default values, SET OF in any order, times that do not exist, text that is no UTF-8): the claim tested is
 * that whatever our codecs accept it accepts too, and reads as the same value. Its limits (100 levels, 10,000 nodes, 16 MiB)
 * lie far above what is fed to it here, so that none of its refusals needs to be excused.
 */
export function theirReading(der: Uint8Array): asn1js.AsnType {
  // parseEmbedded: it would otherwise read the inside of OCTET and BIT STRINGs as values where it happens to look like some.
  const { offset, result } = asn1js.fromBER(der, { parseEmbedded: false });
  if (offset !== der.length) throw new Error(`asn1js stopped at ${offset} of ${hex(der)}: ${result.error}`);
  return result;
}

const identifier = ({ idBlock }: asn1js.AsnType) =>
  ((idBlock.tagClass - 1) << 6) | (idBlock.isConstructed ? 0x20 : 0) | idBlock.tagNumber;
const magnitude = (v: Uint8Array) => BigInt(`0x${hex(v)}`);
const integer = (block: asn1js.AsnType) => (block as asn1js.Integer).toBigInt();
const bits = (block: asn1js.AsnType) => (block as asn1js.BitString).valueBlock;
const text = (block: asn1js.AsnType) => (block as asn1js.Utf8String).getValue();
/** Fields, not toDate(): that goes through Date.UTC, which takes the years 0 to 99 for 19xx. */
const seconds = (block: asn1js.AsnType) => {
  const t = block as asn1js.UTCTime;
  return new Date(0).setUTCFullYear(t.year, t.month - 1, t.day) / 1000 + t.hour * 3600 + t.minute * 60 + t.second;
};

interface Reading {
  readonly name: string;
  readonly codec: Der<unknown>;
  readonly ours: (value: never) => unknown;
  readonly theirs: (block: asn1js.AsnType) => unknown;
}
function reading<T>(
  name: string,
  codec: Der<T>,
  ours: (value: T) => unknown,
  theirs: (block: asn1js.AsnType) => unknown,
): Reading {
  return { name, codec, ours, theirs };
}
const itself = (v: unknown) => v;
export const readings: readonly Reading[] = [
  reading('boolean', boolean, itself, (b) => (b as asn1js.Boolean).getValue()),
  reading('nothing', nothing, itself, (b) => (b instanceof asn1js.Null ? null : b)),
  reading('int32', int32, BigInt, integer),
  reading('enumerated', enumerated, BigInt, integer),
  reading('unsignedInteger', unsignedInteger, magnitude, integer),
  reading('octetString', octetString, hex, (b) => hex((b as asn1js.OctetString).valueBlock.valueHexView)),
  reading(
    'bitString',
    bitString,
    (v) => `0 ${hex(v)}`,
    (b) => `${bits(b).unusedBits} ${hex(bits(b).valueHexView)}`,
  ),
  reading('namedBits', namedBits, itself, (b) => {
    const { unusedBits, valueHexView } = bits(b);
    const digits = Array.from(valueHexView, (octet) => octet.toString(2).padStart(8, '0')).join('');
    return [...digits.slice(0, digits.length - unusedBits)].flatMap((bit, i) => (bit === '1' ? [i] : []));
  }),
  // Arcs over 2^53 are shown as hex by asn1js; ours end at 2^32, so none of those is ever compared.
  reading('objectIdentifier', objectIdentifier, itself, (b) => (b as asn1js.ObjectIdentifier).getValue()),
  reading('utf8String', utf8String, itself, text),
  reading('printableString', printableString, itself, text),
  reading('ia5String', ia5String, itself, text),
  // asn1js takes a GeneralString's octets for ISO 8859-1, we for UTF-8 as Windows sends it: compared as octets.
  reading(
    'generalString',
    generalString,
    (v) => hex(new TextEncoder().encode(v)),
    (b) => hex(new Uint8Array(Buffer.from(text(b), 'latin1'))),
  ),
  reading('utcTime', utcTime, itself, seconds),
  reading('generalizedTime', generalizedTime, itself, seconds),
];

/** Both readers over one element; `true` if ours accepts it. asn1js must accept what ours does, and see the same. */
export function agreesOn({ codec, ours, theirs }: Reading, der: Uint8Array): boolean {
  let value: unknown;
  try {
    value = decode(codec, der);
  } catch (e) {
    if (e instanceof DecodeError) return false;
    throw e;
  }
  same(ours(value as never), theirs(theirReading(der)), `value of ${hex(der)}`);
  return true;
}

/** Walks a whole element with both: tags, lengths and order of the elements, and the value of every leaf that has a codec. */
export function agreeOnTree(der: Uint8Array, block: asn1js.AsnType = theirReading(der)): number {
  same(der[0], identifier(block), `tag of ${hex(der)}`);
  same(hex(block.valueBeforeDecodeView), hex(der), 'octets');
  const content = der.subarray(der.length - block.lenBlock.length);
  if (!block.idBlock.isConstructed) {
    for (const r of readings) if (r.codec.tags[0] === der[0]) agreesOn(r, der);
    return 1;
  }
  const children = (block as asn1js.Constructed).valueBlock.value;
  const elements = elementsOf(content);
  same(elements.length, children.length, `elements of ${hex(der)}`);
  return elements.reduce((leaves, element, i) => leaves + agreeOnTree(element, children[i]), 0);
}
function elementsOf(content: Uint8Array): Uint8Array[] {
  const elements: Uint8Array[] = [];
  for (let at = 0; at < content.length; ) {
    const element = any.read(new ByteReader(content.subarray(at)));
    elements.push(element);
    at += element.length;
  }
  return elements;
}
