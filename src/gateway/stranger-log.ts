import type { GatewayPorts } from './gateway-ports.ts';

const MINUTE = 60_000;
/** Lines of one minute: enough to see what goes on, few enough that a flood of strangers fills no disk. */
const MOST_LINES = 20;

/** What strangers did, told line by line until there are too many; then how many were left out. */
export class StrangerLog {
  readonly #ports: Pick<GatewayPorts, 'log' | 'after'>;
  #lines = 0;
  #leftOut = 0;
  #callOff: (() => void) | undefined;
  #isClosed = false;
  constructor(ports: Pick<GatewayPorts, 'log' | 'after'>) {
    this.#ports = ports;
  }
  line(what: string, e?: unknown): void {
    if (this.#isClosed) return;
    this.#callOff ??= this.#ports.after(MINUTE, () => this.#endMinute());
    if (this.#lines === MOST_LINES) this.#leftOut++;
    else {
      this.#lines++;
      this.#ports.log(what, e);
    }
  }
  /** Tells what was left out; nothing is told after it. */
  close(): void {
    this.#isClosed = true;
    this.#callOff?.();
    this.#endMinute();
  }
  #endMinute(): void {
    this.#callOff = undefined;
    if (this.#leftOut > 0) this.#ports.log(`${this.#leftOut} more clients were sent away within a minute`);
    this.#lines = 0;
    this.#leftOut = 0;
  }
}
