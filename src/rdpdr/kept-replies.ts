import type { ControlRequest } from './device-io.ts';
import type { EscCall, EscCallKind } from './esc-call.ts';

/** Calls that may be done again when their reply did not fit: they say the same, and what they do is done already. */
const repeatable: ReadonlySet<EscCallKind> = new Set<EscCallKind>([
  'access-started-event',
  'is-valid-context',
  'list-reader-groups',
  'list-readers',
  'locate-cards',
  'locate-cards-by-atr',
  'get-status-change',
  'state',
  'status',
  'get-attrib',
  'read-cache',
  'get-transmit-count',
  'get-reader-icon',
  'get-device-type-id',
  'write-cache',
]);
interface Kept {
  readonly ioctl: number;
  readonly input: Uint8Array;
  readonly card: Uint8Array | undefined;
  readonly reply: Uint8Array;
}
/** A thread repeats its call at once, so few are ever open. */
const MOST_KEPT = 16;
/** Octets of a call: what is longer does nothing to the card, which takes no such command, and is costly to compare. */
const MOST_OCTETS = 4096;

const equal = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((octet, i) => octet === b[i]);
const cardOf = (call: EscCall) => ('card' in call ? call.card : undefined);

/**
 * Replies that were too long for the buffer of their request: the host repeats the call with a larger one, [MS-RDPESC] 3.2.5.2,
 * and what a call did to the card it must not do twice.
 */
export class KeptReplies {
  #kept: readonly Kept[] = [];
  keep(call: EscCall, request: ControlRequest, reply: Uint8Array): void {
    if (repeatable.has(call.kind) || MOST_OCTETS < request.input.length) return;
    const [oldest] = this.#kept;
    if (oldest && MOST_KEPT <= this.#kept.length) this.#drop([oldest]);
    const { ioControlCode: ioctl, input } = request;
    this.#kept = [...this.#kept, { ioctl, input: input.slice(), card: cardOf(call)?.slice(), reply }];
  }
  /**
   * The reply that waits for this very call, taken out. Any other call with the same card handle says that the repetition will
   * not come: the same command later on is a new one.
   */
  take(call: EscCall, request: ControlRequest): Uint8Array | undefined {
    const card = cardOf(call);
    const found = this.#kept.find(({ ioctl, input }) => ioctl === request.ioControlCode && equal(input, request.input));
    const past = this.#kept.filter((each) => each === found || (card && each.card && equal(card, each.card)));
    this.#drop(past);
    return found?.reply;
  }
  clear(): void {
    this.#drop(this.#kept);
  }
  #drop(dropped: readonly Kept[]): void {
    // The call may hold a PIN.
    for (const { input } of dropped) input.fill(0);
    this.#kept = this.#kept.filter((each) => !dropped.includes(each));
  }
}
