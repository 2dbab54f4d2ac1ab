import { describe, expect, it } from 'vitest';
import { decrypt } from '../../src/crypto/encrypted-data.ts';
import { applicationRequest, readApplicationReply } from '../../src/kerberos/application-exchange.ts';
import { apRep, apReq, authenticator, encApRepPart } from '../../src/kerberos/application-messages.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { decode, encode, type Value } from '../../src/wire/codec.ts';
import { hex } from '../wire/annotated-hex.ts';
import { agreeOnTree } from '../wire/asn1js-oracle.ts';
import { freshKey, random, sealed } from './stand-in-ticket.ts';
import { grantingTicket } from './tgs-exchange-with.ts';

const instant = { seconds: 1_795_000_000, microseconds: 123_456 };
const credential = grantingTicket();
const { key } = credential;
const subkey = freshKey(18);
const asked = { credential, instant, subkey, sequenceNumber: 0xffff_fffe, flags: 0x3e, confounder: random(16) };

describe('an AP-REQ', () => {
  it('carries ticket, time, subkey and sequence number, and flags in a checksum of 24 octets', () => {
    const request = applicationRequest(asked);
    const { apOptions, ticket, authenticator: part } = decode(apReq, request);
    expect([apOptions, hex(ticket)]).toEqual([0x2000_0000, hex(credential.ticket)]);
    const proof = decode(authenticator, decrypt(key, keyUsage.apReqAuthenticator, part.cipher) ?? new Uint8Array());
    expect([proof.ctime, proof.cusec, proof.seqNumber]).toEqual([instant.seconds, instant.microseconds, 0xffff_fffe]);
    expect([proof.crealm, proof.cname]).toEqual([credential.client.realm, credential.client.name]);
    expect([proof.subkey?.keytype, hex(proof.subkey?.keyvalue ?? new Uint8Array())]).toEqual([18, hex(subkey.value)]);
    expect(proof.cksum?.cksumtype).toBe(0x8003);
    expect(hex(proof.cksum?.checksum ?? new Uint8Array())).toBe(`10000000${'00'.repeat(16)}3e000000`);
    expect(agreeOnTree(request)).toBeGreaterThan(5);
  });
  it('carries channel bindings of 16 octets, and none of another length', () => {
    const request = applicationRequest({ ...asked, channelBindings: new Uint8Array(16).fill(0xcb) });
    const { cipher } = decode(apReq, request).authenticator;
    const proof = decode(authenticator, decrypt(key, keyUsage.apReqAuthenticator, cipher) ?? new Uint8Array());
    expect(hex(proof.cksum?.checksum ?? new Uint8Array())).toBe(`10000000${'cb'.repeat(16)}3e000000`);
    for (const length of [0, 15, 17, 32])
      expect(() => applicationRequest({ ...asked, channelBindings: new Uint8Array(length) })).toThrow(
        expect.objectContaining({ code: 'gss-channel-bindings' }),
      );
  });
});

describe('an AP-REP', () => {
  const right: Value<typeof encApRepPart> = {
    ctime: instant.seconds,
    cusec: instant.microseconds,
    subkey: { keytype: 20, keyvalue: new Uint8Array(32).fill(9) },
    seqNumber: 7,
  };
  const answer = (part: Uint8Array, { usage = 12, under = key, msgType = 15 } = {}) =>
    encode(apRep, { pvno: 5, msgType, encPart: { etype: under.etype, cipher: sealed(under, usage, part) } });
  const saying = (change: Partial<typeof right>) => answer(encode(encApRepPart, { ...right, ...change }));

  it('proves the service, and gives its key and sequence number', () => {
    const { subkey: own, sequenceNumber } = readApplicationReply(saying({}), { credential, instant });
    expect([own?.etype, own && hex(own.value), sequenceNumber]).toEqual([20, '09'.repeat(32), 7]);
    const none = readApplicationReply(saying({ subkey: undefined, seqNumber: undefined }), { credential, instant });
    expect(none).toEqual({ subkey: undefined, sequenceNumber: 0 });
  });
  it.each<[string, Uint8Array]>([
    ['another second', saying({ ctime: instant.seconds + 1 })],
    ['another microsecond', saying({ cusec: 0 })],
    ['a key that is too short', saying({ subkey: { keytype: 18, keyvalue: new Uint8Array(16) } })],
    ['a key of RC4', saying({ subkey: { keytype: 23, keyvalue: new Uint8Array(16) } })],
    ['a part that cannot be read', answer(Uint8Array.of(0x7b, 1, 0))],
    ['the usage of the request', answer(encode(encApRepPart, right), { usage: keyUsage.apReqAuthenticator })],
    ['another key', answer(encode(encApRepPart, right), { under: freshKey(18) })],
    ['another type of key', answer(encode(encApRepPart, right), { under: freshKey(17) })],
    ['another type of message', answer(encode(encApRepPart, right), { msgType: 14 })],
    ['nothing', new Uint8Array()],
    ['the request', applicationRequest(asked)],
  ])('with %s proves nothing', (_, reply) => {
    expect(() => readApplicationReply(reply, { credential, instant })).toThrow(
      expect.objectContaining({ code: 'service-unproven' }),
    );
  });
});
