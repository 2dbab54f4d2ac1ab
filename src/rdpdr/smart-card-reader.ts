import { scardCode } from '../codes/scard-code.ts';
import { CardCache } from './card-cache.ts';
import { type Answer, CardConnections, type ReaderCard } from './card-connections.ts';
import { type EscCall, type EscCallOf, INFINITE, scope } from './esc-call.ts';
import type { EscReturn } from './esc-return.ts';
import { HandleTable } from './handle-table.ts';
import { multiString } from './multi-string.ts';
import { readerAttribute } from './reader-attribute.ts';
import { atrMatches, located, type OccupiedReader, statusExchanged, statusNow } from './reader-status.ts';
import { codeAlone } from './refused-return.ts';
import { retrieve } from './retrieved.ts';
import { StatusWaits } from './status-waits.ts';

/** The reader's name, wherever it is said: to the host's services and, before them, in CredSSP. */
export const READER_NAME = 'Mayfly Reader 0';
const ALL_READERS = 'SCard$AllReaders';
const DEFAULT_READERS = 'SCard$DefaultReaders';
/** Contexts; a host's processes leave some of them open. */
const MOST_CONTEXTS = 1024;
/** CM_IOCTL_GET_FEATURE_REQUEST, PC/SC part 10, in the numbering of Windows and of pcsc-lite. */
const featureRequests: ReadonlySet<number> = new Set([0x0031_3520, 0x4200_0d48]);
/** What Windows itself calls a reader of a vendor's: SCARD_READER_TYPE_VENDOR. */
const VENDOR_READER = 0xf0;

export interface SmartCardReaderPorts {
  readonly card: ReaderCard;
  readonly random: (length: number) => Uint8Array;
  /** Calls `f` once, later; what it returns takes that back. */
  readonly after: (milliseconds: number, f: () => void) => () => void;
}
interface Context {
  readonly scope: number;
}
const { success } = scardCode;
const none = new Uint8Array();

/**
 * The smart card service that a host finds behind a redirected device, [MS-RDPESC] 3.1: one reader with one card in it, which
 * stays there or gives way to another. It outlives connections. Whatever it is asked it answers; what it keeps for callers is bounded.
 */
export class SmartCardReader {
  #reader: OccupiedReader;
  readonly #contexts: HandleTable<Context>;
  readonly #connections: CardConnections<Context>;
  readonly #waits: StatusWaits<Context>;
  #cache = new CardCache();
  constructor({ card, random, after }: SmartCardReaderPorts) {
    this.#reader = { name: READER_NAME, answerToReset: card.answerToReset, exchanges: 0 };
    this.#contexts = new HandleTable(MOST_CONTEXTS, random);
    this.#connections = new CardConnections(card, random);
    this.#waits = new StatusWaits(after);
  }
  /**
   * Never rejects. Not an async function: whoever waits for a call that Cancel ends has the promise itself, and hears of the end
   * before Cancel's caller does.
   */
  call(call: EscCall): Promise<EscReturn> {
    const answer = this.#answer(call);
    if (answer instanceof Promise) return answer;
    return Promise.resolve(typeof answer === 'number' ? codeAlone(call.kind, answer) : answer);
  }
  /**
   * Another card takes the place of the one that is in the reader: whoever waits for a change hears of it, whoever is connected has
   * lost a card and has to reconnect.
   */
  exchange(card: ReaderCard): void {
    const { name, exchanges } = this.#reader;
    this.#reader = { name, answerToReset: card.answerToReset, exchanges: exchanges + 1 };
    this.#cache = new CardCache();
    this.#connections.exchange(card);
    this.#waits.change();
  }
  /** The host has begun anew, or is gone: nothing that it was given is good any longer. The cache stays, as the card does. */
  forgetContexts(): void {
    this.#contexts.clear();
    this.#connections.clear();
    void this.#waits.cancel(codeAlone('get-status-change', scardCode.cancelled));
  }
  /** What is kept for callers now, for figures. */
  get held(): { readonly contexts: number; readonly cards: number; readonly waits: number; readonly cached: number } {
    const [contexts, cards] = [this.#contexts.size, this.#connections.size];
    return { contexts, cards, waits: this.#waits.size, cached: this.#cache.octets };
  }

  #answer(call: EscCall): Answer {
    switch (call.kind) {
      case 'access-started-event':
        return success;
      case 'establish-context':
        return this.#establishContext(call);
      case 'list-reader-groups':
      case 'list-readers':
        return this.#list(call);
      default:
        break;
    }
    const context = this.#contexts.find(call.context);
    if (!context) return scardCode.invalidHandle;
    return 'card' in call ? this.#onCard(context, call) : this.#inContext(context, call);
  }
  #inContext(context: Context, call: InContext): Answer {
    switch (call.kind) {
      case 'is-valid-context':
        return success;
      case 'release-context':
        this.#contexts.remove(call.context);
        this.#connections.release(context);
        return this.#cancel(context, call);
      case 'cancel':
        return this.#cancel(context, call);
      case 'get-status-change':
        return this.#getStatusChange(context, call);
      case 'locate-cards':
        // Cards have names in the database of the host's own service; none in this one.
        return { kind: 'locate-cards', returnCode: success, states: located(call.states, this.#reader, false) };
      case 'locate-cards-by-atr': {
        const isWanted = call.masks.some((mask) => atrMatches(this.#reader.answerToReset, mask));
        return { kind: 'locate-cards', returnCode: success, states: located(call.states, this.#reader, isWanted) };
      }
      case 'connect':
        return this.#isHere(call.reader) ? this.#connections.connect(context, call) : scardCode.unknownReader;
      case 'get-device-type-id':
        if (!this.#isHere(call.reader)) return scardCode.unknownReader;
        return { kind: 'get-device-type-id', returnCode: success, deviceTypeId: VENDOR_READER };
      case 'get-reader-icon':
        return this.#isHere(call.reader) ? scardCode.unsupportedFeature : scardCode.unknownReader;
      case 'read-cache': {
        const data = this.#cache.read(call);
        if (!data) return scardCode.cacheItemNotFound;
        const { returnCode, retrieved } = retrieve(data, { isNull: call.dataIsNull, length: call.dataLength });
        return { kind: 'read-cache', returnCode, data: retrieved };
      }
      case 'write-cache':
        return this.#cache.write(call, call.data) ? success : scardCode.cacheItemTooBig;
      case 'change-database':
        return scardCode.unsupportedFeature;
    }
  }
  #onCard(context: Context, call: OnCard): Answer {
    switch (call.kind) {
      case 'reconnect':
        return this.#connections.reconnect(context, call);
      case 'disconnect':
        return this.#connections.disconnect(context, call);
      case 'begin-transaction':
        return this.#connections.beginTransaction(context, call);
      case 'end-transaction':
        return this.#connections.endTransaction(context, call);
      case 'transmit':
        return this.#connections.transmit(context, call);
      default:
        break;
    }
    if (call.kind !== 'status' && call.kind !== 'state') {
      return this.#connections.has(context, call) ? this.#ofReader(call) : scardCode.invalidHandle;
    }
    const seen = this.#connections.look(context, call);
    if (typeof seen === 'number') return seen;
    switch (call.kind) {
      case 'status': {
        const width = call.wide ? 2 : 1;
        // xrdp says that its caller has no buffer and how long that is, and reads the names.
        const isNull = call.readerNamesIsNull && call.readerLength === 0;
        const buffer = { isNull, length: call.readerLength, width } as const;
        const { returnCode, retrieved } = retrieve(multiString([this.#reader.name], call.wide), buffer);
        if (returnCode !== success) return returnCode;
        return { kind: 'status', returnCode, readerNames: retrieved, ...seen, atr: this.#reader.answerToReset };
      }
      case 'state': {
        const { returnCode, retrieved } = retrieve(this.#reader.answerToReset, {
          isNull: call.atrIsNull,
          length: call.atrLength,
        });
        return returnCode === success ? { kind: 'state', returnCode, ...seen, atr: retrieved } : returnCode;
      }
    }
  }
  #ofReader(call: OfReader): Answer {
    switch (call.kind) {
      case 'control':
        if (!featureRequests.has(call.controlCode)) return scardCode.unsupportedFeature;
        return { kind: 'control', returnCode: success, data: none };
      case 'get-attrib': {
        const attribute = readerAttribute(call.attributeId, this.#reader);
        if (!attribute) return scardCode.unsupportedFeature;
        const { returnCode, retrieved } = retrieve(attribute, { isNull: call.attributeIsNull, length: call.attributeLength });
        return { kind: 'get-attrib', returnCode, data: retrieved };
      }
      case 'set-attrib':
        return scardCode.unsupportedFeature;
      case 'get-transmit-count':
        return { kind: 'get-transmit-count', returnCode: success, transmitCount: this.#connections.transmitCount };
    }
  }
  #isHere(reader: string): boolean {
    return reader === this.#reader.name;
  }
  #establishContext(call: EscCallOf<'establish-context'>): Answer {
    if (!Object.values<number>(scope).includes(call.scope)) return scardCode.invalidValue;
    const context = this.#contexts.add({ scope: call.scope });
    return context ? { kind: 'establish-context', returnCode: success, context } : scardCode.noMemory;
  }
  /** Both may be asked without a context. */
  #list(call: EscCallOf<'list-readers'> | EscCallOf<'list-reader-groups'>): Answer {
    if (call.context.length > 0 && !this.#contexts.find(call.context)) return scardCode.invalidHandle;
    const width = call.wide ? 2 : 1;
    if (call.kind === 'list-reader-groups') {
      const buffer = { isNull: call.groupsIsNull, length: call.length, width } as const;
      const { returnCode, retrieved } = retrieve(multiString([DEFAULT_READERS], call.wide), buffer);
      return { kind: call.kind, returnCode, groups: retrieved };
    }
    // Groups that are not known are to be ignored, 2.2.2.4; without any, all readers are meant.
    const { groups = [] } = call;
    if (groups.length > 0 && !groups.some((group) => group === ALL_READERS || group === DEFAULT_READERS)) {
      return scardCode.noReadersAvailable;
    }
    const buffer = { isNull: call.readersIsNull, length: call.length, width } as const;
    const { returnCode, retrieved } = retrieve(multiString([this.#reader.name], call.wide), buffer);
    return { kind: call.kind, returnCode, readers: retrieved };
  }
  #getStatusChange(context: Context, call: EscCallOf<'get-status-change'>): Answer {
    const { states, answersNow } = statusNow(call.states, this.#reader);
    if (answersNow) return { kind: 'get-status-change', returnCode: success, states };
    const timedOut: EscReturn = { kind: 'get-status-change', returnCode: scardCode.timeout, states };
    if (call.timeout === 0) return timedOut;
    const timeout = call.timeout === INFINITE ? undefined : call.timeout;
    const changed = (): EscReturn | undefined => {
      const now = statusExchanged(call.states, this.#reader);
      return now && { kind: 'get-status-change', returnCode: success, states: now };
    };
    return this.#waits.wait(context, { timeout, timedOut, changed }) ?? scardCode.noMemory;
  }
  /** Ends the context's open calls first; then the call that does it is answered itself. */
  async #cancel(context: Context, { kind }: InContext): Promise<EscReturn> {
    await this.#waits.cancel(codeAlone('get-status-change', scardCode.cancelled), context);
    return codeAlone(kind, success);
  }
}

type OnCard = Extract<EscCall, { readonly card: Uint8Array }>;
type OfReader = Extract<OnCard, { readonly kind: 'control' | 'get-attrib' | 'set-attrib' | 'get-transmit-count' }>;
type InContext = Exclude<
  EscCall,
  OnCard | { readonly kind: 'access-started-event' | 'establish-context' | 'list-reader-groups' | 'list-readers' }
>;
