import { once } from 'node:events';
import { connect } from 'node:net';
import { ApiRefusal } from '../../src/client/api-refusal.ts';
import type { Launch, Session } from '../../src/client/operations.ts';
import type { HostTrust } from '../../src/net/rdp-transport.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { cardPlan, client } from '../../test/rdp/connected-client.ts';
import { Places } from './soak-places.ts';
import { GATEWAY_PORT, type SoakService, TARGETS } from './soak-service.ts';

/** Where clients leave, and how often of a hundred. */
const WAYS = {
  'never-came': 4,
  'said-nothing': 4,
  'wrong-token': 6,
  'left-before-token': 6,
  'left-in-the-middle': 8,
  left: 50,
  'session-ended': 22,
} as const;
type Way = keyof typeof WAYS;
const AGAIN = 0.15;
const SILENT_MS = 2000;
const PATIENCE = 120_000;
/** Coming at once: as many as a small machine serves while others stay. */
const AT_ONCE = 8;

function anyWay(): Way {
  let at = Math.random() * 100;
  for (const [way, share] of Object.entries(WAYS) as [Way, number][]) {
    at -= share;
    if (at < 0) return way;
  }
  return 'left';
}
class Left extends Error {}
const leave = (): never => {
  throw new Left();
};
export interface VisitorsPlan {
  readonly service: SoakService;
  readonly clients: number;
  /** Milliseconds that the most patient one stays. */
  readonly longest: number;
}
/** Clients that come with sessions of their own through the API, stay for as long as they like, and leave at any point. */
export class Visitors {
  readonly #plan: VisitorsPlan;
  readonly #coming = new Places(AT_ONCE);
  readonly #asking = new Places(2 * AT_ONCE);
  readonly #over = Promise.withResolvers<void>();
  #isOver = false;
  #noLeaving: Promise<void> | undefined;
  #noComing: Promise<void> | undefined;
  readonly ways = new Map<Way, number>();
  visits = 0;
  /** Clients that see a desktop now, and the most there were. */
  here = 0;
  most = 0;
  constructor(plan: VisitorsPlan) {
    this.#plan = plan;
  }
  /** Until `end`. @throws what no client should meet */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#plan.clients }, () => this.#visitor()));
  }
  end(): void {
    this.#isOver = true;
    this.#over.resolve();
  }
  /** Nobody leaves who sees a desktop until enough are there, then nobody comes either, while `meanwhile` runs. */
  async still<T>(enough: () => Promise<unknown>, meanwhile: () => Promise<T>): Promise<T> {
    const [leaving, coming] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#noLeaving = leaving.promise;
    try {
      await enough();
      this.#noComing = coming.promise;
      await this.#coming.empty();
      return await meanwhile();
    } finally {
      [this.#noLeaving, this.#noComing] = [undefined, undefined];
      coming.resolve();
      leaving.resolve();
    }
  }
  async #visitor(): Promise<void> {
    while (!this.#isOver) {
      this.visits++;
      await this.#visit();
    }
  }
  async #visit(): Promise<void> {
    const { id } = await this.#asks();
    do {
      const way = anyWay();
      this.ways.set(way, (this.ways.get(way) ?? 0) + 1);
      const leaves = await this.#comes(id, way);
      if (leaves) {
        await this.#pause(this.#plan.longest);
        await this.#noLeaving;
        if (way === 'session-ended') await this.#ends(id);
        leaves();
      }
    } while (!this.#isOver && Math.random() < AGAIN && (await this.#isGranted(id)));
    await this.#ends(id);
  }
  #asks(): Promise<Session> {
    const target = TARGETS[Math.floor(Math.random() * TARGETS.length)] ?? '';
    return this.#asking.in(() =>
      this.#plan.service.call((api) => api.call('requestSession', { body: { target, mode: 'gateway' } })),
    );
  }
  async #isGranted(id: string): Promise<boolean> {
    const { state } = await this.#asking.in(() => this.#plan.service.call((api) => api.call('getSession', { params: { id } })));
    return state === 'granted';
  }
  #ends(id: string): Promise<Session> {
    return this.#asking.in(() => this.#plan.service.call((api) => api.call('endSession', { params: { id } })));
  }
  /** @returns how it leaves, where it has come so far that it sees a desktop */
  async #comes(id: string, way: Way): Promise<(() => void) | undefined> {
    for (;;) {
      await this.#noComing;
      // Whoever has waited for their turn until now stays away.
      if (this.#isOver) return undefined;
      const came = await this.#coming.in(async () =>
        this.#noComing || this.#isOver ? undefined : { leaves: await this.#comesIn(id, way) },
      );
      if (came) return came.leaves;
    }
  }
  async #comesIn(id: string, way: Way): Promise<(() => void) | undefined> {
    const launch = await this.#plan.service
      .call((api) => api.call('launchSession', { params: { id } }))
      .catch((e: unknown) => {
        // Its host has just named another account, say.
        if (e instanceof ApiRefusal && e.code === 'session-over') return undefined;
        throw e;
      });
    if (!launch || way === 'never-came') return undefined;
    return way === 'said-nothing' ? this.#saysNothing() : this.#connects(launch, way);
  }
  async #saysNothing(): Promise<undefined> {
    const socket = connect({ host: '127.0.0.1', port: GATEWAY_PORT });
    socket.on('error', () => undefined);
    await Promise.race([once(socket, 'close'), this.#pause(SILENT_MS)]);
    socket.destroy();
  }
  async #connects({ token, fingerprint }: Launch, way: Way): Promise<(() => void) | undefined> {
    const trust: HostTrust = { kind: 'pinned', fingerprints: [fingerprint] };
    const userName = way === 'wrong-token' ? `${token}0` : token;
    const plan = cardPlan({
      clientInfo: () =>
        way === 'left-before-token' ? leave() : clientInfoOfCard({ userName, password: pinAsPassword(new Uint8Array(1)) }),
      ...(way === 'left-in-the-middle' ? { capabilities: leave } : {}),
    });
    try {
      const { outcome, transport } = await client(GATEWAY_PORT, plan, { trust, patience: PATIENCE });
      if (outcome.kind !== 'active') {
        transport.close();
        return undefined;
      }
      this.here++;
      this.most = Math.max(this.most, this.here);
      return () => {
        this.here--;
        transport.close();
      };
    } catch (e) {
      // Sent away, or gone by itself.
      if (e instanceof Left || e instanceof MayflyError) return undefined;
      throw e;
    }
  }
  /** As long as it likes, or until all leave. */
  async #pause(longest: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.random() * longest);
    });
    await Promise.race([time, this.#over.promise]);
    clearTimeout(timer);
  }
}
