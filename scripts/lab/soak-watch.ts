import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from './clients/expected.ts';
import { poll } from './poll.ts';
import { type Figure, figureOf, growth, openConnections } from './soak-figures.ts';
import type { SoakService } from './soak-service.ts';

/** What a slow machine takes to come to an end. */
const PATIENCE = 180_000;
/** Memory that is no leak: what V8 has not given back, and twice as many clients. A leaked session has 300 KiB. */
const MAY_GROW = { times: 1.5, mib: 128 };
/** Descriptors that stay: isolates of custody and connections to the CA process, as many as the busiest moment took. */
const DESCRIPTORS = 64;

interface Seen extends Figure {
  readonly clients: number;
  readonly cards: number;
  readonly sessions: number;
}
/** Looks at the service from outside, again and again. */
export class SoakWatch {
  readonly #service: SoakService;
  readonly #caPid: number;
  readonly #every: number;
  readonly #began = performance.now();
  readonly #seen: Seen[] = [];
  readonly #stopped = Promise.withResolvers<void>();
  #isStopped = false;
  /** @param every milliseconds between looks */
  constructor(service: SoakService, caPid: number, every: number) {
    this.#every = every;
    this.#service = service;
    this.#caPid = caPid;
  }
  get last(): Seen {
    return this.#seen.at(-1) ?? { at: 0, mib: 0, descriptors: 0, clients: 0, cards: 0, sessions: 0 };
  }
  async look(): Promise<Seen> {
    const metric = await this.#service.metrics();
    const figure = figureOf(this.#service.process.pid, (performance.now() - this.#began) / 1000);
    const seen = {
      ...figure,
      clients: metric('gateway_clients_live'),
      cards: metric('cards_live'),
      sessions: metric('sessions_open'),
    };
    this.#seen.push(seen);
    return seen;
  }
  async run(): Promise<void> {
    while (!this.#isStopped) {
      await this.look();
      await Promise.race([sleep(this.#every), this.#stopped.promise]);
    }
  }
  stop(): void {
    this.#isStopped = true;
    this.#stopped.resolve();
  }
  told(): string {
    const { mib, descriptors, clients, cards, sessions } = this.last;
    return `${sessions} sessions, ${clients} at the gateway, ${cards} cards live, ${mib.toFixed(0)} MiB, ${descriptors} descriptors`;
  }
  growth(): string {
    const { thirds, mibPerMinute } = growth(this.#seen);
    const most = (what: 'sessions' | 'clients') => Math.max(...this.#seen.map((seen) => seen[what]));
    const [, before = 0, after = 0] = thirds;
    const told = `${thirds.map((mib) => mib.toFixed(0)).join(', ')} MiB in the thirds of the run, ${mibPerMinute.toFixed(1)} MiB a minute after the first`;
    assert(after <= before * MAY_GROW.times + MAY_GROW.mib, told);
    return `${told}; at most ${most('sessions')} sessions and ${most('clients')} clients at once; CA process ${figureOf(this.#caPid).mib.toFixed(0)} MiB`;
  }
  async nothingLeft(atRest: Figure): Promise<string> {
    let told = '';
    await poll('the end of everything', PATIENCE, async () => {
      const metric = await this.#service.metrics();
      const open = ['sessions_open', 'gateway_clients_live', 'gateway_clients_half_open', 'cards_live'].map(
        (name) => [name, metric(name)] as const,
      );
      const { mib, descriptors } = figureOf(this.#service.process.pid);
      const connections = openConnections();
      told = `${open.map(([name, count]) => `${name} ${count}`).join(', ')}; ${connections} TCP connections, ${descriptors} descriptors (${atRest.descriptors} before), ${mib.toFixed(0)} MiB (${atRest.mib.toFixed(0)} before)`;
      const isOver =
        connections === 0 && open.every(([, count]) => count === 0) && descriptors <= atRest.descriptors + DESCRIPTORS;
      return isOver ? true : undefined;
    }).catch((cause: unknown) => {
      throw new Error(told, { cause });
    });
    return told;
  }
}
