import { CardSession, type CardSessionPorts } from '../../src/net/card-session.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { SERVER_USER_ID, shareIndications } from '../../src/rdp/session-ids.ts';
import type { ControlPdu } from '../../src/rdp/share-control.ts';
import { dataPdu, pduType2 } from '../../src/rdp/share-data.ts';
import type { RedirectionEvent } from '../../src/rdpdr/redirection-event.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import type { CardWithStandIn } from '../custody/card-with-stand-in.ts';
import { client, screen } from '../rdp/connected-client.ts';
import {
  type FakeHost,
  fakeHost,
  type Guest,
  type HostIds,
  type HostScript,
  untilItLeaves,
  usualDemand,
} from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { countedOctets, none, usual } from '../rdpdr/reader-at-hand.ts';
import * as info from '../vectors/rdp/save-session-info.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { RedirectingHost } from './redirecting-host.ts';

/** Those of the test that runs. */
export const hosts: FakeHost[] = [];
export const endHosts = () => Promise.all(hosts.splice(0).map((host) => host.end()));
export const after = (ms: number, f: () => void) => {
  const timer = setTimeout(f, ms);
  return () => clearTimeout(timer);
};

export interface Begun {
  readonly session: CardSession;
  readonly events: readonly RedirectionEvent[];
  readonly host: FakeHost;
}
type More = Partial<CardSessionPorts> & { readonly script?: HostScript; readonly patience?: number };
/** A session with a host that does this once it is active. */
export async function begun({ card }: CardWithStandIn, session: HostScript['session'], more: More = {}): Promise<Begun> {
  const { script, patience = 60_000, ...ports } = more;
  const host = await fakeHost(hostCertificate, { ...script, ...(session && { session }) });
  hosts.push(host);
  const { outcome, transport } = await client(host.port, undefined, { patience });
  if (outcome.kind !== 'active') throw new Error(outcome.sentence);
  const events: RedirectionEvent[] = [];
  const usualPorts: CardSessionPorts = {
    connected: outcome,
    transport,
    card,
    notAfter: 600_000,
    computerName: 'mayfly',
    capabilities: () => offeredCapabilities(screen),
    random: countedOctets(),
    after,
    elapsed: () => performance.now(),
    events: (event) => void events.push(event),
  };
  return { session: new CardSession({ ...usualPorts, ...ports }), events, host };
}
/** What the host found out, handed to the test; a host that fails fails it. */
export function finding<T>(find: (host: RedirectingHost, guest: Guest) => Conversation<T>) {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const script = function* (guest: Guest): Conversation<void> {
    try {
      resolve(yield* find(new RedirectingHost(guest), guest));
    } catch (e) {
      reject(e instanceof Error ? e : new Error(String(e)));
      throw e;
    }
    yield* untilItLeaves(guest.ids);
  };
  return { script, found: promise };
}
export function* say(ids: HostIds, ...pdus: readonly ControlPdu[]): Conversation<void> {
  yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, pdus) });
}
export const data = (type: number, body: string): ControlPdu =>
  dataPdu({ shareId: usualDemand.shareId, pduSource: SERVER_USER_ID, type, body: bytes(body) });
export const loggedOn = data(pduType2.saveSessionInfo, info.logonLong);
export interface OnCard {
  readonly context: Uint8Array;
  readonly card: Uint8Array;
}
export function* connected(host: RedirectingHost): Conversation<OnCard> {
  const { context } = yield* host.call({ kind: 'establish-context', scope: 0 });
  const { card } = yield* host.call({ kind: 'connect', context, ...usual.connect });
  return { context, card };
}
export function* transmitted(host: RedirectingHost, on: OnCard, ...apdus: readonly string[]): Conversation<string> {
  let last = '';
  for (const apdu of apdus) {
    const given = { sendPci: { protocol: 2, extra: none }, receiveIsNull: false, receiveLength: 4096 };
    const { data: response } = yield* host.call({ kind: 'transmit', ...on, ...given, send: bytes(apdu) });
    last = hex(response instanceof Uint8Array ? response : none);
  }
  return last;
}
