import { randomBytes } from 'node:crypto';
import { CardSession } from '../../src/net/card-session.ts';
import type { RdpConnection } from '../../src/net/rdp-connect.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import type { Conversation } from '../../src/wire/conversation.ts';
import { type FakeHost, fakeHost, type Guest, untilItLeaves } from '../../test/rdp/fake-host.ts';
import { hostCertificate } from '../../test/rdp/fake-host-certificate.ts';
import { WindowsHost } from '../../test/rdpdr/windows/logon.ts';
import { OverRdp, saysLoggedOn } from '../../test/rdpdr/windows/over-rdp.ts';
import { assert } from './clients/expected.ts';
import type { CardInHand } from './nla-logon.ts';
import { screen } from './rdp-client.ts';

const TEN_MINUTES = 600_000;
const PATIENCE = 60_000;
const { hybrid, hybridEx } = securityProtocol;
/** What the host made of one guest. */
export interface Logon {
  readonly pin: string;
  readonly outcome: string;
  /** Bit set of PROTOCOL_…, as the core data repeats what was selected. */
  readonly selected: number;
}
/** A Windows host made from the specifications, whose NLA was done by whoever stands in front of it. */
export async function windowsBehind(early = true): Promise<{ readonly host: FakeHost; readonly logons: readonly Logon[] }> {
  const logons: Logon[] = [];
  const protocol = early ? hybridEx : hybrid;
  const session = function* (guest: Guest): Conversation<void> {
    const channel = new OverRdp(guest);
    const windows = new WindowsHost();
    const { pin } = channel;
    const { kind: outcome } = yield* channel.play(windows.logon({ pin }));
    logons.push({ pin, outcome, selected: protocol });
    if (outcome === 'done') yield* saysLoggedOn({ domain: 'LAB', userName: 'alice', sessionId: 2 });
    yield* untilItLeaves(guest.ids);
  };
  const host = await fakeHost(
    hostCertificate,
    { negotiate: () => ({ kind: 'response', flags: 0, protocol }), session },
    PATIENCE,
  );
  return { host, logons };
}
/** The active session to its logon, the key gone with it. */
export async function logonBehind({ outcome: connected, transport }: RdpConnection, hand: CardInHand): Promise<string> {
  const session = new CardSession({
    connected,
    transport,
    card: hand.card,
    notAfter: TEN_MINUTES,
    computerName: 'mayfly',
    capabilities: () => offeredCapabilities(screen),
    random: (length) => new Uint8Array(randomBytes(length)),
    after: (milliseconds, f) => {
      const timer = setTimeout(f, milliseconds);
      return () => clearTimeout(timer);
    },
    elapsed: () => performance.now(),
  });
  const logon = await session.logon;
  assert(logon.kind === 'logged-on', `the logon ended as ${logon.kind}, having come to ${session.reached.stage}`);
  const told = await hand.destroyed;
  assert(hand.card.isDestroyed && hand.card.pin.every((octet) => octet === 0), 'the card is still live');
  const { operations } = hand.card;
  await session.cancel();
  const { domain, userName } = logon.who;
  return `${domain}\\${userName} logged on, ${operations} operations, ${told}`;
}
