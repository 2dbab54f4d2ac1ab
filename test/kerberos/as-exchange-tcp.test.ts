import { randomBytes, sign } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type AsOutcome, asExchange } from '../../src/kerberos/as-exchange.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { converse } from '../../src/net/converse.ts';
import type { KdcAddress } from '../../src/net/kdc-address.ts';
import { KdcClient } from '../../src/net/kdc-client.ts';
import { kerberosAnswers } from '../../src/net/kerberos-answers.ts';
import { now } from '../x509/made-certificate.ts';
import { type StandInSettings, standInKdc } from './stand-in-kdc.ts';
import { alice, cardOf, REALM, root } from './stand-in-realm.ts';
import { serveKdc } from './stand-in-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const at = (port: number): KdcAddress => ({ kind: 'tcp', host: '127.0.0.1', port });
async function served(settings: StandInSettings = {}): Promise<KdcAddress> {
  const kdc = standInKdc(settings);
  const server = await serveKdc((request) => kdc.answer(request));
  closing.push(() => server.close());
  return at(server.port);
}
/** Takes connections and says nothing. */
async function silent(): Promise<KdcAddress> {
  const server = await serveKdc(() => undefined);
  closing.push(() => server.close());
  return at(server.port);
}
/** A port on which nobody listens. */
async function closed(): Promise<KdcAddress> {
  const server = await serveKdc((request) => request);
  await server.close();
  return at(server.port);
}
function logOnTo(kdcs: readonly KdcAddress[]): Promise<AsOutcome> {
  const card = cardOf(alice);
  const client = new KdcClient({ kdcsOf: async () => kdcs, limits: { connect: 30_000, exchange: 1_000 } });
  return converse(
    asExchange({
      client: { nameType: 10, nameString: [alice.principalName] },
      realm: REALM,
      certificates: card.certificates,
      lifetime: 900,
      profile: (realm) => realmProfile(realm),
    }),
    kerberosAnswers({
      kdcs: client,
      trust: () => ({ anchors: [root.der], crls: [], revocation: 'if-given' }),
      random: (length) => new Uint8Array(randomBytes(length)),
      clock: () => now * 1_000_000,
      sign: async ({ bytes }) => new Uint8Array(sign('sha256', bytes, card.privateKey)),
    }),
  );
}

describe('a ticket over TCP', () => {
  it('from the KDC that is there', async () => {
    const outcome = await logOnTo([await served()]);
    expect(outcome.ok && outcome.facts).toMatchObject({ exchanges: 2, signatures: 1, host: '127.0.0.1' });
  });
  it('from the next, where one is not there or does not answer', async () => {
    expect((await logOnTo([await closed(), await silent(), await served()])).ok).toBe(true);
  });
  it('from the next, where one has no certificate', async () => {
    const refusing = await served({ script: [{ at: 'pkinit', error: { code: 16 } }] });
    expect((await logOnTo([refusing, await served()])).ok).toBe(true);
  });
  it.each([
    ['is not there', closed],
    ['does not answer', silent],
  ] as const)('or what the first one said, where the other %s', async (_, other) => {
    const refusing = await served({ script: [{ at: 'pkinit', error: { code: 16 } }] });
    const outcome = await logOnTo([refusing, await other()]);
    expect(outcome.ok ? undefined : outcome.error.errorCode).toBe(16);
  });
  it('from nobody', async () => {
    await expect(logOnTo([await closed()])).rejects.toMatchObject({ code: 'kdc-unreachable' });
    await expect(logOnTo([await silent()])).rejects.toMatchObject({ code: 'kdc-timeout' });
  });
});
