import type { SessionPorts } from './ports.ts';

/** Seconds that a clock may lose without having been set: it counts whole ones. */
const TOLERANCE = 5;

/**
 * Tells when the wall clock was set back. Nothing that was to end at a time can be trusted to end then, so whatever began before belongs
 * to an epoch that is over. A clock that is set forward ends things early, which harms nobody.
 */
export class ClockWatch {
  readonly #ports: Pick<SessionPorts, 'clock' | 'elapsed'>;
  /** Wall clock less the time that has passed, at its highest. */
  #offset: number;
  #epoch = 0;

  /** @param last a time that has certainly passed */
  constructor(ports: Pick<SessionPorts, 'clock' | 'elapsed'>, last = Number.NEGATIVE_INFINITY) {
    this.#ports = ports;
    this.#offset = Math.max(ports.clock(), last) - ports.elapsed() / 1000;
  }
  get epoch(): number {
    const { clock, elapsed } = this.#ports;
    const offset = clock() - elapsed() / 1000;
    if (offset < this.#offset - TOLERANCE) {
      this.#epoch++;
      this.#offset = offset;
    }
    this.#offset = Math.max(this.#offset, offset);
    return this.#epoch;
  }
}
