import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { labAbsent } from '../../scripts/peers.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import { infoFlag } from '../../src/rdp/client-info.ts';
import { logonErrors } from '../../src/rdp/save-session-info.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { buildRsaSearch, RsaSearch } from '../memory-search/rsa-search.ts';
import { type FakeHost, fakeHost, type HostScript, untilItLeaves } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { hex } from '../wire/annotated-hex.ts';
import { type LogonPlan, WindowsHost } from './windows/logon.ts';
import { OverRdp, saysErrorInfo, saysLoggedOn, saysSession } from './windows/over-rdp.ts';
import { WatchedClient } from './windows/watched-client.ts';

const elton = { domain: 'NTDEV', userName: 'eltons', sessionId: 2 };
const step = (time: number) => ask<'wait-until'>({ do: 'wait-until', time });
const open: { end(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.end())));

async function met(script: HostScript): Promise<{ readonly host: FakeHost; readonly client: WatchedClient }> {
  const host = await fakeHost(hostCertificate, script, 60_000);
  const client = new WatchedClient(host.port, hex(sha256(hostCertificate.der)));
  open.push(client, host);
  return { host, client };
}

describe.runIf(process.platform === 'linux' && !labAbsent())('a logon on a Windows host over TLS', () => {
  let program: string;
  beforeAll(() => {
    program = buildRsaSearch();
  });
  afterAll(() => rmSync(dirname(program), { recursive: true }));

  it('ends the key at Save Session Info; the reader stays, and the certificate can be read', async () => {
    const windows = new WindowsHost();
    const reached = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const goOn = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const again = Promise.withResolvers<string>();
    const { host, client } = await met({
      step: (at) => {
        reached[at]?.resolve();
        return goOn[at]?.promise ?? Promise.resolve();
      },
      *session(guest): Conversation<void> {
        const channel = new OverRdp(guest);
        const { flags } = guest.info.infoPacket;
        expect(flags & infoFlag.autologon && flags & infoFlag.passwordIsScPin).not.toBe(0);
        expect(yield* channel.play(windows.logon({ pin: channel.pin }))).toEqual({ kind: 'done' });
        yield* step(0);
        yield* saysLoggedOn(elton);
        yield* step(1);
        again.resolve(yield* channel.play(windows.again()));
        yield* untilItLeaves(guest.ids);
      },
    });
    const modulus = String((await client.said('modulus'))['modulus']);
    await reached[0].promise;
    const { name, atr } = windows.reader;
    const search = new RsaSearch(program, client.pid);
    open.push({ end: () => search.close() });
    expect(await search.find([modulus])).toBe(1);
    expect((await search.count()).hits).toBeGreaterThan(0);
    expect(client.has('destroyed')).toBe(false);
    goOn[0].resolve();
    expect(await client.said('destroyed')).toEqual({ destroyed: 'authenticated', operations: 3 });
    expect(await client.said('logon')).toEqual({ logon: 'logged-on', reached: 'key-used' });
    await reached[1].promise;
    expect(await search.count()).toEqual({ hits: 0, forms: [] });
    goOn[1].resolve();
    expect(await again.promise).toBe('6f00');
    expect(windows.reader).toEqual({ name, atr });
    expect([client.has('ended'), host.failures]).toEqual([false, []]);
  });

  const refusals: readonly (readonly [string, Partial<LogonPlan>, () => Conversation<undefined>, string])[] = [
    ['an error before anybody looked at the card', { stopsAt: 'announced' }, () => saysErrorInfo(9), 'no-card-call'],
    ['a logon error after the operations', { stopsAt: 'used' }, () => saysSession(logonErrors(0xc000_006d, 0)), 'key-used'],
    [
      'a logon error where the certificate does not please',
      { stopsAt: 'enumerated' },
      () => saysSession(logonErrors(0xc000_0380, 2)),
      'certificate-read',
    ],
    ['an error after another PIN', { pin: 'wrongpin' }, () => saysErrorInfo(7), 'pin-refused'],
  ];
  it.each(refusals)('ends it by %s', async (_, plan, refuse, stage) => {
    const { client } = await met({
      *session(guest): Conversation<void> {
        const channel = new OverRdp(guest);
        yield* channel.play(new WindowsHost().logon({ pin: channel.pin, ...plan }));
        yield* refuse();
        yield* untilItLeaves(guest.ids);
      },
    });
    expect(await client.said('logon')).toEqual({ logon: 'refused', reached: stage });
    expect(await client.said('destroyed')).toMatchObject({ destroyed: 'logon-failed' });
  });
  it('ends it when the host goes away in the middle', async () => {
    const { client } = await met({
      *session(guest): Conversation<void> {
        const channel = new OverRdp(guest);
        yield* channel.play(new WindowsHost().logon({ pin: channel.pin, stopsAt: 'verified' }));
      },
    });
    expect(await client.said('logon')).toEqual({ logon: 'host-gone', reached: 'pin-verified' });
    expect(await client.said('destroyed')).toMatchObject({ operations: 0 });
  });
  it('is told to be stuck by a host that reads and then is silent', async () => {
    const { client } = await met({
      *session(guest): Conversation<void> {
        const channel = new OverRdp(guest);
        yield* channel.play(new WindowsHost().logon({ pin: channel.pin, stopsAt: 'enumerated' }));
        yield* untilItLeaves(guest.ids);
      },
    });
    expect(await client.said('stalled')).toEqual({ stalled: 'certificate-read' });
    expect([client.has('destroyed'), client.has('ended')]).toEqual([false, false]);
  });
});
