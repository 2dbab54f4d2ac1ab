import { describe, expect, it } from 'vitest';
import { decrypt, type EncryptionKey, verifyMic } from '../../src/crypto/encrypted-data.ts';
import { apReq, authenticator } from '../../src/kerberos/application-messages.ts';
import { decodeCredentialCache } from '../../src/kerberos/credential-cache.ts';
import { readErrorData } from '../../src/kerberos/error-data.ts';
import { anyEncKdcRepPart, asRep, type KdcRep, tgsRep, ticket } from '../../src/kerberos/kdc-reply.ts';
import { asReq, kdcReqBody, tgsReq } from '../../src/kerberos/kdc-request.ts';
import { encryptedData } from '../../src/kerberos/kerberos-primitives.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { krbError } from '../../src/kerberos/krb-error.ts';
import { methodData, paDataOf } from '../../src/kerberos/pa-data.ts';
import { terminalService } from '../../src/kerberos/principal-name.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { tgsExchange } from '../../src/kerberos/tgs-exchange.ts';
import { converse } from '../../src/net/converse.ts';
import { type Codec, decode, encode } from '../../src/wire/codec.ts';
import type { Der } from '../../src/wire/der.ts';
import { credentialCache, longTermKeys, mayflyAsked, messages } from '../vectors/kerberos/mit-exchange.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { agreeOnTree } from '../wire/asn1js-oracle.ts';
import { encTicketPart } from './stand-in-ticket.ts';

const aes256 = (value: string): EncryptionKey => ({ etype: 18, value: bytes(value) });
const alice = aes256(longTermKeys.alice);
const service = aes256(longTermKeys.service);
const granting = aes256(longTermKeys.ticketGranting);
const read = <T>(codec: Codec<T>, annotated: string) => decode(codec, bytes(annotated));

function unsealed<T>(codec: Codec<T>, key: EncryptionKey, usage: number, cipher: Uint8Array): T {
  const plaintext = decrypt(key, usage, cipher);
  if (!plaintext) throw new Error('not of this key and usage');
  return decode(codec, plaintext);
}
const partOf = (reply: KdcRep, key: EncryptionKey, usage: number) =>
  unsealed(anyEncKdcRepPart, key, usage, reply.encPart.cipher).value;
const sessionKeyOf = ({ key }: { key: { keytype: number; keyvalue: Uint8Array } }): EncryptionKey => ({
  etype: key.keytype,
  value: key.keyvalue,
});
const seconds = (text: string) => Date.parse(text) / 1000;

describe('what MIT Kerberos says', () => {
  const codecs: readonly (readonly [keyof typeof messages, Der<unknown>])[] = [
    ['asReq', asReq],
    ['preauthRequired', krbError],
    ['asReqWithTimestamp', asReq],
    ['asRep', asRep],
    ['tgsReq', tgsReq],
    ['tgsRep', tgsRep],
    ['serviceUnknown', krbError],
    ['clientUnknown', krbError],
    ['accountExpired', krbError],
    ['preauthFailed', krbError],
  ];
  it.each(codecs)('%s comes back as it went in, and is to asn1js what it is to us', (name, codec) => {
    const octets = bytes(messages[name]);
    expect(hex(encode(codec, decode(codec, octets)))).toBe(hex(octets));
    expect(agreeOnTree(octets)).toBeGreaterThan(8);
  });
  it('to a stranger: what it wants first', () => {
    const error = read(krbError, messages.preauthRequired);
    expect(error).toMatchObject({ errorCode: 25, crealm: 'VECTOR.TEST', cname: { nameType: 1, nameString: ['alice'] } });
    expect(error).toMatchObject({ realm: 'VECTOR.TEST', sname: { nameType: 2, nameString: ['krbtgt', 'VECTOR.TEST'] } });
    expect(error.eText).toBe('NEEDED_PREAUTH');
    // FX-FAST, ETYPE-INFO2, ENC-TIMESTAMP, FX-COOKIE.
    expect(readErrorData(error).methodData.map(({ padataType }) => padataType)).toEqual([136, 19, 2, 133]);
    expect(new TextDecoder().decode(paDataOf(decode(methodData, error.eData ?? new Uint8Array()), 133))).toBe('MIT');
  });
  it('in an AS-REQ: a body, and a timestamp under the key of the account', () => {
    const { padata, reqBody, msgType } = read(asReq, messages.asReqWithTimestamp);
    const body = decode(kdcReqBody, reqBody);
    expect([msgType, body.realm, body.cname?.nameString, body.sname?.nameString]).toEqual([
      10,
      'VECTOR.TEST',
      ['alice'],
      ['krbtgt', 'VECTOR.TEST'],
    ]);
    expect(body.etype).toEqual([18, 20]);
    const sealed = decode(encryptedData, paDataOf(padata, 2) ?? new Uint8Array());
    // PA-ENC-TS-ENC, RFC 4120 5.2.7.2, under usage 1.
    expect(hex(decrypt(alice, 1, sealed.cipher) ?? new Uint8Array())).toMatch(/^301aa011180f3230323631313234313432313231/);
  });
  it('in an AS-REP: the same session key to the client and in the ticket', () => {
    const reply = read(asRep, messages.asRep);
    const part = partOf(reply, alice, keyUsage.asRepEncPart);
    expect(part.nonce).toBe(decode(kdcReqBody, read(asReq, messages.asReqWithTimestamp).reqBody).nonce);
    expect([part.srealm, part.sname.nameString, part.endtime]).toEqual([
      'VECTOR.TEST',
      ['krbtgt', 'VECTOR.TEST'],
      seconds('2026-11-25T14:21:21Z'),
    ]);
    const { encPart } = decode(ticket, reply.ticket);
    const inside = unsealed(encTicketPart, granting, keyUsage.ticket, encPart.cipher);
    expect([inside.key, inside.flags, inside.cname, inside.authtime]).toEqual([part.key, part.flags, reply.cname, part.authtime]);
  });
  it('in a TGS-REQ: an authenticator that covers the body', () => {
    const { padata, reqBody } = read(tgsReq, messages.tgsReq);
    const ap = decode(apReq, paDataOf(padata, 1) ?? new Uint8Array());
    const key = sessionKeyOf(partOf(read(asRep, messages.asRep), alice, keyUsage.asRepEncPart));
    const proof = unsealed(authenticator, key, keyUsage.tgsReqAuthenticator, ap.authenticator.cipher);
    expect([proof.crealm, proof.cname.nameString, proof.cksum?.cksumtype]).toEqual(['VECTOR.TEST', ['alice'], 16]);
    expect(verifyMic(key, keyUsage.tgsReqChecksum, reqBody, proof.cksum?.checksum ?? new Uint8Array())).toBe(true);
  });
  it('in the ticket of a TGS-REP: the session key that kvno put into its cache', () => {
    // Its reply is under a key strengthened by FAST (RFC 6113 5.4.3), which is not spoken here.
    const reply = read(tgsRep, messages.tgsRep);
    const inside = unsealed(encTicketPart, service, keyUsage.ticket, decode(ticket, reply.ticket).encPart.cipher);
    const cached = decodeCredentialCache(bytes(credentialCache)).credentials[1];
    expect(cached && [cached.key, hex(cached.ticket)]).toEqual([sessionKeyOf(inside), hex(reply.ticket)]);
    expect(cached && [cached.flags, cached.authTime, cached.startTime, cached.endTime]).toEqual([
      inside.flags,
      inside.authtime,
      inside.starttime ?? inside.authtime,
      inside.endtime,
    ]);
  });
  it('to Mayfly: a service ticket', async () => {
    const { seconds: at, microseconds, request, reply, sessionKey } = mayflyAsked;
    const [granted] = decodeCredentialCache(bytes(credentialCache)).credentials;
    if (!granted) throw new Error('no ticket');
    const profile = (realm: string) => realmProfile(realm, { encryptionTypes: [18] });
    const question = { ticket: granted, service: terminalService('host.vector.test'), lifetime: 600, profile };
    const outcome = await converse(tgsExchange(question), {
      time: () => ({ seconds: at, microseconds }),
      random: ({ length }) => new Uint8Array(length).fill(length),
      exchange(asked) {
        expect([asked.realm, hex(asked.bytes)]).toEqual(['VECTOR.TEST', hex(bytes(request))]);
        return { bytes: bytes(reply) };
      },
    });
    if (!outcome.ok) throw new Error(`refused: ${outcome.error.errorCode}`);
    const { key, endTime, server, ticket: der } = outcome.credential;
    expect([hex(key.value), endTime, server.realm]).toEqual([sessionKey, at + 600, 'VECTOR.TEST']);
    const inside = unsealed(encTicketPart, service, keyUsage.ticket, decode(ticket, der).encPart.cipher);
    expect(hex(inside.key.keyvalue)).toBe(sessionKey);
  });
});
