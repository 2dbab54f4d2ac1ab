import { randomBytes } from 'node:crypto';
import { toPem } from '../../src/ca/pem.ts';
import type { DestructionCause } from '../../src/custody/live-card.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import type { GatewayPorts, LaunchGrant } from '../../src/gateway/gateway-ports.ts';
import type { HalfOpenLimits } from '../../src/gateway/half-open.ts';
import { LaunchTokens } from '../../src/gateway/launch-tokens.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { enterRdp, routingLine } from '../../src/net/rdp-connect.ts';
import { RdpListener, type RdpListenerPorts } from '../../src/net/rdp-listener.ts';
import type { HostTrust, RdpTransport } from '../../src/net/rdp-transport.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import type { SessionView } from '../../src/session/session.ts';
import type { SessionCard } from '../../src/session/session-cards.ts';
import { sessionError } from '../../src/session/session-error.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { pinnedHost } from '../rdp/connected-client.ts';
import { type FakeHost, fakeHost, type HostScript } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { type MintedCard, mintedCard } from '../rdpdr/windows/minted-card.ts';

export const HOUR = 3_600_000;
const MINUTES = 300;
export const caller = { id: 'token:1', name: 'alice', scopes: ['sessions'], person: undefined } as const;
export const account = {
  name: 'alice',
  domain: 'corp.test',
  userPrincipalName: 'alice@corp.test',
  sid: 'S-1-5-21-1-2-3-1105',
} as const;
const after = (milliseconds: number, f: () => void) => {
  const timer = setTimeout(f, milliseconds);
  return () => clearTimeout(timer);
};
/** Waits of minutes and more, which are over when a test says so; shorter ones take their time. */
export function longWaits(): { readonly after: GatewayPorts['after']; readonly pass: (atLeast: number) => void } {
  const waiting = new Map<() => void, number>();
  return {
    after: (milliseconds, f) => {
      if (milliseconds < 60_000) return after(milliseconds, f);
      waiting.set(f, milliseconds);
      return () => void waiting.delete(f);
    },
    pass: (atLeast) => {
      for (const [f, milliseconds] of [...waiting]) {
        if (milliseconds < atLeast) continue;
        waiting.delete(f);
        f();
      }
    },
  };
}
const now = () => Math.floor(Date.now() / 1000);

/** One granted session, as `Sessions` shows it. */
class OneSession {
  readonly #lifetime: number;
  readonly #destroy: More['destroy'];
  constructor(lifetime: number, destroy: More['destroy']) {
    this.#lifetime = lifetime;
    this.#destroy = destroy;
  }
  readonly cards: MintedCard[] = [];
  readonly failed: (readonly [cause: string, sentence: string])[] = [];
  view: SessionView = {
    ...{ id: 's1', state: 'granted', created: 0, until: now() + 3600, caller, proof: 'self', host: 'desk1.corp.test', account },
    ...{ mode: 'gateway', network: '127.0.0.1', rules: [], minutes: 60, channels: [], needed: [], given: [], cards: [] },
  };
  #watchers = new Set<(view: SessionView) => void>();
  readonly #live = new Map<string, MintedCard>();
  /** From where each card was asked for, and for what. */
  readonly opened: (readonly [network: string | undefined, purpose: string | undefined])[] = [];
  /** Hosts besides its own that it is given cards for. */
  readonly known = new Set<string>();
  readonly openCard: GatewayPorts['sessions']['openCard'] = async (_, id, __, network, purpose, host = this.view.host) => {
    if (host !== this.view.host && !this.known.has(host))
      throw new MayflyError('session-refused', 'the directory knows no such host');
    if (this.#live.get(id)?.card.isDestroyed === false) throw sessionError('session-card-live');
    this.opened.push([network, purpose]);
    if (this.view.state !== 'granted') throw sessionError('session-over');
    const { promise, resolve } = Promise.withResolvers<DestructionCause>();
    const made = mintedCard({
      ...{ told: resolve, octets: 1236 + 16 * this.cards.length },
      ...(this.#destroy && { destroy: this.#destroy }),
    });
    this.cards.push(made);
    this.#live.set(id, made);
    const held = { id: `c${this.cards.length}`, session: 's1', card: made.card, certificate: made.certificate };
    return { ...held, serialNumber: '01', notAfter: now() + this.#lifetime, ended: promise } satisfies SessionCard;
  };
  readonly get = () => this.view;
  readonly watch = (_: unknown, __: string, watcher: (view: SessionView) => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };
  /** What ending a session throws. */
  fault: Error | undefined;
  readonly fail = async (_: string, cause: string, sentence: string) => {
    if (this.fault) throw this.fault;
    this.failed.push([cause, sentence]);
  };
  end(sentence: string, cause = 'ended-by-caller'): void {
    this.become({ state: 'ended', sentence, cause });
  }
  become(given: Partial<SessionView>): void {
    this.view = { ...this.view, ...given };
    for (const watcher of this.#watchers) watcher(this.view);
  }
  get watchers(): number {
    return this.#watchers.size;
  }
}
export interface GatewayAtHand {
  readonly gateway: Gateway;
  readonly tokens: LaunchTokens<LaunchGrant>;
  readonly session: OneSession;
  readonly host: FakeHost;
  readonly port: number;
  readonly entries: readonly JournalEntry[];
  readonly dialled: number;
  readonly grant: LaunchGrant;
  readonly launch: () => ReturnType<LaunchTokens<LaunchGrant>['issue']>;
  readonly entry: <E extends JournalEntry['event']>(event: E) => Promise<Extract<JournalEntry, { readonly event: E }>>;
}
interface More {
  readonly script?: HostScript;
  readonly ports?: Partial<GatewayPorts>;
  readonly logon?: 'with-card' | 'without-card';
  readonly sessions?: number;
  /** Of the keys, which may take its time. */
  readonly destroy?: () => Promise<undefined>;
  /** Seconds of a card. */
  readonly lifetime?: number;
  /** Milliseconds for each answer, of the host's and to it. */
  readonly patience?: number;
  /** A host elsewhere; SHA-256 of its certificate. */
  /** Ports of hosts of other names. */
  readonly elsewhere?: Readonly<Record<string, number>>;
  readonly behind?: { readonly port: number; readonly fingerprint: string };
  readonly halfOpen?: Partial<HalfOpenLimits>;
  readonly listener?: Partial<RdpListenerPorts>;
}
const all: (() => Promise<unknown>)[] = [];
export const endAll = () => Promise.all(all.splice(0).map((end) => end()));

/** A gateway on loopback with a host of our pieces behind it, TLS alone. */
export async function gatewayAtHand(more: More = {}): Promise<GatewayAtHand> {
  const { patience = 60_000 } = more;
  const trust: HostTrust = more.behind ? { kind: 'pinned', fingerprints: [more.behind.fingerprint] } : pinnedHost;
  const elsewhere = { guests: [], failures: [], open: 0, end: async () => undefined };
  const host =
    more.behind === undefined ? await fakeHost(hostCertificate, more.script, patience) : { ...elsewhere, port: more.behind.port };
  const session = new OneSession(more.lifetime ?? MINUTES, more.destroy);
  const entries: JournalEntry[] = [];
  const waiting: (() => void)[] = [];
  let dialled = 0;
  const transports: RdpTransport[] = [];
  const ports: GatewayPorts = {
    sessions: session,
    async dial({ host: name, settings, clientInfo, routingToken }) {
      dialled++;
      const line = routingLine(routingToken);
      const outcome = await enterRdp({
        settings: { host: '127.0.0.1', port: more.elsewhere?.[name] ?? host.port, trust, patience, clock: now },
        plan: {
          offer: { negotiation: { flags: 0, protocols: securityProtocol.ssl }, ...(line && { routingToken: line }) },
          settings,
          clientInfo: () => clientInfo(''),
        },
      });
      if (!('transport' in outcome)) return outcome;
      transports.push(outcome.transport);
      const side = outcome.transport.stream.handOver();
      return { ...side, entered: outcome.outcome, logon: more.logon ?? 'with-card', cardHandle: 'with-context' };
    },
    note: (entry) => {
      entries.push(entry);
      for (const wake of waiting.splice(0)) wake();
    },
    clock: now,
    elapsed: () => performance.now(),
    random: (length) => new Uint8Array(randomBytes(length)),
    after,
    idle: HOUR,
    shown: 100,
    log: () => undefined,
    ...more.ports,
  };
  const tokens = new LaunchTokens<LaunchGrant>({ random: ports.random, elapsed: ports.elapsed, lifetime: 60 });
  const gateway = new Gateway(ports, tokens, {
    halfOpen: { perAddress: 8, inAll: 16, perAddressPerMinute: 1_000_000, inAllPerMinute: 1_000_000, ...more.halfOpen },
    sessions: more.sessions ?? 100,
  });
  const listener = new RdpListener({
    tls: {
      certificate: toPem('CERTIFICATE', hostCertificate.der),
      key: hostCertificate.key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    },
    admit: (address) => gateway.admit(address),
    serve: (guest, place) => gateway.serve(guest, place),
    patience: 60_000,
    ...more.listener,
  });
  const port = await listener.listen('127.0.0.1', 0);
  all.push(async () => {
    await gateway.close();
    await listener.close();
    for (const transport of transports) transport.close();
    await host.end();
  });
  const entry: GatewayAtHand['entry'] = async (event) => {
    for (;;) {
      const found = entries.find((each) => each.event === event);
      if (found) return found as Extract<JournalEntry, { readonly event: typeof event }>;
      await new Promise<void>((resolve) => void waiting.push(resolve));
    }
  };
  return {
    ...{ gateway, tokens, session, host, port, entries, entry },
    get dialled() {
      return dialled;
    },
    grant: { session: 's1', caller },
    launch: () => tokens.issue('s1', { session: 's1', caller }),
  };
}
