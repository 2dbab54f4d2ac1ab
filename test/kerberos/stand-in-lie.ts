import { kerberosFlag } from '../../src/kerberos/kerberos-primitives.ts';
import { paType } from '../../src/kerberos/pa-data.ts';
import { paPkAsRep } from '../../src/kerberos/pkinit.ts';
import { encode } from '../../src/wire/codec.ts';
import { oid } from '../../src/x509/oid.ts';
import { DAY } from '../x509/made-certificate.ts';
import { contentTypeAttribute, digestAttribute, type SignedDataChange } from '../x509/made-signed-data.ts';
import type { PkcaRequest } from './pkca-checker.ts';
import type { AsReplyPlan } from './stand-in-as-reply.ts';
import { otherCa } from './stand-in-realm.ts';
import { integerOf } from './stand-in-secret.ts';

type Lie = (plan: AsReplyPlan, request: PkcaRequest) => AsReplyPlan;

const part =
  (change: (was: AsReplyPlan['part'], request: PkcaRequest) => Partial<AsReplyPlan['part']>): Lie =>
  (plan, request) => ({ ...plan, part: { ...plan.part, ...change(plan.part, request) } });
const flags = (flag: number): Lie => part((was) => ({ flags: was.flags | flag }));
const keyInfo =
  (change: (was: AsReplyPlan['keyInfo'], request: PkcaRequest) => Partial<AsReplyPlan['keyInfo']>): Lie =>
  (plan, request) => ({ ...plan, keyInfo: { ...plan.keyInfo, ...change(plan.keyInfo, request) } });
const signing =
  (change: SignedDataChange): Lie =>
  (plan) => ({ ...plan, signing: { ...plan.signing, ...change } });
const primeOf = ({ publicValue }: PkcaRequest) => (publicValue && 'p' in publicValue ? publicValue.p : 0n);
/** The KDC's public value as a number of the group; in P-256 the octets of a point that is none. */
const value = (number: (p: bigint) => bigint, point: (was: Uint8Array) => Uint8Array): Lie =>
  keyInfo(({ subjectPublicKey }, request) => ({
    subjectPublicKey: primeOf(request) > 0n ? integerOf(number(primeOf(request))) : point(subjectPublicKey),
  }));
const someContent = new TextEncoder().encode('KDCDHKeyInfo');

/** What a KDC may say that is not so; each by its name. */
export const lies = {
  none: (plan) => plan,
  // Nonces.
  'another nonce in the enc-part': part(({ nonce }) => ({ nonce: nonce ^ 1 })),
  'another nonce in KDCDHKeyInfo': keyInfo(({ nonce }) => ({ nonce: nonce ^ 1 })),
  'nonce zero in KDCDHKeyInfo': keyInfo(() => ({ nonce: 0 })),
  // Public values: in a MODP group, or on the curve.
  'public value 0': value(
    () => 0n,
    (point) => point.fill(0),
  ),
  'public value 1': value(
    () => 1n,
    (point) => point.subarray(0, 1),
  ),
  'public value p - 1': value(
    (p) => p - 1n,
    () => new Uint8Array(),
  ),
  'public value p': value(
    (p) => p,
    (point) => point.subarray(0, 33).with(0, 2),
  ),
  'public value p + 2': value(
    (p) => p + 2n,
    (point) => point.with(64, (point[64] ?? 0) ^ 1),
  ),
  'public value of 2 octets too many': value(
    (p) => (p << 16n) + 2n,
    (point) => Uint8Array.of(...point, 0, 0),
  ),
  'public value that is no integer': keyInfo(() => ({ subjectPublicKey: someContent })),
  'no public value': keyInfo(() => ({ subjectPublicKey: new Uint8Array() })),
  'key that has expired': keyInfo((_, request) => ({ dhKeyExpiration: request.till - DAY })),
  // Signature.
  'signature of another key': signing({ signatureBy: otherCa }),
  'signature over other content': signing({
    attributes: [contentTypeAttribute(oid.pkinitDHKeyData), digestAttribute(someContent)],
  }),
  'signature without attributes': signing({ noAttributes: true }),
  'signature without the certificate': signing({ certificates: [otherCa.der] }),
  'signature for authentication data': signing({ eContentType: oid.pkinitAuthData }),
  'no signer': signing({ times: 0 }),
  // PA-PK-AS-REP.
  'encKeyPack instead of DHRepInfo': (plan) => ({
    ...plan,
    pkAsRep: (dhSignedData) => encode(paPkAsRep, { kind: 'encKeyPack', value: dhSignedData }),
  }),
  'PA-PK-AS-REP of nonsense': (plan) => ({ ...plan, pkAsRep: () => Uint8Array.of(0xa0, 2, 0x30, 0) }),
  'no PA-PK-AS-REP': (plan) => ({ ...plan, padata: () => [{ padataType: paType.etypeInfo2, padataValue: new Uint8Array() }] }),
  'no padata': (plan) => ({ ...plan, padata: () => undefined }),
  'derivation that was not offered': (plan) => ({ ...plan, kdf: '1.3.6.1.5.2.3.6.1' }),
  'derivation that nobody knows': (plan) => ({ ...plan, kdf: '1.3.6.1.5.2.3.6.99' }),
  // Encryption.
  'RC4 for the reply': (plan) => ({ ...plan, etype: 23 }),
  'DES3 for the reply': (plan) => ({ ...plan, etype: 16 }),
  'an encryption type that was not offered': (plan, { etypes }) => ({
    ...plan,
    etype: [17, 18, 19, 20].find((etype) => !etypes.includes(etype)) ?? 3,
  }),
  'RC4 for the session': part(() => ({ key: { keytype: 23, keyvalue: new Uint8Array(16).fill(7) } })),
  'session key of 1 octet': part(({ key }) => ({ key: { ...key, keyvalue: Uint8Array.of(7) } })),
  'another reply key': (plan) => ({ ...plan, otherKey: true }),
  // Names.
  'a ticket for another service': (plan, request) => {
    const sname = { nameType: 2, nameString: ['kadmin', 'changepw'] };
    return { ...part(() => ({ sname }))(plan, request), ticketName: sname };
  },
  'a ticket for another service than it says': (plan) => ({
    ...plan,
    ticketName: { nameType: 2, nameString: ['krbtgt', 'OTHER.EXAMPLE'] },
  }),
  'a ticket of another realm than it says': (plan) => ({ ...plan, ticketRealm: 'OTHER.EXAMPLE' }),
  'another realm in the enc-part': part(() => ({ srealm: 'OTHER.EXAMPLE' })),
  "the client's realm another": (plan) => ({ ...plan, crealm: 'OTHER.EXAMPLE' }),
  'everything of another realm': (plan, request) => {
    const realm = 'OTHER.EXAMPLE';
    const sname = { nameType: 2, nameString: ['krbtgt', realm] };
    return { ...part(() => ({ srealm: realm, sname }))(plan, request), crealm: realm, ticketRealm: realm, ticketName: sname };
  },
  // Times and flags.
  'a ticket that lives longer than asked': part(({ endtime }) => ({ endtime: endtime + 1 })),
  'a ticket for ten hours': part(({ endtime }) => ({ endtime: endtime + 36_000 })),
  'a ticket that has ended': part(({ authtime }) => ({ endtime: authtime - 1 })),
  'a ticket of tomorrow': part(({ authtime }) => ({ starttime: authtime + DAY })),
  'a ticket that can be renewed': part(({ flags: was, endtime }) => ({
    flags: was | kerberosFlag.renewable,
    renewTill: endtime + DAY,
  })),
  'a ticket with the flag renewable': flags(kerberosFlag.renewable),
  'a ticket with a time of renewal': part(({ endtime }) => ({ renewTill: endtime })),
  'a ticket that can be forwarded': flags(kerberosFlag.forwardable),
  'a ticket that can be proxied': flags(kerberosFlag.proxiable),
} as const satisfies Record<string, Lie>;
export type LieName = keyof typeof lies;

/** What may be wrong with the octets of any reply; `before` is the reply to an earlier request. */
export const mangles = {
  'cut at half': (reply: Uint8Array): Uint8Array => reply.subarray(0, reply.length / 2),
  'cut by an octet': (reply: Uint8Array): Uint8Array => reply.subarray(0, -1),
  'an octet more': (reply: Uint8Array): Uint8Array => Uint8Array.of(...reply, 0),
  nothing: (): Uint8Array => new Uint8Array(),
  garbage: (reply: Uint8Array): Uint8Array => reply.map((octet, i) => octet ^ (i * 7 + 1)),
  'a megabyte of zeros': (): Uint8Array => new Uint8Array(1_000_000),
  'lengths without end': (): Uint8Array => new Uint8Array(5_000).fill(0x6b),
  'nested without end': (): Uint8Array => Uint8Array.from({ length: 60_000 }, (_, i) => (i % 2 === 0 ? 0x30 : 0x80)),
  'a TGS-REP': (reply: Uint8Array): Uint8Array => reply.with(0, 0x6d),
  'text of a web server': (): Uint8Array => new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n'),
} as const;
export type MangleName = keyof typeof mangles;
