import { afterEach, describe, expect, it } from 'vitest';
import { connectRdp, type NextHost, redirectedPlan } from '../../src/net/rdp-connect.ts';
import { enhancedServerRedirection, type RedirectionTarget, redirectionFlag } from '../../src/rdp/server-redirection.ts';
import { SERVER_USER_ID, shareIndications } from '../../src/rdp/session-ids.ts';
import { pduType } from '../../src/rdp/share-control.ts';
import { encode } from '../../src/wire/codec.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { octetsOf } from '../../src/wire/utf-16.ts';
import { cardPlan, pinnedHost } from '../rdp/connected-client.ts';
import { type FakeHost, fakeHost, type HostIds } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';

const hosts: FakeHost[] = [];
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.end())));
const TOKEN = 'tsv://MS Terminal Services Plugin.1.Farm';
function* redirect(ids: HostIds): Conversation<void> {
  const body = encode(enhancedServerRedirection, {
    sessionId: 7,
    flags: redirectionFlag.smartCardLogon,
    targetFqdn: Uint8Array.of(...octetsOf('desk2.corp.test'), 0, 0),
    loadBalanceInfo: new TextEncoder().encode(`${TOKEN}\r\n`),
  });
  const pdu = { kind: 'control', pduType: pduType.serverRedirection, pduSource: SERVER_USER_ID, body } as const;
  yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [pdu]) });
}
async function serving(isBroker: boolean): Promise<FakeHost> {
  const host = await fakeHost(hostCertificate, isBroker ? { beforeActivation: redirect } : {});
  hosts.push(host);
  return host;
}
const at = ({ port }: FakeHost, plan = cardPlan()): NextHost => ({
  settings: { host: '127.0.0.1', port, trust: pinnedHost, patience: 60_000, clock: () => Math.floor(Date.now() / 1000) },
  plan,
});

describe('a connection that is sent on', () => {
  it('goes to the host that is named, with the token and another Client Info', async () => {
    const [broker, desk] = [await serving(true), await serving(false)];
    const asked: RedirectionTarget[] = [];
    const connected = await connectRdp(at(broker), (target) => {
      asked.push(target);
      return at(desk, redirectedPlan(cardPlan(), target));
    });
    if (!('transport' in connected)) throw new Error(connected.sentence);
    expect(asked).toMatchObject([{ fqdn: 'desk2.corp.test', sessionId: 7, smartCardLogon: true, follow: true }]);
    await expect.poll(() => desk.guests.length).toBe(1);
    expect(desk.guests[0]?.request.routingToken).toBe(TOKEN);
    expect(desk.guests[0]?.info.infoPacket.password.length).toBe(16);
    await expect.poll(() => broker.open).toBe(0);
    connected.transport.close();
  });
  it('does not go to a host that nobody knows', async () => {
    const ended = await connectRdp(at(await serving(true)), () => undefined);
    expect(ended).toMatchObject({
      kind: 'ended',
      name: 'redirected',
      sentence: 'the host sends the session to a host that is not known',
    });
  });
  it('does not go round for ever', async () => {
    const broker = await serving(true);
    let times = 0;
    const ended = await connectRdp(at(broker), () => {
      times += 1;
      return at(broker);
    });
    expect([times, 'sentence' in ended && ended.sentence]).toEqual([3, 'the hosts sent the session on more than 3 times']);
    await expect.poll(() => broker.open).toBe(0);
  });
  it('does not go to a host that nothing is to prove, at first or later', async () => {
    const [broker, desk] = [await serving(true), await serving(false)];
    const unproven = (host: FakeHost) => ({
      ...at(host),
      settings: { ...at(host).settings, trust: { kind: 'unproven' } as const },
    });
    await expect(connectRdp(unproven(desk), () => undefined)).rejects.toMatchObject({ code: 'rdp-unproven' });
    await expect(connectRdp(at(broker), () => unproven(desk))).rejects.toMatchObject({ code: 'rdp-unproven' });
    expect([desk.open, desk.guests]).toEqual([0, []]);
  });
  it('takes a token for a line or for nothing', () => {
    const target = (routingToken: Uint8Array | undefined): RedirectionTarget => ({
      sessionId: 0,
      follow: true,
      smartCardLogon: false,
      routingToken,
    });
    const tokenOf = (text: string) => redirectedPlan(cardPlan(), target(new TextEncoder().encode(text))).offer.routingToken;
    expect([tokenOf('x\r\n'), tokenOf('x'), tokenOf('a\r\nb'), tokenOf('Cookie: mstshash=a'), tokenOf('')]).toEqual([
      'x',
      'x',
      undefined,
      undefined,
      undefined,
    ]);
    expect(redirectedPlan(cardPlan(), target(undefined)).offer.routingToken).toBeUndefined();
  });
});
