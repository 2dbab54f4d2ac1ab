import fc from 'fast-check';
import type { LogonRequest } from '../../src/pki/issue.ts';
import type { SidPlacement } from '../../src/x509/logon-certificate.ts';
import { cardKeys } from '../vectors/x509/subject-keys.ts';
import { type CaKeyKind, now } from './made-issuance.ts';

/** A logon certificate as somebody may ask for it, and an issuer's settings. */
export interface RandomIssuance {
  readonly request: LogonRequest;
  readonly ca: CaKeyKind;
  readonly sidPlacement: SidPlacement;
  readonly crlUrls: readonly string[];
  readonly caIssuerUrls: readonly string[];
  readonly now: number;
  readonly random: Uint8Array;
}
/** Letters that may stand together in a name; composed, and of one script but for the Japanese. */
const alphabets = [
  "abcxyzABCXYZ0123456789-_'!#$%&^`{}~",
  'aäöüßéñçłøåþœşğıİ',
  'абвгдежзийкщъыьэюяЁїґ',
  'αβγδεζηθλμξπρστφχψωάέό',
  'אבגדהוזחטיכלמנסעפצקרשת',
  'ابتثجحخدذرزسشصضطظعغ',
  '山田太郎花子あいうえおアイウエオーx1',
  '김이박최정강조윤장임',
  'กขคงจฉชซญดต',
  'աբգդեզէըթժ',
  'აბგდევზთიკ',
];
const letters = (minLength: number, maxLength: number) =>
  fc.constantFrom(...alphabets).chain((alphabet) => fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength }));
/** A dollar sign at the end is a computer's. */
const prefix = fc
  .oneof(
    letters(1, 40),
    fc.tuple(fc.constantFrom(...alphabets), fc.nat()).map(([a, n]) => `${a[n % a.length]}.${a[(n * 7) % a.length]}`),
  )
  .map((name) => name.replace(/\$$/, 'x'));
const suffixes = ['corp.test', 'CORP.test', 'Sub.Corp.Test', 'xn--mnchen-3ya.test', 'corp'];
export const upnSuffixes: readonly string[] = suffixes.map((suffix) => suffix.toLowerCase());
const account = fc
  .oneof(letters(1, 64), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }))
  .map((text) => text.trim())
  .filter((text) => text !== '' && !/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(text) && [...text].length <= 64);
const part = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff));
const sid = fc
  .tuple(part, part, part, fc.oneof(fc.integer({ min: 1000, max: 0xffff_ffff }), fc.constantFrom(1000, 0xffff_ffff)))
  .map((parts) => `S-1-5-21-${parts.join('-')}`);
const crlUrls = [
  'ldap:///CN=0a,CN=Mayfly,CN=CDP,CN=Public%20Key%20Services,DC=corp,DC=test?certificateRevocationList?base?objectClass=cRLDistributionPoint',
  'http://pki.corp.test/crl/0a.crl',
];

export const randomIssuance: fc.Arbitrary<RandomIssuance> = fc.record({
  request: fc.record({
    cardId: fc.oneof(fc.uuid(), fc.string({ unit: fc.constantFrom(...'ABCxyz0189-'), minLength: 8, maxLength: 64 })),
    account,
    userPrincipalName: fc.tuple(prefix, fc.constantFrom(...suffixes)).map(([p, s]) => `${p}@${s}`),
    sid,
    subjectPublicKeyInfo: fc.constantFrom(...Object.values(cardKeys)),
    lifetime: fc.integer({ min: 1, max: 1800 }),
  }),
  ca: fc.constantFrom<CaKeyKind>('RSA-3072', 'P-256', 'P-384'),
  sidPlacement: fc.constantFrom<SidPlacement>('extension', 'uri', 'both'),
  crlUrls: fc.constantFrom(crlUrls, crlUrls.slice(0, 1), crlUrls.slice(1), []),
  caIssuerUrls: fc.constantFrom([], ['http://pki.corp.test/ca/0a.crt']),
  now: fc.integer({ min: now, max: now + 3000 * 86_400 }),
  random: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});
