import { addressText, type KdcAddress } from './kdc-address.ts';

/** Seconds: after one failure, and at most; each further failure in a row doubles it. */
const FIRST = 10;
const LONGEST = 300;
const MOST_KEPT = 256;

/**
 * KDCs that did not answer lately, for all conversations of a process: they are asked after the others for a while, so that not
 * every logon waits for the same dead domain controller. None is ever left out, for they may be all there are.
 */
export class KdcBackOff {
  readonly #clock: () => number;
  readonly #failed = new Map<string, { readonly until: number; readonly pause: number }>();

  /** @param clock seconds, of a clock that nobody sets back */
  constructor(clock: () => number) {
    this.#clock = clock;
  }
  failed(address: KdcAddress): void {
    const key = addressText(address);
    const pause = Math.min(LONGEST, (this.#failed.get(key)?.pause ?? FIRST / 2) * 2);
    if (MOST_KEPT <= this.#failed.size) this.#failed.clear();
    this.#failed.set(key, { until: this.#clock() + pause, pause });
  }
  answered(address: KdcAddress): void {
    this.#failed.delete(addressText(address));
  }
  /** Their own order otherwise. */
  inOrder(kdcs: readonly KdcAddress[]): readonly KdcAddress[] {
    const now = this.#clock();
    const waits = (address: KdcAddress) => now < (this.#failed.get(addressText(address))?.until ?? 0);
    return [...kdcs.filter((kdc) => !waits(kdc)), ...kdcs.filter(waits)];
  }
}
