/** A clock, the time that passes, and timers: all of them move only when told. */
export class ManualTime {
  /** Seconds by which the wall clock differs from this machine's. */
  #shift = 0;
  #elapsed = 0;
  #timers: { readonly at: number; readonly f: () => void }[] = [];
  readonly #start = Math.floor(Date.now() / 1000);

  readonly clock = (): number => this.#start + this.#shift + Math.floor(this.#elapsed / 1000);
  readonly elapsed = (): number => this.#elapsed;
  readonly after = (milliseconds: number, f: () => void): (() => void) => {
    const timer = { at: this.#elapsed + milliseconds, f };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };
  get timers(): number {
    return this.#timers.length;
  }
  /** Somebody sets the clock. */
  set(seconds: number): void {
    this.#shift += seconds;
  }
  /** Time passes, and what is due happens, in its order. */
  pass(seconds: number): void {
    const end = this.#elapsed + seconds * 1000;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.f();
    }
    this.#elapsed = end;
  }
}
