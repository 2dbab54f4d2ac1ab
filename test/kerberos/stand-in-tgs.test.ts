import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../src/kerberos/credential.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { type TgsOutcome, type TgsQuestion, tgsExchange } from '../../src/kerberos/tgs-exchange.ts';
import { converse } from '../../src/net/converse.ts';
import { hex } from '../wire/annotated-hex.ts';
import { now } from '../x509/made-certificate.ts';
import { logOn } from './stand-in-client.ts';
import { type StandInKdc, type StandInSettings, standInKdc } from './stand-in-kdc.ts';
import { type TgsLieName, tgsLies } from './stand-in-tgs.ts';
import { openTicket } from './stand-in-ticket.ts';

const service = { nameType: 2, nameString: ['TERMSRV', 'pc7.corp.example'] };
const SPN = 'TERMSRV/pc7.corp.example';

async function grantedTgt(kdc: StandInKdc): Promise<Credential> {
  const { outcome } = await logOn({ kdcs: [kdc] });
  if (!outcome.ok) throw new Error(`the KDC refused: ${outcome.error.errorCode}`);
  return outcome.credential;
}
async function ticketFrom(settings: readonly StandInSettings[], change: Partial<TgsQuestion> = {}) {
  const kdcs = settings.map((s) => standInKdc(s));
  const [home] = kdcs;
  if (!home) throw new Error('no KDC is given');
  const ticket = await grantedTgt(home);
  let microseconds = 100;
  let exchanges = 0;
  const question = { ticket, service, lifetime: 900, profile: (realm: string) => realmProfile(realm), ...change };
  const outcome: TgsOutcome = await converse(tgsExchange(question), {
    exchange({ realm, bytes }) {
      exchanges++;
      const kdc = kdcs.find((k) => k.realm === realm);
      if (!kdc) throw new Error(`realm ${realm} is asked`);
      return { bytes: kdc.answer(bytes) };
    },
    time: () => ({ seconds: now, microseconds: microseconds++ }),
    random: ({ length }) => new Uint8Array(randomBytes(length)),
  });
  return { outcome, exchanges };
}

describe('a service ticket from a stand-in', () => {
  it.each([17, 18, 19, 20])('under encryption type %i', async (sessionEtype) => {
    const { outcome, exchanges } = await ticketFrom([{ services: [SPN], sessionEtype }]);
    const inside = outcome.ok ? openTicket(outcome.credential.ticket) : undefined;
    const key = outcome.ok ? outcome.credential.key : undefined;
    expect(inside && [inside.sname, inside.part.key.keytype, hex(inside.part.key.keyvalue)]).toEqual([
      service,
      sessionEtype,
      key && hex(key.value),
    ]);
    expect(exchanges).toBe(1);
  });
  it('by referral', async () => {
    const { outcome, exchanges } = await ticketFrom([
      { referrals: { [SPN]: 'CHILD.EXAMPLE' } },
      { realm: 'CHILD.EXAMPLE', services: [SPN] },
    ]);
    expect(outcome.ok && [outcome.realms, outcome.credential.server.realm, exchanges]).toEqual([
      ['CORP.EXAMPLE', 'CHILD.EXAMPLE'],
      'CHILD.EXAMPLE',
      2,
    ]);
  });
  it('of a service that nobody knows is refused', async () => {
    const { outcome } = await ticketFrom([{}]);
    expect(outcome.ok ? undefined : outcome.error.errorCode).toBe(7);
  });
  it('by referrals that come round, or have no end', async () => {
    const round = [{ referrals: { [SPN]: 'B.EXAMPLE' } }, { realm: 'B.EXAMPLE', referrals: { [SPN]: 'CORP.EXAMPLE' } }];
    await expect(ticketFrom(round)).rejects.toMatchObject({ code: 'kdc-loop' });
    const realms = ['CORP.EXAMPLE', ...Array.from({ length: 14 }, (_, i) => `R${i}.EXAMPLE`)];
    const endless = realms.map((realm, i) => ({ realm, referrals: { [SPN]: realms[i + 1] ?? '' } }));
    await expect(ticketFrom(endless)).rejects.toMatchObject({ code: 'kdc-loop' });
  });
  const ends: Readonly<Record<TgsLieName, string>> = {
    none: 'granted',
    'another nonce': 'kdc-nonce',
    'another service': 'kdc-reply',
    'another service in the ticket': 'kdc-reply',
    'another client': 'kdc-reply',
    "another realm of the client's": 'kdc-reply',
    'another realm': 'kdc-reply',
    'RC4 for the session': 'kdc-encryption-type',
    'RC4 for the reply': 'kdc-encryption-type',
    'the key usage of an AS-REP': 'kdc-decrypt',
    'a ticket that lives longer than asked': 'kdc-reply',
    'a ticket that can be forwarded': 'kdc-reply',
  };
  it.each(Object.keys(tgsLies) as TgsLieName[])('that lies: %s', async (tgsLie) => {
    const asked = ticketFrom([{ services: [SPN], tgsLie }]);
    if (ends[tgsLie] === 'granted') expect((await asked).outcome.ok).toBe(true);
    else await expect(asked).rejects.toMatchObject({ code: ends[tgsLie] });
  });
  it('of another key is refused by the stand-in', async () => {
    const stolen = await grantedTgt(standInKdc({}));
    const { outcome } = await ticketFrom([{ services: [SPN] }], {
      ticket: { ...stolen, key: { etype: 18, value: new Uint8Array(32) } },
    });
    expect(outcome.ok ? undefined : outcome.error.errorCode).toBe(31);
  });
});
