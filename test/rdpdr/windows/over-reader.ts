import type { ReaderCard } from '../../../src/rdpdr/card-connections.ts';
import { DeviceRedirection } from '../../../src/rdpdr/device-redirection.ts';
import type { RedirectionEvent } from '../../../src/rdpdr/redirection-event.ts';
import { SmartCardReader } from '../../../src/rdpdr/smart-card-reader.ts';
import { countedOctets, HandClock } from '../reader-at-hand.ts';
import type { Host } from './device.ts';

export interface Played<T> {
  readonly result: T;
  /** Messages of the host's and of ours. */
  readonly sent: number;
  readonly received: number;
  /** Milliseconds that each message of ours took, from the message of the host's before it. */
  readonly ours: readonly number[];
}
/** A host and our end of the channel, without a connection between them. */
export class OverReader {
  readonly clock: HandClock = new HandClock();
  readonly reader: SmartCardReader;
  readonly redirection: DeviceRedirection;
  readonly events: RedirectionEvent[] = [];
  /** What the host said, so far. */
  readonly heard: Uint8Array[] = [];
  /** Messages of ours that the host has taken. */
  taken = 0;
  #ours: Uint8Array[] = [];
  #arrived: () => void = () => undefined;
  constructor(
    card: ReaderCard,
    cardHandle: 'with-context' | 'without-context' = 'with-context',
    onEvent: (event: RedirectionEvent) => void = () => undefined,
  ) {
    this.reader = new SmartCardReader({ card, random: countedOctets(), after: this.clock.after });
    this.redirection = new DeviceRedirection({
      computerName: 'mayfly',
      reader: this.reader,
      send: (message) => {
        this.#ours.push(message);
        this.#arrived();
      },
      events: (event) => {
        this.events.push(event);
        onEvent(event);
      },
      cardHandle,
    });
  }
  /** Plays the host to its end. @throws Error when it waits for what nobody will send */
  async play<T>(host: Host<T>): Promise<Played<T>> {
    const ours: number[] = [];
    let [sent, received, spent] = [0, 0, 0];
    let turn = host.next();
    while (!turn.done) {
      if (turn.value.do === 'send') {
        sent++;
        this.heard.push(turn.value.message);
        const began = performance.now();
        this.redirection.receive(turn.value.message);
        spent += performance.now() - began;
        turn = host.next();
      } else {
        received++;
        const began = performance.now();
        const message = await this.#next();
        ours.push(spent + performance.now() - began);
        this.taken++;
        spent = 0;
        turn = host.next(message);
      }
    }
    return { result: turn.value, sent, received, ours };
  }
  /** The answer to one message. */
  answered(message: Uint8Array): Promise<Uint8Array> {
    this.redirection.receive(message);
    return this.#next();
  }
  /** Messages that were sent and not taken. */
  get waiting(): Uint8Array[] {
    return this.#ours;
  }
  async #next(): Promise<Uint8Array> {
    // What needs no other thread is here after some turns of the queue of jobs.
    for (let i = 0; i < 100 && this.#ours.length === 0; i++) await Promise.resolve();
    if (this.#ours.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve, reject) => {
        this.#arrived = resolve;
        timer = setTimeout(() => reject(new Error('the host waits for what nobody sends')), 5000);
      }).finally(() => clearTimeout(timer));
    }
    return this.#ours.shift() ?? new Uint8Array();
  }
}
