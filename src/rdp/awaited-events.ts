import { ask, type Conversation } from '../wire/conversation.ts';
import { rdpFrame } from './rdp-frame.ts';
import { refusalIn, type SessionEvent } from './session-event.ts';
import type { SessionReader } from './session-reader.ts';
import { refusal, type SessionRefusal } from './session-refusal.ts';

const MILLISECONDS = 1000;
/** PDUs that a host may send before the session is active, and octets of those that are kept meanwhile. */
const MOST_PDUS = 1024;
const MOST_KEPT = 0x10_0000;

/** What came while something else was waited for; one for a connection's whole way to an active session. */
export class AwaitedEvents {
  readonly reader: SessionReader;
  #queue: SessionEvent[] = [];
  #kept: SessionEvent[] = [];
  #keptOctets = 0;
  #pdus = 0;
  /** Octets of the last PDU, while nothing of it is kept. */
  #octets = 0;
  constructor(reader: SessionReader) {
    this.reader = reader;
  }
  /**
   * The next event that decides something: questions of the message channel are answered on the way, drawing is dropped, and what a
   * conversation does not wait for (channel data, who is logged on) is kept for whoever comes after it.
   */
  *next(): Conversation<SessionEvent> {
    for (;;) {
      const event = this.#queue.shift();
      if (event === undefined) {
        if (MOST_PDUS <= this.#pdus++) return this.#tooMuch(`the host sent over ${MOST_PDUS} PDUs before the session was active`);
        const pdu = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
        this.#octets = pdu.length;
        this.#queue.push(...this.reader.read(pdu, yield* this.#now()));
      } else if (event.kind === 'auto-detect' || event.kind === 'multitransport') {
        if (event.answer) yield* ask<'send'>({ do: 'send', bytes: event.answer });
      } else if (decides(event)) {
        return event;
      } else if (event.kind !== 'drawing' && event.kind !== 'heartbeat') {
        // An event shares the memory of its PDU, all of it.
        this.#keptOctets += this.#octets;
        this.#octets = 0;
        if (MOST_KEPT < this.#keptOctets)
          return this.#tooMuch(`the host sent over ${MOST_KEPT} octets to be kept before the session was active`);
        this.#kept.push(event);
      }
    }
  }
  /** Puts back an event that was not for the conversation that got it. */
  putBack(event: SessionEvent): void {
    this.#queue.unshift(event);
  }
  /** All that was kept, and all of the last PDU that was not looked at. */
  take(): readonly SessionEvent[] {
    const all = [...this.#kept, ...this.#queue];
    this.#kept = [];
    this.#queue = [];
    this.#keptOctets = 0;
    return all;
  }
  *#now(): Conversation<number> {
    // Only the message channel measures; a driver without a clock does for a connection that has none.
    if (this.reader.ids.messageChannelId === undefined) return 0;
    const { seconds, microseconds } = yield* ask<'time'>({ do: 'time' });
    return seconds * MILLISECONDS + microseconds / MILLISECONDS;
  }
  #tooMuch(sentence: string): SessionEvent {
    return { kind: 'unreadable', sentence, refusal: refusal('too-much', sentence) };
  }
}
const deciding: ReadonlySet<SessionEvent['kind']> = new Set([
  'license',
  'demand-active',
  'deactivate-all',
  'redirection',
  'share',
]);
const decides = (event: SessionEvent) => deciding.has(event.kind) || refusalIn(event) !== undefined;

/** How a phase ended that did not end well. */
export type PhaseFailure =
  | { readonly kind: 'refused'; readonly refusal: SessionRefusal }
  | { readonly kind: 'redirected'; readonly event: SessionEvent & { readonly kind: 'redirection' } };
/** The failure that an event brings; a redirection that is not to be followed is none. */
export function failureIn(event: SessionEvent): PhaseFailure | undefined {
  if (event.kind === 'redirection' && event.target.follow) return { kind: 'redirected', event };
  const refused = refusalIn(event);
  return refused && { kind: 'refused', refusal: refused };
}
