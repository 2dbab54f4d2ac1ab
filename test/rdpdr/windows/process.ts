import * as esc from './calls.ts';
import type { Host, WindowsDevice } from './device.ts';
import { must } from './octets.ts';

export const PRESENT = 0x20;
export const CHANGED = 0x02;
const TIMEOUT = 0x8010_000a;
const CACHE_ITEM_NOT_FOUND = 0x8010_0070;

/** What a host has learnt of the reader; whatever is said later has to be the same. */
export interface Reader {
  readonly name: string;
  readonly atr: Uint8Array;
}
export interface Apdu {
  readonly data: Uint8Array;
  /** Four hex digits. */
  readonly status: string;
}
export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
export const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** One process of the host's with a context and a card of its own, that looks at the reader before nearly everything, as they do. */
export class WindowsProcess {
  readonly #device: WindowsDevice;
  readonly #reader: Reader;
  readonly context: Uint8Array;
  /** What the cache was seen to hold; shared by all processes, as it is by the card. */
  readonly #cache: Map<string, Uint8Array>;
  /** CardIdentifier: the GUID of the CHUID. */
  card: Uint8Array = new Uint8Array(16);
  #handle: esc.OfCard | undefined;
  constructor(device: WindowsDevice, reader: Reader, context: Uint8Array, cache: Map<string, Uint8Array>) {
    this.#device = device;
    this.#reader = reader;
    this.context = context;
    this.#cache = cache;
  }
  static *open(device: WindowsDevice, reader: Reader, cache: Map<string, Uint8Array>): Host<WindowsProcess> {
    const context = esc.contextReply(yield* device.call(esc.calls.establishContext(0)));
    return new WindowsProcess(device, reader, context, cache);
  }
  get handle(): esc.OfCard {
    must(this.#handle !== undefined, 'not connected');
    return this.#handle;
  }
  *succeed(call: esc.Call): Host<void> {
    const code = esc.code(yield* this.#device.call(call), call.name);
    must(code === 0, `${call.name} returned 0x${code.toString(16)}`);
  }
  /** GetStatusChange without waiting, for a reader that is known: nothing has changed. */
  *look(): Host<void> {
    const asked = [{ reader: this.#reader.name, current: PRESENT | CHANGED }];
    const { returnCode, states } = esc.statesReply(yield* this.#device.call(esc.calls.getStatusChange(this, 0, asked)));
    must(returnCode === TIMEOUT, `GetStatusChange without a change returned 0x${returnCode.toString(16)}`);
    const [state] = states;
    must(states.length === 1 && state !== undefined, 'GetStatusChange: one state');
    must(
      (state.event & 0xffff) === PRESENT && same(state.atr, this.#reader.atr),
      'GetStatusChange: the card is present, and nothing else',
    );
  }
  *connect(): Host<void> {
    const reply = yield* this.#device.call(esc.calls.connect(this, this.#reader.name));
    this.#handle = { context: this.context, card: esc.connectReply(reply, this.context) };
  }
  /** The whole ATR comes back, whatever was asked for. */
  *status(atrLength: number): Host<void> {
    const { readers, atr } = esc.statusReply(yield* this.#device.call(esc.calls.status(this.handle, atrLength)));
    must(readers === `${this.#reader.name}\0\0`, 'Status names another reader');
    must(same(atr, this.#reader.atr), 'Status has another ATR');
  }
  *transmit(apdu: Uint8Array): Host<Apdu> {
    const answer = esc.transmitReply(yield* this.#device.call(esc.calls.transmit(this.handle, apdu)));
    return { data: answer.subarray(0, -2), status: Buffer.from(answer.subarray(-2)).toString('hex') };
  }
  /** With all that GET RESPONSE brings: 256 octets at a time. */
  *gather(apdu: Uint8Array): Host<Apdu> {
    const parts: Uint8Array[] = [];
    let next = yield* this.transmit(apdu);
    while (next.status.startsWith('61')) {
      must(next.data.length === 256, `a piece of ${next.data.length} octets before the last`);
      parts.push(next.data);
      next = yield* this.transmit(octets(`00c00000${next.status.slice(2)}`));
    }
    return { data: new Uint8Array(Buffer.concat([...parts, next.data])), status: next.status };
  }
  /** What is in the cache, or nothing; it has to be what was written last, and must be there if anything was. */
  *readCache(name: string): Host<Uint8Array | undefined> {
    yield* this.look();
    const reply = yield* this.#device.call(esc.calls.readCache(this, name, this.card));
    const { returnCode, data } = esc.dataReply(reply, 'ReadCache_Return');
    const known = this.#cache.get(this.#key(name));
    if (known === undefined) {
      must(returnCode === CACHE_ITEM_NOT_FOUND, `ReadCache of nothing returned 0x${returnCode.toString(16)}`);
      return undefined;
    }
    must(returnCode === 0 && same(data, known), `ReadCache of ${name} is not what was written`);
    return data;
  }
  *writeCache(name: string, data: Uint8Array): Host<void> {
    yield* this.succeed(esc.calls.writeCache(this, name, this.card, data));
    this.#cache.set(this.#key(name), data);
  }
  /** What the cache has, or else what `make` finds out; it is written then, and read back where the Base CSP does so. */
  *cached(name: string, make: () => Host<Uint8Array>, readBack = false): Host<Uint8Array> {
    const known = yield* this.readCache(name);
    if (known) return known;
    const data = yield* make();
    yield* this.writeCache(name, data);
    if (readBack) yield* this.readCache(name);
    return data;
  }
  #key(name: string): string {
    return `${Buffer.from(this.card).toString('hex')}/${name}`;
  }
}
