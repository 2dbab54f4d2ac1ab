import { afterEach, describe, expect, it } from 'vitest';
import { acceptCredSsp } from '../../src/credssp/accept-credssp.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { type FakeHost, fakeHost, type HostScript } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { attacks, other } from './attacks.ts';
import { hostile, type Tricks } from './hostile-host.ts';
import { connect, nlaClient, PIN } from './nla-client.ts';
import { relay } from './relay.ts';
import { type AcceptorHabits, acceptWith, hostKeyOf, ticketFor } from './stand-in-acceptor.ts';

const hosts: Pick<FakeHost, 'end'>[] = [];
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.end())));
const now = () => Math.floor(Date.now() / 1000);
const early = () => ({ kind: 'response', flags: 0, protocol: securityProtocol.hybridEx }) as const;
const wide = Buffer.from(PIN).toString('latin1');
/** The PIN in any writing, in any of these. */
const holdsPin = (all: readonly Uint8Array[]) => {
  const octets = Buffer.concat(all);
  return octets.includes(Buffer.from(PIN)) || octets.includes(Buffer.from(wide, 'utf16le'));
};

/** One client at one host that plays tricks: how it ended, and what the host has got hold of. */
async function attacked(tricks: Tricks, habits: AcceptorHabits = {}, script: HostScript = {}, patience = 30_000) {
  const heard: Uint8Array[] = [];
  const stolen: Uint8Array[] = [];
  const hostKey = hostKeyOf();
  const host = await fakeHost(hostCertificate, {
    negotiate: early,
    heard: (octets) => heard.push(new Uint8Array(octets)),
    authenticate: () => hostile({ accept: acceptWith(hostKey, habits), ...tricks }, (plain) => stolen.push(plain)),
    ...script,
  });
  hosts.push(host);
  const client = nlaClient(host.port, ticketFor(hostKey, now()), { patience });
  const outcome = await connect(client);
  if ('transport' in outcome) outcome.transport.close();
  return { outcome, heard, stolen, client };
}
describe('a man in the middle, though he had the key of the host, gets no PIN where he', () => {
  it.each(attacks)('$attack', async ({ tricks, place, name, habits }) => {
    const { outcome, heard, stolen, client } = await attacked(tricks, habits, {}, name === 'TIMEOUT' ? 1000 : undefined);
    expect(outcome).toMatchObject({ kind: 'ended', stage: 'authentication', place, name });
    expect(heard.length).toBeGreaterThan(0);
    expect([stolen, holdsPin(heard)]).toEqual([[], false]);
    // The subkey of ours; where the host has one it is gone with the context.
    expect(client.drawn[0]?.every((octet) => octet === 0)).toBe(true);
  });
  it('does nothing of the kind, he gets it', async () => {
    const { outcome, stolen, heard } = await attacked({ last: new Uint8Array(4) });
    expect(outcome).toMatchObject({ outcome: { kind: 'active' } });
    // Credentials by CredSSP, and again in Client Info.
    expect([holdsPin(stolen), holdsPin(heard)]).toEqual([true, true]);
  });
  it('passes everything on to the host and back: it is the host that hangs up', async () => {
    const hostKey = hostKeyOf();
    const host = await fakeHost(hostCertificate, {
      negotiate: early,
      authenticate: function* () {
        yield* acceptCredSsp({ certificate: hostCertificate.der, accept: acceptWith(hostKey), authorization: () => 0 });
      },
    });
    const middle = await relay(host.port, other);
    hosts.push(middle, host);
    const outcome = await connect(nlaClient(middle.port, ticketFor(hostKey, now())));
    expect(outcome).toMatchObject({ kind: 'ended', place: 'server-key', name: 'CLOSED' });
    expect(host.failures).toMatchObject([{ code: 'credssp-client', message: 'the client sees another key than ours' }]);
    expect([middle.heard.length > 1, holdsPin(middle.heard)]).toEqual([true, false]);
    const direct = await connect(nlaClient(host.port, ticketFor(hostKey, now())));
    expect(direct).toMatchObject({ outcome: { kind: 'active' } });
    if ('transport' in direct) direct.transport.close();
  });
  it.each([
    [
      'selects TLS alone',
      { negotiate: () => ({ kind: 'response', flags: 0, protocol: securityProtocol.ssl }) as const },
      'NLA_DOWNGRADED',
    ],
    ['selects standard security', { negotiate: () => undefined }, 'STANDARD_SECURITY_ONLY'],
    ['refuses CredSSP', { negotiate: () => ({ kind: 'failure', flags: 0, code: 1 }) as const }, 'SSL_REQUIRED_BY_SERVER'],
  ])('%s: it is not tried again with less', async (_, script, name) => {
    const { outcome, heard } = await attacked({}, {}, script);
    expect(outcome).toMatchObject({ kind: 'ended', stage: 'negotiation', name });
    expect(heard).toEqual([]);
  });
});
it('the table is long enough, and every place is in it', () => {
  expect(attacks.length).toBeGreaterThan(12);
  expect(new Set(attacks.map(({ place }) => place))).toEqual(new Set(['server-key', 'spnego', 'ticket']));
});
