import { afterEach, describe, expect, it, vi } from 'vitest';
import { krbErrorCodes } from '../../src/codes/krb-error-code.ts';
import { verifyMic } from '../../src/crypto/encrypted-data.ts';
import { encryptionType } from '../../src/crypto/encryption-type.ts';
import { tgsRep } from '../../src/kerberos/kdc-reply.ts';
import { kerberosFlag } from '../../src/kerberos/kerberos-primitives.ts';
import { keyUsage } from '../../src/kerberos/key-usage.ts';
import { paDataOf } from '../../src/kerberos/pa-data.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { messages } from '../vectors/kerberos/mit-exchange.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { agreeOnTree } from '../wire/asn1js-oracle.ts';
import { freshKey, openTicket } from './stand-in-ticket.ts';
import {
  exchangeWith,
  first,
  grantingTicket,
  HOME,
  type Instead,
  now,
  opened,
  type Realm,
  right,
  SPN,
  service,
} from './tgs-exchange-with.ts';

const alice = { nameType: 1, nameString: ['alice'] };

describe('a TGS-REQ', () => {
  it.each([17, 18, 19, 20])('proves the key of type %i, which covers the body', async (etype) => {
    const exchange = exchangeWith({ [HOME]: right }, { ticket: grantingTicket({ key: freshKey(etype) }) });
    const { ticket } = exchange.question;
    const outcome = await exchange.run();
    expect(outcome.ok && outcome.credential.server).toEqual({ realm: HOME, name: service });
    const { ap, proof, reqBody } = opened(first(exchange), ticket.key);
    expect([ap.apOptions, hex(ap.ticket)]).toEqual([0, hex(ticket.ticket)]);
    expect([proof.crealm, proof.cname, proof.ctime, proof.cusec]).toEqual([HOME, alice, now, 0]);
    expect([proof.subkey, proof.seqNumber, proof.authorizationData]).toEqual([undefined, undefined, undefined]);
    expect(proof.cksum?.cksumtype).toBe(encryptionType(etype)?.checksumType);
    expect(verifyMic(ticket.key, keyUsage.tgsReqChecksum, reqBody, proof.cksum?.checksum ?? new Uint8Array())).toBe(true);
    expect(agreeOnTree(first(exchange))).toBeGreaterThan(10);
  });
  it('asks for no more than a canonical name, and says that it takes referrals', async () => {
    const exchange = exchangeWith({ [HOME]: right });
    await exchange.run();
    const { body, padata } = opened(first(exchange), exchange.question.ticket.key);
    expect(body).toMatchObject({ kdcOptions: kerberosFlag.canonicalize, realm: HOME, sname: service, etype: [18, 17, 20, 19] });
    expect([body.cname, body.rtime, body.addresses, body.additionalTickets]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(hex(paDataOf(padata, 167) ?? new Uint8Array())).toBe('3009a00703050040000000');
  });
  it.each([
    ['by the lifetime', 600, 600],
    ['by the ticket that asks', 36_000, 900],
  ])('ends %s', async (_, lifetime, ends) => {
    const exchange = exchangeWith({ [HOME]: right }, { lifetime });
    const outcome = await exchange.run();
    expect(opened(first(exchange), exchange.question.ticket.key).body.till).toBe(now + ends);
    expect(outcome.ok && outcome.credential.endTime).toBe(now + ends);
  });
});

describe('across realms', () => {
  const CHILD = 'CHILD.EXAMPLE';
  const forest = { [HOME]: { referrals: { [SPN]: CHILD } }, [CHILD]: right };
  it('each is asked with the ticket of the one before, by its own profile', async () => {
    const encryptionTypes: Readonly<Record<string, readonly number[]>> = { [HOME]: [18], [CHILD]: [20] };
    const exchange = exchangeWith(forest, {
      profile: (realm) => realmProfile(realm, { encryptionTypes: encryptionTypes[realm] ?? [] }),
    });
    const outcome = await exchange.run();
    expect(outcome.ok && [outcome.realms, outcome.credential.key.etype]).toEqual([[HOME, CHILD], 20]);
    const referral = decode(tgsRep, exchange.asked[0]?.reply ?? new Uint8Array());
    const inside = openTicket(referral.ticket)?.part.key;
    const key = { etype: inside?.keytype ?? 0, value: inside?.keyvalue ?? new Uint8Array() };
    const { ap, body, proof } = opened(exchange.asked[1]?.bytes ?? new Uint8Array(), key);
    expect([hex(ap.ticket), body.realm, body.etype, proof.crealm]).toEqual([hex(referral.ticket), CHILD, [20], HOME]);
  });
  it.each([CHILD, 'child.example'])("the service's realm is asked first where it is known: %s", async (serviceRealm) => {
    const granting = `krbtgt/${serviceRealm}`;
    const exchange = exchangeWith({ [HOME]: { referrals: { [granting]: CHILD } }, [CHILD]: right }, { serviceRealm });
    const outcome = await exchange.run();
    expect(outcome.ok && outcome.realms).toEqual([HOME, CHILD]);
    const { body } = opened(first(exchange), exchange.question.ticket.key);
    expect(body.sname?.nameString).toEqual(['krbtgt', serviceRealm]);
  });
  it('over a realm in between', async () => {
    const serviceRealm = 'FAR.EXAMPLE';
    const kdcs = {
      [HOME]: { referrals: { [`krbtgt/${serviceRealm}`]: CHILD } },
      [CHILD]: { services: [`krbtgt/${serviceRealm}`] },
      [serviceRealm]: right,
    };
    const outcome = await exchangeWith(kdcs, { serviceRealm }).run();
    expect(outcome.ok && outcome.realms).toEqual([HOME, CHILD, serviceRealm]);
  });
  it('its own realm needs no way there, in whatever case it is written', async () => {
    const exchange = exchangeWith({ [HOME]: right }, { serviceRealm: HOME.toLowerCase() });
    expect(await exchange.run()).toMatchObject({ ok: true, realms: [HOME] });
  });
  it('a refusal names the realms up to the one that gave it', async () => {
    const exchange = exchangeWith({ ...forest, [CHILD]: {} });
    expect(await exchange.run()).toMatchObject({ ok: false, error: { errorCode: 7 }, realms: [HOME, CHILD] });
  });
  it.each([
    ['come back', { [HOME]: { referrals: { [SPN]: CHILD } }, [CHILD]: { referrals: { [SPN]: HOME } } }, 2],
    [
      'come back in another case',
      { [HOME]: { referrals: { [SPN]: CHILD } }, [CHILD]: { referrals: { [SPN]: 'Corp.Example' } } },
      2,
    ],
    [
      'have no end',
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i ? `R${i}` : HOME, { referrals: { [SPN]: `R${i + 1}` } }])),
      10,
    ],
  ])('referrals that %s are followed no further', async (_, kdcs, exchanges) => {
    const exchange = exchangeWith(kdcs);
    await expect(exchange.run()).rejects.toMatchObject({ code: 'kdc-loop' });
    expect(exchange.asked).toHaveLength(exchanges);
  });
  it("a realm's name is quoted where it is told", async () => {
    const odd = 'B\u001b[31m';
    const kdcs = { [HOME]: { referrals: { [SPN]: odd } }, [odd]: { referrals: { [SPN]: HOME } } };
    await expect(exchangeWith(kdcs).run()).rejects.toThrow('"B\\u001b[31m"');
  });
});

describe('a clock', () => {
  const skewed = (instead: Instead) => exchangeWith({ [HOME]: { ...right, instead } });
  it('that is wrong by what the KDC says is corrected once', async () => {
    const exchange = exchangeWith({ [HOME]: { ...right, ahead: 600 } }, { ticket: grantingTicket({ until: now + 9000 }) });
    const outcome = await exchange.run();
    expect(outcome.ok && outcome.credential.endTime).toBe(now + 1200);
    expect(exchange.asked).toHaveLength(2);
    const { proof } = opened(exchange.asked[1]?.bytes ?? new Uint8Array(), exchange.question.ticket.key);
    expect(proof.ctime).toBe(now + 600);
  });
  it('and not twice', async () => {
    const exchange = skewed(() => ({ code: 37, ahead: 400 }));
    expect(await exchange.run()).toMatchObject({ ok: false, error: { errorCode: 37 } });
    expect(exchange.asked).toHaveLength(2);
  });
  it.each([-86_400, 901, 200_000_000_000])('is not set by %i s to where the ticket is not good', async (ahead) => {
    const exchange = skewed(() => ({ code: 37, ahead }));
    expect(await exchange.run()).toMatchObject({ ok: false, error: { errorCode: 37 } });
    expect(exchange.asked).toHaveLength(1);
  });
  it('that was found before is used from the first', async () => {
    const ticket = grantingTicket({ until: now + 9000 });
    const exchange = exchangeWith({ [HOME]: { ...right, ahead: 600 } }, { ticket, skew: 600 });
    expect(await exchange.run()).toMatchObject({ ok: true });
    expect(exchange.asked).toHaveLength(1);
  });
});

describe('what a KDC says instead', () => {
  it.each(krbErrorCodes.filter((code) => code !== 37))('error %i is returned', async (code) => {
    const exchange = exchangeWith({ [HOME]: { instead: () => ({ code }) } });
    expect(await exchange.run()).toMatchObject({ ok: false, error: { errorCode: code }, realms: [HOME] });
    expect(exchange.asked).toHaveLength(1);
  });
  let earlier: Uint8Array | undefined;
  const changed = (
    change: (reply: ReturnType<(typeof tgsRep)['read']>) => Partial<ReturnType<(typeof tgsRep)['read']>>,
  ): Instead => {
    return (_request, _at, rightReply) => {
      const reply = decode(tgsRep, rightReply());
      return encode(tgsRep, { ...reply, ...change(reply) });
    };
  };
  it.each<[string, Instead, string]>([
    ['nothing', () => new Uint8Array(), 'kdc-reply'],
    ['garbage', () => bytes('6d0130'), 'kdc-reply'],
    ['its request back', (request) => request, 'kdc-reply'],
    ['an AS-REP', () => bytes(messages.asRep), 'kdc-reply'],
    ["another KDC's reply", () => bytes(messages.tgsRep), 'kdc-decrypt'],
    ['an error of another version', () => Uint8Array.from(bytes(messages.clientUnknown)).fill(4, 10, 11), 'kdc-reply'],
    ['a reply cut short', (_request, _at, rightReply) => rightReply().subarray(0, -1), 'kdc-reply'],
    ['a reply of another type', changed(() => ({ msgType: 11 })), 'kdc-reply'],
    ['a ticket that cannot be read', changed(() => ({ ticket: bytes('61 02 3000') })), 'kdc-reply'],
    ["another service's ticket", changed(() => ({ ticket: grantingTicket().ticket })), 'kdc-reply'],
    ['another client', changed(() => ({ cname: { nameType: 1, nameString: ['mallory'] } })), 'kdc-reply'],
    ['a part of another type', changed(({ encPart }) => ({ encPart: { ...encPart, etype: 17 } })), 'kdc-encryption-type'],
    ['no part', changed(() => ({ encPart: { etype: 18, cipher: new Uint8Array() } })), 'kdc-decrypt'],
  ])('%s is no answer', async (_, instead, code) => {
    await expect(exchangeWith({ [HOME]: { ...right, instead } }).run()).rejects.toMatchObject({ code });
  });
  it('its reply of before is no answer', async () => {
    const ticket = grantingTicket();
    const replay: Instead = (_request, _at, rightReply) => {
      earlier ??= rightReply();
      return earlier;
    };
    const kdcs = { [HOME]: { ...right, instead: replay } };
    expect(await exchangeWith(kdcs, { ticket }).run()).toMatchObject({ ok: true });
    await expect(exchangeWith(kdcs, { ticket }).run()).rejects.toMatchObject({ code: 'kdc-nonce' });
  });
  it('a ticket that is no ticket-granting one asks nobody', async () => {
    const exchange = exchangeWith({}, { ticket: { ...grantingTicket(), server: { realm: HOME, name: service } } });
    await expect(exchange.run()).rejects.toMatchObject({ code: 'kdc-reply' });
  });
});

describe('session keys', () => {
  afterEach(() => vi.restoreAllMocks());
  const NEXT = 'CHILD.EXAMPLE';
  /** Whatever is overwritten with zeros from here on, as it was. */
  function watchWipes(): Set<string> {
    const wiped = new Set<string>();
    vi.spyOn(Uint8Array.prototype, 'fill').mockImplementation(function (this: Uint8Array, octet, start = 0, end = this.length) {
      if (octet === 0) wiped.add(hex(this));
      for (let at = start; at < end; at++) this[at] = octet;
      return this;
    });
    return wiped;
  }
  const keyOf = (reply: Uint8Array | undefined) => {
    const part = reply && openTicket(decode(tgsRep, reply).ticket)?.part;
    return hex(part?.key.keyvalue ?? new Uint8Array());
  };
  it.each<[string, Realm, string]>([
    ['a ticket', right, 'granted'],
    ['a refusal', {}, 'refused'],
    ['garbage', { instead: () => new Uint8Array(3) }, 'kdc-reply'],
    ['a referral back', { referrals: { [SPN]: HOME } }, 'kdc-loop'],
    ['no KDC', { referrals: { [SPN]: 'NOBODY' } }, 'kdc-not-found'],
  ])('of the realms in between are gone after %s', async (_, next, ends) => {
    const exchange = exchangeWith({ [HOME]: { referrals: { [SPN]: NEXT } }, [NEXT]: next });
    const { key } = exchange.question.ticket;
    const granting = hex(key.value);
    const wiped = watchWipes();
    const outcome = await exchange.run().then(
      (o) => (o.ok ? 'granted' : 'refused'),
      (e: unknown) => (e instanceof MayflyError ? e.code : e),
    );
    expect(outcome).toBe(ends);
    expect(wiped).toContain(keyOf(exchange.asked[0]?.reply));
    expect([wiped.has(granting), hex(key.value)]).toEqual([false, granting]);
    if (ends === 'granted') expect(wiped).not.toContain(keyOf(exchange.asked[1]?.reply));
    if (ends === 'kdc-loop' || ends === 'kdc-not-found') expect(wiped).toContain(keyOf(exchange.asked[1]?.reply));
  });
});
