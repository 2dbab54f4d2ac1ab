import fc from 'fast-check';
import { describe, it } from 'vitest';
import { readGssToken } from '../../src/kerberos/application-exchange.ts';
import { apRep, apReq, authenticator, encApRepPart } from '../../src/kerberos/application-messages.ts';
import { unwrap, verifyMessageMic } from '../../src/kerberos/gss-token.ts';
import { kdcProxyMessage } from '../../src/kerberos/kdc-proxy-message.ts';
import { anyEncKdcRepPart, asRep, encAsRepPart, tgsRep, ticket } from '../../src/kerberos/kdc-reply.ts';
import { asReq, kdcReqBody, tgsReq } from '../../src/kerberos/kdc-request.ts';
import {
  authorizationData,
  encryptedData,
  hostAddresses,
  kerberosFlags,
  uint32,
} from '../../src/kerberos/kerberos-primitives.ts';
import { kerbErrorData, krbError } from '../../src/kerberos/krb-error.ts';
import { methodData, pacOptions, pacRequest, typedData } from '../../src/kerberos/pa-data.ts';
import {
  algorithmIdentifiers,
  authPack,
  domainParameters,
  kdcDhKeyInfo,
  otherInfo,
  paPkAsRep,
  paPkAsReq,
  pkinitSuppPubInfo,
} from '../../src/kerberos/pkinit.ts';
import { framed, kerberosFrame, unframed } from '../../src/kerberos/tcp-framing.ts';
import { type Codec, decode, encode, type Value } from '../../src/wire/codec.ts';
import type { Der } from '../../src/wire/der.ts';
import { messages } from '../vectors/kerberos/mit-exchange.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { agreeOnTree } from '../wire/asn1js-oracle.ts';
import { accepted, mutated, property, same } from '../wire/property.ts';
import { encTicketPart } from './stand-in-ticket.ts';

const octets = fc.uint8Array({ maxLength: 40 });
const int = fc.integer();
const unsigned = fc.nat(0xffff_ffff);
/** The years 0 to 9999. */
const time = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 });
const text = fc.oneof(fc.constantFrom('CORP.EXAMPLE', 'krbtgt', 'TERMSRV', 'größe', '木', '', '\0'), fc.string({ maxLength: 8 }));
const name = fc.record({ nameType: int, nameString: fc.array(text, { maxLength: 4 }) });
const sealed = fc.record({ etype: int, kvno: unsigned, cipher: octets }, { requiredKeys: ['etype', 'cipher'] });
const key = fc.record({ keytype: int, keyvalue: octets });
const paDatas = fc.array(fc.record({ padataType: int, padataValue: octets }), { maxLength: 4 });
const addresses = fc.array(fc.record({ addrType: int, address: octets }), { maxLength: 3 });
const authorization = fc.array(fc.record({ adType: int, adData: octets }), { maxLength: 3 });
const oids = fc.constantFrom('1.2.840.10046.2.1', '1.2.840.10045.2.1', '2.16.840.1.101.3.4.2.1', '1.3.6.1.5.2.3.6.2', '2.999');
const algorithm = fc.record(
  { algorithm: oids, parameters: fc.constantFrom(bytes('0500'), bytes('06082a8648ce3d030107'), bytes('3003020102')) },
  { requiredKeys: ['algorithm'] },
);
/** All fields of `more` may be absent. */
const withOptional = <A extends object, B extends object>(
  fields: { readonly [K in keyof A]: fc.Arbitrary<A[K]> },
  more: { readonly [K in keyof B]: fc.Arbitrary<B[K]> },
) => fc.record<A & Partial<B>>({ ...fields, ...more } as never, { requiredKeys: Object.keys(fields) as never });

const tickets = fc
  .record({ tktVno: int, realm: text, sname: name, encPart: sealed })
  .map((v) => encode(ticket, v as Value<typeof ticket>));
const bodies = withOptional(
  { kdcOptions: unsigned, realm: text, till: time, nonce: unsigned, etype: fc.array(int, { maxLength: 6 }) },
  {
    cname: name,
    sname: name,
    from: time,
    rtime: time,
    addresses,
    encAuthorizationData: sealed,
    additionalTickets: fc.array(tickets, { maxLength: 2 }),
  },
);
const requests = withOptional(
  { pvno: int, msgType: int, reqBody: bodies.map((v) => encode(kdcReqBody, v as Value<typeof kdcReqBody>)) },
  { padata: paDatas },
);
const replies = withOptional(
  { pvno: int, msgType: int, crealm: text, cname: name, ticket: tickets, encPart: sealed },
  { padata: paDatas },
);
const parts = withOptional(
  {
    key,
    lastReq: fc.array(fc.record({ lrType: int, lrValue: time }), { maxLength: 3 }),
    nonce: unsigned,
    flags: unsigned,
    authtime: time,
    endtime: time,
    srealm: text,
    sname: name,
  },
  { keyExpiration: time, starttime: time, renewTill: time, caddr: addresses, encryptedPaData: paDatas },
);
const errors = withOptional(
  { pvno: int, msgType: int, stime: time, susec: int, errorCode: int, realm: text, sname: name },
  { ctime: time, cusec: int, crealm: text, cname: name, eText: text, eData: octets },
);
const ticketParts = withOptional(
  {
    flags: unsigned,
    key,
    crealm: text,
    cname: name,
    transited: fc.record({ trType: int, contents: octets }),
    authtime: time,
    endtime: time,
  },
  { starttime: time, renewTill: time, authorizationData: authorization },
);
const proofs = withOptional(
  { authenticatorVno: int, crealm: text, cname: name, cusec: int, ctime: time },
  { cksum: fc.record({ cksumtype: int, checksum: octets }), subkey: key, seqNumber: unsigned, authorizationData: authorization },
);
const pkAuthenticators = withOptional(
  { cusec: int, ctime: time, nonce: unsigned },
  { paChecksum: octets, freshnessToken: octets, paChecksum2: fc.record({ checksum: octets, algorithmIdentifier: algorithm }) },
);
const kdf = fc.record({ kdfId: oids });
const authPacks = withOptional(
  { pkAuthenticator: pkAuthenticators },
  {
    clientPublicValue: fc.constant(bytes('3003020102')),
    supportedCmsTypes: fc.array(algorithm, { maxLength: 3 }),
    clientDhNonce: octets,
    supportedKdfs: fc.array(kdf, { maxLength: 3 }),
  },
);
const dhInfos = withOptional({ dhSignedData: octets }, { serverDhNonce: octets, kdf });
const magnitude = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((m) => (m[0] === 0 && m.length > 1 ? m.fill(1, 0, 1) : m));

/**
 * Values come back; whatever else is accepted encodes to something that is read as the same value, to the same octets unless the
 * specification allows several; all else is a DecodeError.
 * @param real messages of others, to be damaged as well
 */
function holds<T>(
  what: string,
  codec: Der<T>,
  values: fc.Arbitrary<unknown>,
  { several = false, real = [] }: { readonly several?: boolean; readonly real?: readonly string[] } = {},
): void {
  const typed = values as fc.Arbitrary<T>;
  // Made once: what is damaged need not be new each time, and most of the time would go into making it.
  const encoded = fc.sample(typed, { numRuns: 100, seed: 1 }).map((v) => encode(codec, v));
  const good = fc.constantFrom(...encoded, ...real.map(bytes));
  describe(what, () => {
    property('gives values back', typed, (v) => same(decode(codec, encode(codec, v)), structuredClone(v), 'decoded'));
    it('is to asn1js what it is to us', () => {
      for (const der of encoded) agreeOnTree(der);
    });
    property(
      'reads or refuses any octets',
      fc.oneof({ weight: 5, arbitrary: mutated(good) }, fc.uint8Array({ maxLength: 64 })),
      (input) => {
        const got = accepted(codec, input);
        if (!got) return;
        const again = encode(codec, got.value);
        if (several) same(decode(codec, again), got.value, 'read again');
        else same(hex(again), hex(input), 're-encoded');
      },
    );
  });
}
const several = true;

// UInt32 has two forms and KerberosFlags any length (kerberos-primitives.ts); `...` is read over (RFC 4120 5.1).
holds('UInt32', uint32, unsigned, { several });
holds('KerberosFlags', kerberosFlags, unsigned, { several });
holds('EncryptedData', encryptedData, sealed, { several });
holds('HostAddresses', hostAddresses, addresses);
holds('AuthorizationData', authorizationData, authorization);
holds('METHOD-DATA', methodData, paDatas);
holds('TYPED-DATA', typedData, fc.array(fc.record({ dataType: int, dataValue: octets }), { maxLength: 4 }));
holds('KERB-ERROR-DATA', kerbErrorData, withOptional({ dataType: int }, { dataValue: octets }));
holds('KERB-PA-PAC-REQUEST', pacRequest, fc.record({ includePac: fc.boolean() }));
holds('PA-PAC-OPTIONS', pacOptions, fc.record({ flags: unsigned }), { several });
holds('Ticket', ticket, fc.record({ tktVno: int, realm: text, sname: name, encPart: sealed }), { several });
holds('KDC-REQ-BODY', kdcReqBody, bodies, { several });
holds('AS-REQ', asReq, requests, { real: [messages.asReq, messages.asReqWithTimestamp] });
holds('TGS-REQ', tgsReq, requests, { real: [messages.tgsReq] });
holds('AS-REP', asRep, replies, { several, real: [messages.asRep] });
holds('TGS-REP', tgsRep, replies, { several, real: [messages.tgsRep] });
holds('EncASRepPart', encAsRepPart, parts, { several });
holds('EncKDCRepPart of either tag', anyEncKdcRepPart, fc.record({ kind: fc.constantFrom('as', 'tgs'), value: parts }), {
  several,
});
holds('KRB-ERROR', krbError, errors, { real: [messages.preauthRequired, messages.serviceUnknown, messages.clientUnknown] });
holds('EncTicketPart', encTicketPart, ticketParts, { several });
holds('AP-REQ', apReq, fc.record({ pvno: int, msgType: int, apOptions: unsigned, ticket: tickets, authenticator: sealed }), {
  several,
});
holds('Authenticator', authenticator, proofs, { several });
holds('AP-REP', apRep, fc.record({ pvno: int, msgType: int, encPart: sealed }), { several });
holds('EncAPRepPart', encApRepPart, withOptional({ ctime: time, cusec: int }, { subkey: key, seqNumber: unsigned }), { several });
holds('AuthPack', authPack, authPacks, { several });
holds('PA-PK-AS-REQ', paPkAsReq, withOptional({ signedAuthPack: octets }, { kdcPkId: octets }), { several });
holds(
  'PA-PK-AS-REP',
  paPkAsRep,
  fc.oneof(
    fc.record({ kind: fc.constant('dhInfo'), value: dhInfos }),
    fc.record({ kind: fc.constant('encKeyPack'), value: octets }),
  ),
  { several },
);
holds('KDCDHKeyInfo', kdcDhKeyInfo, withOptional({ subjectPublicKey: octets, nonce: unsigned }, { dhKeyExpiration: time }), {
  several,
});
holds('DomainParameters', domainParameters, withOptional({ p: magnitude, g: magnitude }, { q: magnitude }), {});
holds('TD-DH-PARAMETERS', algorithmIdentifiers, fc.array(algorithm, { maxLength: 4 }));
holds(
  'OtherInfo',
  otherInfo,
  withOptional({ algorithmId: algorithm, partyUInfo: octets, partyVInfo: octets }, { suppPubInfo: octets }),
);
holds('PkinitSuppPubInfo', pkinitSuppPubInfo, fc.record({ enctype: int, asReq: octets, pkAsRep: octets }), { several });
holds('KDC-PROXY-MESSAGE', kdcProxyMessage, withOptional({ kerbMessage: octets }, { targetDomain: text, dclocatorHint: int }));

describe('what is no DER', () => {
  const frames: Codec<Uint8Array> = { read: (r) => unframed(r.bytes()), write: (w, v) => w.bytes(framed(v)) };
  const some = fc.uint8Array({ minLength: 1, maxLength: 40 });
  property('a length in front of a message', some, (v) => same(hex(decode(frames, encode(frames, v))), hex(v), 'unframed'));
  property('is read or refused', fc.oneof(mutated(some.map(framed)), octets), (input) => {
    const length = accepted({ read: (r) => kerberosFrame(r.bytes()), write: () => undefined }, input);
    if (length?.value !== undefined && (length.value < 5 || 0x1_0003 < length.value)) throw new Error(`length ${length.value}`);
    accepted(frames, input);
  });
  const side = { key: { etype: 18, value: new Uint8Array(32).fill(7) }, acceptor: true, acceptorSubkey: false };
  const wrapped = fc.constantFrom(bytes('0504 07ff 0000 001c 0000000000000001'), bytes('0404 05ff ffffffff 0000000000000001'));
  const tokens = fc.oneof(mutated(fc.tuple(wrapped, octets).map(([h, b]) => Uint8Array.of(...h, ...b))), octets);
  property('tokens of RFC 4121 that nobody sealed prove nothing', tokens, (input) => {
    for (const prove of [unwrap, (from: typeof side, token: Uint8Array) => verifyMessageMic(from, Uint8Array.of(1), token)]) {
      const got = accepted<unknown>({ read: () => prove(side, input), write: () => undefined }, input);
      if (got?.value !== undefined) throw new Error(`proven: ${hex(input)}`);
    }
  });
  const gss = fc.oneof(mutated(fc.constant(bytes('600d 0609 2a864886f71201 0202 0100 00'))), octets);
  property('tokens of the GSS-API are read or refused', gss, (input) => {
    accepted({ read: () => readGssToken(input), write: () => undefined }, input);
  });
});
