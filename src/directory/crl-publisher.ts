import type { DirectoryObject } from '../pki/directory-objects.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { readCrlTimes } from '../x509/crl.ts';
import type { DomainControllers } from './domain-controllers.ts';
import { type Compared, compare } from './publication-plan.ts';
import { bring } from './publication-write.ts';

const MINUTE = 60;
/** Seconds between two writes of one CRL: whatever is revoked meanwhile goes into the next. */
export const LEAST_INTERVAL = MINUTE;
/** Seconds after which the directory is looked at again, though nothing of ours has changed: somebody else may have. */
const LOOK_AGAIN = 60 * MINUTE;
/** Seconds until a write that failed is tried again: doubled each time. */
const FIRST_RETRY = 30;
const LAST_RETRY = 15 * MINUTE;
/** With less than this left until nextUpdate, whoever is on duty must hear of it. */
export const ALARM = 4 * 24 * 60 * MINUTE;

/** Where one CRL goes in one forest. */
export interface CrlTarget {
  readonly forest: string;
  readonly controllers: Pick<DomainControllers, 'run'>;
  /** The object with the CRL as it is now; read anew each time. */
  readonly object: () => Promise<DirectoryObject>;
}
export interface CrlPublisherEvents {
  readonly published: (forest: string, name: string) => void;
  readonly failed: (forest: string, error: unknown, retryIn: number) => void;
  /** Fewer than four days are left of what the directory holds; told once an hour. */
  readonly alarm: (forest: string, secondsLeft: number) => void;
}
interface State {
  /** The CRL that was last seen in the directory, or written there. */
  published: Uint8Array | undefined;
  nextUpdate: UnixSeconds | undefined;
  writtenAt: number;
  lookedAt: number;
  failures: number;
  retryAt: number;
  alarmedAt: number;
}
const same = (a: Uint8Array | undefined, b: Uint8Array) => a !== undefined && Buffer.compare(a, b) === 0;

/**
 * Keeps one CRL in one forest: at once when it is new, at most once a minute, again until it is there. `tick` is called as time goes
 * on; it never throws and never runs twice at the same time.
 */
export class CrlPublisher {
  readonly #target: CrlTarget;
  readonly #events: CrlPublisherEvents;
  readonly #clock: () => UnixSeconds;
  #running: Promise<void> | undefined;
  readonly #state: State = {
    published: undefined,
    nextUpdate: undefined,
    writtenAt: Number.NEGATIVE_INFINITY,
    lookedAt: Number.NEGATIVE_INFINITY,
    failures: 0,
    retryAt: Number.NEGATIVE_INFINITY,
    alarmedAt: Number.NEGATIVE_INFINITY,
  };

  constructor(target: CrlTarget, events: CrlPublisherEvents, clock: () => UnixSeconds) {
    this.#target = target;
    this.#events = events;
    this.#clock = clock;
  }
  /** For health checks: seconds until what the directory holds is of no use any more; undefined while that is not known. */
  get secondsLeft(): number | undefined {
    const { nextUpdate } = this.#state;
    return nextUpdate === undefined ? undefined : nextUpdate - this.#clock();
  }
  /** Why the last attempt failed, if it did. */
  get isFailing(): boolean {
    return this.#state.failures > 0;
  }
  tick(): Promise<void> {
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
  async #work(): Promise<void> {
    const state = this.#state;
    const now = this.#clock();
    if (state.retryAt <= now) {
      try {
        await this.#publish(now);
        state.failures = 0;
      } catch (e) {
        const pause = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** state.failures);
        state.failures++;
        state.retryAt = now + pause;
        this.#events.failed(this.#target.forest, e, pause);
      }
    }
    this.#alarm(now);
  }
  async #publish(now: number): Promise<void> {
    const state = this.#state;
    const { controllers } = this.#target;
    const object = await this.#target.object();
    const crl = object.value?.octets;
    if (!crl) throw new MayflyError('crl-unreadable', `${object.name} is to hold no CRL`);
    const isNew = !same(state.published, crl);
    if (!isNew && now < state.lookedAt + LOOK_AGAIN) return;
    if (now < state.writtenAt + LEAST_INTERVAL) return;
    const done = await controllers.run((connection) => bring(connection, object, async () => undefined));
    state.lookedAt = now;
    state.published = crl;
    // What counts is what the directory holds, though it be not ours.
    state.nextUpdate = readCrlTimes((done.state === 'good' ? done.held : undefined) ?? crl).nextUpdate;
    if (done.state === 'good') return;
    // Read again from whoever answers: what counts is what the directory holds.
    const after: Compared = await controllers.run((connection) => compare(connection, object));
    if (after.state !== 'good')
      throw new MayflyError('crl-not-published', `${object.name} does not hold the CRL that was written`);
    state.writtenAt = now;
    this.#events.published(this.#target.forest, object.name);
  }
  #alarm(now: number): void {
    const left = this.secondsLeft;
    const state = this.#state;
    if (left === undefined || ALARM <= left || now < state.alarmedAt + LOOK_AGAIN) return;
    state.alarmedAt = now;
    this.#events.alarm(this.#target.forest, left);
  }
}
