import { describe, expect, it } from 'vitest';
import { acceptCredSsp, type CredSspHost } from '../../src/credssp/accept-credssp.ts';
import { credSsp } from '../../src/credssp/credssp.ts';
import { smartCardCredentials } from '../../src/credssp/ts-credentials.ts';
import type { Answer, Ask, Conversation } from '../../src/wire/conversation.ts';
import { random } from '../kerberos/stand-in-ticket.ts';
import { between } from '../rdp/between-two.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { ecKey, endEntity, makeCertificate, rsaKey } from '../x509/made-certificate.ts';
import { type AcceptorHabits, acceptWith, hostKeyOf, ticketFor } from './stand-in-acceptor.ts';

const NOW = 1_800_000_000;
const PIN = new TextEncoder().encode('31415926');
const given = {
  pin: PIN,
  readerName: 'Mayfly Virtual Reader 0',
  keySpec: 1,
  providerName: 'Microsoft Base Smart Card Crypto Provider',
  containerName: undefined,
  userHint: undefined,
  domainHint: undefined,
};
/** Randomness for who asks for it; the rest goes further out. */
function* withRandomness<T>(talk: Conversation<T>): Conversation<T> {
  let turn = talk.next();
  while (!turn.done) {
    const question: Ask = turn.value;
    const answer: Answer = question.do === 'random' ? random(question.length) : yield question;
    turn = talk.next(answer);
  }
  return turn.value;
}
function handshake(
  etype: number,
  habits: AcceptorHabits = {},
  host: Partial<CredSspHost> = {},
  leastVersion?: number,
  certificate = hostCertificate.der,
) {
  const hostKey = hostKeyOf(etype);
  const credential = ticketFor(hostKey, NOW);
  const { left, right } = between(
    withRandomness(
      credSsp({
        credential,
        certificate,
        credentials: () => smartCardCredentials(given),
        earlyAuthorization: host.authorization !== undefined || host.judge !== undefined,
        leastVersion,
      }),
    ),
    withRandomness(acceptCredSsp({ certificate, accept: acceptWith(hostKey, habits), ...host })),
  );
  return { client: left, host: right };
}

describe('both ends', () => {
  it.each([17, 18, 19, 20])('agree under encryption type %i, and the host has the credentials', (etype) => {
    const { client, host } = handshake(etype);
    expect(client).toEqual({ kind: 'delegated', version: 6 });
    expect(host).toEqual({ client: 'alice@CORP.TEST', credentials: given });
  });
  it.each([
    ['no subkey of the host', { subkey: false }],
    ['a sequence that starts at 0', { sequenceNumber: 0 }],
    ['a sequence that starts at 2^32 - 1', { sequenceNumber: 0xffff_ffff }],
    ['a subkey of another type', { subkey: 20 }],
  ] as const)('agree with %s', (_, habits) => {
    expect(handshake(18, habits).client).toEqual({ kind: 'delegated', version: 6 });
  });
  it.each([
    ['an elliptic curve', ecKey()],
    ['RSA of 4096 bits', rsaKey(4096)],
  ])('agree on a key of %s', (_, key) => {
    const { der } = makeCertificate({ subject: 'desk1', key, extensions: [endEntity()] });
    expect(handshake(18, {}, {}, undefined, der).client).toEqual({ kind: 'delegated', version: 6 });
  });
  it.each([4, 3, 2])('agree on version %i where somebody wants it so', (version) => {
    expect(handshake(18, {}, { version }, 2).client).toEqual({ kind: 'delegated', version });
    expect(handshake(18, {}, { version }, version + 1).client).toMatchObject({ place: 'server-key', name: 'CREDSSP_TOO_OLD' });
  });
  it('early authorization', () => {
    expect(handshake(18, {}, { authorization: () => 0 }).client).toEqual({ kind: 'delegated', version: 6 });
    expect(handshake(18, {}, { authorization: () => 5 }).client).toMatchObject({
      place: 'host',
      name: 'AUTHZ_ACCESS_DENIED',
    });
    expect(handshake(18, {}, { judge: () => 0xc000_0384 }).client).toMatchObject({
      place: 'credentials',
      name: 'STATUS_SMARTCARD_NO_KEY_CONTAINER',
      status: 0xc000_0384,
    });
  });
});
