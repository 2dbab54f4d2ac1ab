import { connect as connectTcp, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { heedingLateError } from '../../src/credssp/late-error.ts';
import { type NegTokenResp, negState } from '../../src/credssp/spnego-token.ts';
import { tsRequest } from '../../src/credssp/ts-request.ts';
import type { EncryptionKey } from '../../src/crypto/encrypted-data.ts';
import { gssToken, kerberosMechanism, readGssToken } from '../../src/kerberos/application-exchange.ts';
import { seal } from '../../src/kerberos/gss-token.ts';
import { messageType } from '../../src/kerberos/kdc-request.ts';
import { krbError } from '../../src/kerberos/krb-error.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { encode } from '../../src/wire/codec.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { random } from '../kerberos/stand-in-ticket.ts';
import { told } from '../rdp/between-two.ts';
import { type FakeHost, fakeHost } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { hostile, type Tricks, tokens } from './hostile-host.ts';
import { connect, nlaClient } from './nla-client.ts';
import { type AcceptorHabits, acceptWith, HOST_NAME, hostKeyOf, ticketFor } from './stand-in-acceptor.ts';

const hosts: Pick<FakeHost, 'end'>[] = [];
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.end())));
const now = () => Math.floor(Date.now() / 1000);
let key: EncryptionKey | undefined;
const established = (agreed: EncryptionKey) => {
  key = agreed;
};
const side = () => {
  if (!key) throw new Error('no context');
  return { key, acceptor: true, acceptorSubkey: true };
};
async function hostWith(tricks: Tricks, habits: AcceptorHabits = {}) {
  const hostKey = hostKeyOf();
  const stolen: Uint8Array[] = [];
  const host = await fakeHost(hostCertificate, {
    negotiate: () => ({ kind: 'response', flags: 0, protocol: securityProtocol.hybridEx }),
    authenticate: () =>
      hostile({ accept: acceptWith(hostKey, habits), last: new Uint8Array(4), ...tricks }, (plain) => stolen.push(plain)),
  });
  hosts.push(host);
  return { host, hostKey, stolen };
}
async function met(tricks: Tricks, habits: AcceptorHabits = {}, credential = {}) {
  const { host, hostKey, stolen } = await hostWith(tricks, habits);
  const outcome = await connect(nlaClient(host.port, { ...ticketFor(hostKey, now()), ...credential }, { patience: 30_000 }));
  if ('transport' in outcome) outcome.transport.close();
  return { outcome, stolen, failures: host.failures };
}
const skewed = (seconds: number, code = 37) =>
  encode(krbError, {
    ...{ pvno: 5, msgType: messageType.krbError, stime: now() + seconds, susec: 0, errorCode: code },
    ...{ realm: 'CORP.TEST', sname: { nameType: 2, nameString: ['TERMSRV', HOST_NAME] } },
  });
const says = (message: Uint8Array): NegTokenResp => ({
  negState: 1,
  responseToken: gssToken(kerberosMechanism, 'krbError', message),
});
const apReqIn = ({ responseToken = new Uint8Array() }: NegTokenResp) => readGssToken(responseToken).message;

const turnedBy = (rrc: number): Tricks => ({
  prove: ({ right }) => ({ pubKeyAuth: seal(side(), 77n, right, random(16), rrc) }),
});

describe('a host that does no harm', () => {
  const rows: readonly (readonly [string, Tricks, AcceptorHabits?])[] = [
    [
      'repeats its token beside its proof',
      { prove: ({ right, sealed }) => ({ ...tokens({ negState: 0 }), pubKeyAuth: sealed(right) }) },
    ],
    ['repeats the nonce', { prove: ({ right, sealed, nonce }) => ({ pubKeyAuth: sealed(right), clientNonce: nonce }) }],
    ['sends an error code of no error', { prove: ({ right, sealed }) => ({ pubKeyAuth: sealed(right), errorCode: 0 }) }],
    ['is of a version to come', { version: 9 }],
    ['starts its sequence at 0', {}, { sequenceNumber: 0 }],
    ['has no key of its own', {}, { subkey: false }],
    ['has a key of another type', {}, { subkey: 20 }],
    ['names the mechanism as the RFC does', { respond: (usual) => tokens({ ...usual(), supportedMech: kerberosMechanism }) }],
    ['does not name the mechanism', { respond: (usual) => tokens({ ...usual(), supportedMech: undefined }) }],
    [
      'has a checksum over what was negotiated',
      { respond: (usual, { mic }) => tokens({ ...usual(), negState: negState.acceptIncomplete, mechListMIC: mic() }) },
    ],
    ['is content with its own checksum', { respond: (usual, { mic }) => tokens({ ...usual(), mechListMIC: mic() }) }],
    [
      'wants a checksum and answers it',
      {
        respond: (usual) => tokens({ ...usual(), negState: negState.requestMic }),
        again: (_, { mic }) => tokens({ negState: negState.acceptCompleted, mechListMIC: mic() }),
      },
    ],
    ...[0, 1, 28, 44, 0xffff].map((rrc) => [`turns its token by ${rrc}`, turnedBy(rrc), { established }] as const),
  ];
  it.each(rows.map(([what, tricks, habits = {}]) => ({ what, tricks, habits })))('$what', async ({ tricks, habits }) => {
    const { outcome, stolen, failures } = await met(tricks, habits);
    expect([outcome, failures]).toMatchObject([{ outcome: { kind: 'active' } }, []]);
    expect(stolen).toHaveLength(1);
  });
});
describe('a clock that is wrong', () => {
  it('is set once by what the host says, and the ticket shown again', async () => {
    const { outcome } = await met({
      respond: () => tokens(says(skewed(200))),
      again: (response, { take }) => tokens(take(apReqIn(response))),
    });
    expect(outcome).toMatchObject({ outcome: { kind: 'active' } });
  });
  it.each([
    ['rejects as well', { ...says(skewed(200)), negState: negState.reject }],
    ['names a time at which the ticket is over', says(skewed(3600))],
    ['names a time before the ticket began', says(skewed(-3600))],
  ])('is not set where the host %s', async (_, response) => {
    const { outcome } = await met({ respond: () => tokens(response) });
    expect(outcome).toMatchObject({ place: 'ticket', name: 'KRB_AP_ERR_SKEW' });
  });
});
describe('what the host says of the ticket', () => {
  it.each([
    [41, 'KRB_AP_ERR_MODIFIED'],
    [44, 'KRB_AP_ERR_BADKEYVER'],
    [35, 'KRB_AP_ERR_NOT_US'],
  ])('has a name: %i', async (code, name) => {
    const { outcome } = await met({ respond: () => tokens({ ...says(skewed(0, code)), negState: negState.reject }) });
    expect(outcome).toMatchObject({ stage: 'authentication', place: 'ticket', name, fix: expect.any(String) as unknown });
  });
});
describe('one TSRequest', () => {
  /** TLS records of application data that the client sent, by their headers; TLS 1.2 so that its handshake is told apart. */
  async function recordsOf(port: number, padding: number, hostKey: EncryptionKey) {
    const sizes: number[] = [];
    let unread = Buffer.alloc(0);
    const tap: Server = createServer((client) => {
      const host = connectTcp({ host: '127.0.0.1', port });
      client.on('data', (chunk) => {
        unread = Buffer.concat([unread, chunk]);
        // TPKT in front of TLS.
        if (unread[0] === 3) unread = unread.subarray(unread.readUInt16BE(2));
        while (unread.length >= 5 && unread.length >= 5 + unread.readUInt16BE(3)) {
          if (unread[0] === 23) sizes.push(unread.readUInt16BE(3));
          unread = unread.subarray(5 + unread.readUInt16BE(3));
        }
        host.write(chunk);
      });
      host.on('data', (chunk) => client.write(chunk));
      for (const [socket, other] of [
        [client, host],
        [host, client],
      ] as const)
        socket.on('error', () => undefined).on('close', () => other.destroy());
    });
    await new Promise<void>((resolve) => tap.listen({ host: '127.0.0.1', port: 0 }, resolve));
    hosts.push({ end: () => new Promise((resolve) => tap.close(() => resolve())) });
    const address = tap.address();
    const at = typeof address === 'object' && address ? address.port : 0;
    const outcome = await connect(nlaClient(at, ticketFor(hostKey, now(), hostKey.etype, padding)));
    if ('transport' in outcome) outcome.transport.close();
    return { outcome, sizes };
  }
  it.each([0, 14_000])('leaves in one TLS record, with %i octets of authorization data in the ticket', async (padding) => {
    const { host, hostKey } = await hostWith({});
    const { outcome, sizes } = await recordsOf(host.port, padding, hostKey);
    expect(outcome).toMatchObject({ outcome: { kind: 'active' } });
    // In TLS 1.3 Finished is the first; then token, proof, credentials.
    expect(sizes[1]).toBeGreaterThan(padding);
    expect(sizes.slice(1, 4).map((size) => size < 0x4100)).toEqual([true, true, true]);
    expect(sizes[2]).toBeLessThan(300);
    expect(sizes[3]).toBeLessThan(600);
  });
  it('that does not fit into one is not sent', async () => {
    const { host, hostKey } = await hostWith({});
    await expect(recordsOf(host.port, 17_000, hostKey)).rejects.toMatchObject({ code: 'credssp-size' });
  });
});
describe('an error where there is no early authorization', () => {
  const talk = function* (): Conversation<Uint8Array> {
    return yield* ask<'receive'>({ do: 'receive', frame: (have) => (have.length < 2 ? undefined : 2) });
  };
  it('is heard in front of the first answer', () => {
    const refusedBy = (errorCode: number) => told(heedingLateError(talk()), encode(tsRequest, { version: 6, errorCode })).outcome;
    expect(refusedBy(0xc000_0384)).toMatchObject({ place: 'credentials', name: 'STATUS_SMARTCARD_NO_KEY_CONTAINER' });
    expect(refusedBy(-1073741715)).toMatchObject({ place: 'credentials', name: 'STATUS_LOGON_FAILURE' });
    expect(refusedBy(0xc0de)).toMatchObject({ name: '0x0000C0DE' });
  });
  it('is none where the answer is one', () => {
    expect(told(heedingLateError(talk()), bytes('0300')).outcome).toEqual(bytes('0300'));
    expect(() => told(heedingLateError(talk()), encode(tsRequest, { version: 6 }))).toThrow('goes on with what has ended');
  });
});
