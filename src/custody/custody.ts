import { availableParallelism } from 'node:os';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { CardKey, CardKeyKind } from './card-key.ts';
import { EcKeys } from './ec-keys.ts';
import { cardKeyOf, type HeldKey } from './held-key.ts';
import type { IsolateKeyKind } from './isolate-messages.ts';
import { IsolateThread } from './isolate-thread.ts';
import { KeyWaiters } from './key-waiters.ts';

export interface CustodyOptions {
  /** How many keys of each of `kinds` are kept ready. */
  readonly poolSize?: number;
  /** RSA-2048 unless told otherwise; keys of other kinds are made when they are asked for. */
  readonly kinds?: readonly IsolateKeyKind[];
  /** A pooled key is destroyed when it is this old. Milliseconds. */
  readonly mostAge?: number;
  readonly mostIsolates?: number;
  /** How many isolates make keys at once while somebody waits. */
  readonly mostGenerating?: number;
  readonly mostWaiting?: number;
  /** How long `take` waits. Milliseconds. */
  readonly waitLimit?: number;
  readonly log?: (line: string) => void;
}

const MINUTE = 60_000;
const SECOND = 1_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10 * SECOND;

/**
 * The cards' private keys: makes them ahead of time, hands each to one owner, destroys them.
 * INVARIANT: a private key lives in one isolate, has one owner and one `destroy()`; after it no byte of the key is left in the process.
 */
export class Custody {
  readonly #poolSize: number;
  readonly #kinds: readonly IsolateKeyKind[];
  readonly #mostAge: number;
  readonly #mostIsolates: number;
  readonly #mostGenerating: number;
  readonly #waiters: KeyWaiters;
  readonly #log: (line: string) => void;
  readonly #making = new Map<IsolateKeyKind, number>();
  readonly #ecKeys = new EcKeys();
  #isolates: IsolateThread[] = [];
  #pool: HeldKey[] = [];
  #started = 0;
  /** Isolates that died or did not start since one last made a key: each doubles the pause before the next is started. */
  #failures = 0;
  #pause: NodeJS.Timeout | undefined;
  #ageing: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: CustodyOptions = {}) {
    const cores = availableParallelism();
    this.#poolSize = options.poolSize ?? 8;
    this.#kinds = options.kinds ?? ['rsa-2048'];
    this.#mostAge = options.mostAge ?? 15 * MINUTE;
    this.#mostIsolates = options.mostIsolates ?? cores + 2;
    this.#mostGenerating = options.mostGenerating ?? cores;
    this.#waiters = new KeyWaiters(options.mostWaiting ?? 64, options.waitLimit ?? 10 * SECOND);
    this.#log = options.log ?? (() => undefined);
    this.#fill();
  }

  /** Keys that are ready. */
  get pooled(): number {
    return this.#pool.length;
  }
  /** Keys that somebody owns. */
  get live(): number {
    return this.#isolates.reduce((sum, { live }) => sum + live, this.#ecKeys.live);
  }
  get isolates(): number {
    return this.#isolates.length;
  }
  get waiting(): number {
    return this.#waiters.count;
  }

  /** A key of one's own. @throws MayflyError `custody-busy`, `custody-closed`, `key-lost` */
  async take(kind: CardKeyKind): Promise<CardKey> {
    if (this.#closing) throw closed();
    if (kind === 'p-256') return this.#ecKeys.take();
    this.#dropAged();
    const ready = this.#fromPool(kind);
    const key = ready ? this.#hand(ready) : this.#waiters.wait(kind);
    this.#fill();
    return key;
  }

  /** Destroys all keys, whoever has them, and ends the isolates. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#pause);
    clearTimeout(this.#ageing);
    this.#waiters.rejectAll(closed());
    this.#pool = [];
    await Promise.all([this.#ecKeys.close(), ...this.#isolates.map((isolate) => isolate.end('custody was closed'))]);
  }

  /** From the isolate where most keys live, so that others stay free to make keys; the oldest there. */
  #fromPool(kind: IsolateKeyKind): HeldKey | undefined {
    let best: HeldKey | undefined;
    for (const held of this.#pool) {
      if (held.kind === kind && !held.isolate.isOver && (!best || held.isolate.live > best.isolate.live)) best = held;
    }
    if (best) this.#unpool(best);
    return best;
  }

  #unpool(held: HeldKey): void {
    this.#pool = this.#pool.filter((other) => other !== held);
    held.isolate.pooled--;
  }

  #hand(held: HeldKey): CardKey {
    held.isolate.live++;
    return cardKeyOf(held, () => {
      held.isolate.live--;
      this.#fill();
    });
  }

  /** Starts as many generations as there is need for and room: for the pool one at a time, for those who wait one on each core. */
  #fill(): void {
    while (!this.#closing) {
      const awaited = kinds.find((kind) => this.#waiters.countOf(kind) > this.#makingOf(kind));
      const kind = awaited ?? kinds.find((one) => this.#lacking(one) > 0);
      const making = this.#isolates.reduce((sum, { generating }) => sum + generating, 0);
      if (!kind || making >= (awaited ? this.#mostGenerating : 1)) return;
      const isolate = this.#generator();
      if (!isolate) return;
      void this.#make(kind, isolate);
    }
  }

  #lacking(kind: IsolateKeyKind): number {
    return this.#target(kind) + this.#waiters.countOf(kind) - this.#pooledOf(kind) - this.#makingOf(kind);
  }
  #target(kind: IsolateKeyKind): number {
    return this.#kinds.includes(kind) ? this.#poolSize : 0;
  }
  #makingOf(kind: IsolateKeyKind): number {
    return this.#making.get(kind) ?? 0;
  }
  #pooledOf(kind: IsolateKeyKind): number {
    return this.#pool.reduce((count, held) => count + Number(held.kind === kind), 0);
  }

  /** Where a key is made: operations on keys in the same isolate would wait for it, so where none live, if there is such a one. */
  #generator(): IsolateThread | undefined {
    const free = this.#isolates.filter(({ generating, isOver }) => generating === 0 && !isOver).sort((a, b) => a.live - b.live);
    const [best] = free;
    if (best?.live === 0) return best;
    if (this.#isolates.length < this.#mostIsolates && !this.#pause) return this.#start() ?? best;
    return best;
  }

  /** Undefined where there is no thread to be had (a limit on tasks, no memory): tried again like one that died. */
  #start(): IsolateThread | undefined {
    const name = `custody isolate ${++this.#started}`;
    try {
      const isolate = new IsolateThread(name);
      this.#isolates.push(isolate);
      void isolate.ended.then((cause) => this.#ended(isolate, cause));
      return isolate;
    } catch (error) {
      this.#log(`${name} cannot be started (${String(error)})`);
      this.#startLater();
      return undefined;
    }
  }

  async #make(kind: IsolateKeyKind, isolate: IsolateThread): Promise<void> {
    this.#count(kind, isolate, 1);
    try {
      const { key: name, publicKey } = await isolate.generate(kind);
      this.#failures = 0;
      this.#made({ kind, isolate, name, publicKey, madeAt: performance.now() });
    } catch (error) {
      // An isolate that died is seen to by #ended.
      if (!isolate.isOver) void isolate.end(`it made no key: ${String(error)}`);
    } finally {
      this.#count(kind, isolate, -1);
      this.#fill();
    }
  }

  #count(kind: IsolateKeyKind, isolate: IsolateThread, by: 1 | -1): void {
    isolate.generating += by;
    this.#making.set(kind, (this.#making.get(kind) ?? 0) + by);
  }

  #made(held: HeldKey): void {
    if (this.#closing || held.isolate.isOver) return;
    const waiting = this.#waiters.next(held.kind);
    if (waiting) {
      waiting(this.#hand(held));
      return;
    }
    if (this.#pooledOf(held.kind) >= this.#target(held.kind)) {
      void held.isolate.destroy(held.name);
      return;
    }
    this.#pool.push(held);
    held.isolate.pooled++;
    this.#ageing ??= this.#nextAgeing();
  }

  #nextAgeing(): NodeJS.Timeout | undefined {
    const [oldest] = this.#pool;
    if (!oldest) return undefined;
    return setTimeout(
      () => {
        this.#dropAged();
        this.#fill();
        this.#ageing = this.#nextAgeing();
      },
      Math.max(1, oldest.madeAt + this.#mostAge - performance.now()),
    ).unref();
  }

  #dropAged(): void {
    const now = performance.now();
    for (const held of this.#pool.filter(({ madeAt }) => madeAt + this.#mostAge <= now)) {
      this.#unpool(held);
      void held.isolate.destroy(held.name);
    }
  }

  #ended(isolate: IsolateThread, cause: string): void {
    this.#isolates = this.#isolates.filter((other) => other !== isolate);
    this.#pool = this.#pool.filter((held) => held.isolate !== isolate);
    if (this.#closing) return;
    this.#log(
      `${isolate.name} has died (${cause}): ${isolate.live} live keys and ${isolate.pooled} pooled ones are gone with it`,
    );
    this.#startLater();
  }

  #startLater(): void {
    this.#failures++;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#failures - 1));
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.#fill();
    }, pause).unref();
  }
}

const kinds: readonly IsolateKeyKind[] = ['rsa-2048', 'rsa-3072'];

const closed = (): MayflyError => new MayflyError('custody-closed', 'custody is closed');
