import { execFileSync } from 'node:child_process';
import * as asn1js from 'asn1js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../src/wire/codec.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { bytes, hex } from './annotated-hex.ts';
import { agreeOnTree, agreesOn, readings, theirReading } from './asn1js-oracle.ts';
import { certificateShape } from './certificate-shape.ts';
import { accepted, framed, mutated, property, same } from './property.ts';

const valueHex = (v: Uint8Array) => v.slice().buffer;
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const ascii = fc.string({ unit: 'binary-ascii', maxLength: 20 });
const date = (from: string, to: string) =>
  fc.integer({ min: Date.parse(from) / 1000, max: Date.parse(to) / 1000 }).map((t) => new Date(t * 1000));
const arcs = fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 8 });
const leaf: fc.Arbitrary<asn1js.AsnType> = fc.oneof(
  fc.boolean().map((value) => new asn1js.Boolean({ value })),
  fc.constant(null).map(() => new asn1js.Null()),
  fc.bigInt({ min: -(2n ** 160n), max: 2n ** 160n }).map((v) => asn1js.Integer.fromBigInt(v)),
  fc.integer().map((value) => new asn1js.Integer({ value })),
  fc.integer().map((value) => new asn1js.Enumerated({ value })),
  fc.uint8Array({ maxLength: 300 }).map((v) => new asn1js.OctetString({ valueHex: valueHex(v) })),
  fc.uint8Array({ maxLength: 40 }).map((v) => new asn1js.BitString({ valueHex: valueHex(v) })),
  fc
    .tuple(
      fc.oneof(
        fc.nat(39).map((n) => `1.${n}`),
        fc.integer({ min: 0, max: 0xffff_ff00 }).map((n) => `2.${n}`),
      ),
      arcs,
    )
    .map(([start, others]) => new asn1js.ObjectIdentifier({ value: [start, ...others].join('.') })),
  text.map((value) => new asn1js.Utf8String({ value })),
  ascii.map((value) => new asn1js.PrintableString({ value })),
  ascii.map((value) => new asn1js.IA5String({ value })),
  ascii.map((value) => new asn1js.GeneralString({ value })),
  text.map((value) => new asn1js.BmpString({ value })),
  date('1950-01-01T00:00:00Z', '2049-12-31T23:59:59Z').map((valueDate) => new asn1js.UTCTime({ valueDate })),
  date('1000-01-01T00:00:00Z', '9999-12-31T23:59:59Z').map((valueDate) => new asn1js.GeneralizedTime({ valueDate })),
  fc
    .tuple(fc.nat(30), fc.constantFrom(2, 3, 4), fc.uint8Array({ maxLength: 20 }))
    .map(([tagNumber, tagClass, v]) => new asn1js.Primitive({ idBlock: { tagClass, tagNumber }, valueHex: valueHex(v) })),
);
const { tree } = fc.letrec<{ tree: asn1js.AsnType; inner: asn1js.AsnType }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('inner')),
  inner: fc
    .tuple(fc.constantFrom('sequence', 'set', 'context'), fc.nat(30), fc.array(tie('tree'), { maxLength: 6 }))
    .map(([kind, tagNumber, value]) => {
      if (kind === 'sequence') return new asn1js.Sequence({ value });
      if (kind === 'set') return new asn1js.Set({ value });
      return new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value });
    }),
}));

describe('what asn1js writes, we read', () => {
  property('trees', tree, (block) => {
    agreeOnTree(new Uint8Array(block.toBER()));
  });
});

const octetsOf = (s: string) => Array.from(new TextEncoder().encode(s));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 3 }),
  text.map((s) => Uint8Array.from(octetsOf(s)).subarray(0, 100)),
  fc
    .tuple(fc.constantFrom('', '00', '19', '20'), fc.array(fc.oneof(fc.nat(31), fc.nat(60)), { minLength: 6, maxLength: 6 }))
    .map(([century, parts]) => Uint8Array.from(octetsOf(`${century}${parts.map((n) => String(n).padStart(2, '0')).join('')}Z`))),
);
describe('what we accept, asn1js accepts and reads the same', () => {
  for (const reading of readings) {
    property(reading.name, framed(reading.codec.tags, content), (der) => {
      agreesOn(reading, der);
    });
  }
  it('most of what it would have to refuse as DER, it takes: its opinion counts in one direction only', () => {
    const lax = ['30 80 00 00', '04 81 01 aa', '01 01 01', '02 02 00 01', '03 02 07 ff', '06 02 80 01', '0c 02 c0 80'];
    for (const der of lax) {
      expect(theirReading(bytes(der)).error).toBe('');
      expect(readings.some((r) => agreesOn(r, bytes(der)))).toBe(false);
    }
  });
});

/** Certificates as another implementation writes them; openssl sends the keys nowhere. */
function certificates(): Uint8Array[] {
  const keys = [
    ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ['-newkey', 'rsa:2048'],
  ];
  const subjects = [
    '/CN=host.example.com/O=J\u00f8rgen & S\u00f8n/C=DK',
    '/DC=com/DC=example/CN=Root/emailAddress=a@example.com',
  ];
  const extensions = [
    'subjectAltName=DNS:a.example,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@example',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=clientAuth',
  ];
  return keys.map((key, i) => {
    const subject = subjects[i] ?? '';
    const added = extensions.flatMap((e) => ['-addext', e]);
    const days = i === 0 ? '1' : '20000'; // the second ends after 2050, so that its validity holds both forms of Time
    const args = [
      'req',
      '-x509',
      '-nodes',
      '-utf8',
      ...key,
      '-keyout',
      '/dev/null',
      '-outform',
      'DER',
      '-days',
      days,
      '-subj',
      subject,
      ...added,
    ];
    return new Uint8Array(execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }));
  });
}
describe('certificates by openssl', () => {
  const real = certificates();
  it('are read, written back to the same bytes, and seen alike', () => {
    for (const der of real) {
      const certificate = decode(certificateShape, der);
      expect(hex(encode(certificateShape, certificate))).toBe(hex(der));
      expect(certificate.tbs.version).toBe(2);
      expect(certificate.tbs.extensions?.map((e) => e.id)).toContain('2.5.29.17');
      expect(agreeOnTree(der)).toBeGreaterThan(25);
    }
  });
  let survivors = 0;
  property('damaged, are refused, or accepted by both with the same content', mutated(fc.constantFrom(...real)), (der) => {
    const got = accepted(certificateShape, der);
    if (!got) return;
    survivors++;
    same(hex(encode(certificateShape, got.value)), hex(der), 're-encoded');
    agreeOnTree(der);
  });
  it('and some of the damaged survive, so that the comparison is not empty', () => {
    expect(survivors).toBeGreaterThan(fuzzRuns / 50);
  });
});
