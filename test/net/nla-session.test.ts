import { constants, privateDecrypt } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { credentialForms } from '../../src/credssp/credential-form.ts';
import type { CardKey } from '../../src/custody/card-key.ts';
import { type DestructionCause, LiveCard } from '../../src/custody/live-card.ts';
import { nameType, terminalService } from '../../src/kerberos/principal-name.ts';
import { realmProfile } from '../../src/kerberos/realm-profile.ts';
import { CardSession } from '../../src/net/card-session.ts';
import { withNla } from '../../src/net/nla.ts';
import { connectRdp } from '../../src/net/rdp-connect.ts';
import { signWithCard } from '../../src/piv/card-signature.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import type { Conversation } from '../../src/wire/conversation.ts';
import { speaksNla } from '../credssp/nla-script.ts';
import { answersOf } from '../kerberos/stand-in-client.ts';
import { standInKdc } from '../kerberos/stand-in-kdc.ts';
import { alice, cardOf, REALM } from '../kerberos/stand-in-realm.ts';
import { serviceKey } from '../kerberos/stand-in-ticket.ts';
import { cardPlan, screen } from '../rdp/connected-client.ts';
import { type FakeHost, fakeHost, untilItLeaves } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { WindowsHost } from '../rdpdr/windows/logon.ts';
import { OverRdp, saysLoggedOn } from '../rdpdr/windows/over-rdp.ts';
import { after } from './card-session-at-hand.ts';

const hosts: FakeHost[] = [];
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.end())));
const name = `desk1.${REALM.toLowerCase()}`;
const [form] = credentialForms('rsa');

it('one card: ticket, NLA, the logon of a Windows host behind it; the PIN of both is one, and the key ends with the logon', async () => {
  const { certificates, privateKey } = cardOf(alice);
  const destroyed: DestructionCause[] = [];
  const key: CardKey = {
    kind: 'rsa-2048',
    publicKey: new Uint8Array(),
    operate: async (input) => new Uint8Array(privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, input)),
    destroy: async () => undefined,
  };
  const [certificate = new Uint8Array()] = certificates;
  const card = new LiveCard({ key, certificate, notAfter: 2e9, destroyed: (cause) => void destroyed.push(cause) });
  const pins: string[] = [Buffer.from(card.pin).toString('latin1')];
  const hostKey = serviceKey(REALM, terminalService(name));
  const told = Promise.withResolvers<string>();
  const host = await fakeHost(hostCertificate, {
    ...speaksNla(hostKey, { delegated: ({ credentials }) => void pins.push(Buffer.from(credentials.pin).toString('latin1')) }),
    *session(guest): Conversation<void> {
      const channel = new OverRdp(guest);
      pins.push(channel.pin);
      const { kind } = yield* channel.play(new WindowsHost().logon({ pin: channel.pin }));
      told.resolve(kind);
      yield* saysLoggedOn({ domain: 'CORP', userName: 'alice', sessionId: 2 });
      yield* untilItLeaves(guest.ids);
    },
  });
  hosts.push(host);
  const clientInfo = () => clientInfoOfCard({ userName: '', password: pinAsPassword(card.pin) });
  const plan = withNla(cardPlan({ clientInfo }), {
    logon: {
      client: { nameType: nameType.enterprise, nameString: [alice.principalName] },
      ...{ realm: REALM, certificates, lifetime: 900, profile: (realm: string) => realmProfile(realm) },
    },
    ...{ host: name, card, form },
  });
  const hand = { transmit: (apdu: Uint8Array) => card.transmit(apdu), pin: card.pin, algorithm: key.kind };
  const kdc = standInKdc({ services: [`TERMSRV/${name}`] });
  const answers = {
    ...answersOf({ kdcs: [kdc] }, { exchanges: 0, signatures: 0, verifications: 0 }),
    sign: ({ bytes, digest }: { bytes: Uint8Array; digest: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512' }) =>
      signWithCard(hand, bytes, digest),
  };
  const clock = () => Math.floor(Date.now() / 1000);
  const settings = { host: '127.0.0.1', port: host.port, trust: { kind: 'unproven' } as const, patience: 60_000, clock };
  const connected = await connectRdp({ settings, plan, answers }, () => undefined);
  if (!('transport' in connected)) throw new Error(connected.sentence);
  const session = new CardSession({
    ...{ connected: connected.outcome, transport: connected.transport, card, notAfter: 20_000, computerName: 'mayfly', after },
    capabilities: () => offeredCapabilities(screen),
    random: (length) => new Uint8Array(length).fill(7),
    elapsed: () => performance.now(),
  });
  expect(await session.logon).toMatchObject({ kind: 'logged-on', who: { userName: 'alice' } });
  expect([await told.promise, destroyed, card.isDestroyed]).toEqual(['done', ['authenticated'], true]);
  // The card's own, what CredSSP delegated, what Client Info said.
  expect([pins.length, new Set(pins).size]).toEqual([3, 1]);
  // One by us for the ticket, three by the host.
  expect(card.operations).toBe(4);
  await session.cancel();
  expect(host.failures).toEqual([]);
});
