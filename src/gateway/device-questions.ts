import { DecodeError } from '../wire/cursor.ts';

/** Questions that may be open, of all devices together: a host has some dozens, and waits for their answers. */
const MOST_OPEN = 0x4000;

/** What a host has asked of devices and was not answered yet. Only that is answered: an answer to somebody else's question is a forgery. */
export class DeviceQuestions {
  /** How often each completion id of a device is open. */
  readonly #of = new Map<number, Map<number, number>>();
  #open = 0;

  /** @throws DecodeError where a host asks without end */
  asked(deviceId: number, completionId: number): void {
    if (MOST_OPEN <= this.#open) throw new DecodeError('more questions to devices than a host waits for', 0);
    const open = this.#of.get(deviceId) ?? new Map<number, number>();
    this.#of.set(deviceId, open.set(completionId, (open.get(completionId) ?? 0) + 1));
    this.#open++;
  }
  /** Whether it was asked. */
  answered(deviceId: number, completionId: number): boolean {
    const open = this.#of.get(deviceId);
    const times = open?.get(completionId);
    if (!open || times === undefined) return false;
    if (times === 1) open.delete(completionId);
    else open.set(completionId, times - 1);
    this.#open--;
    return true;
  }
  /** A device is gone. */
  forget(deviceId: number): void {
    for (const times of this.#of.get(deviceId)?.values() ?? []) this.#open -= times;
    this.#of.delete(deviceId);
  }
  clear(): void {
    this.#of.clear();
    this.#open = 0;
  }
}
