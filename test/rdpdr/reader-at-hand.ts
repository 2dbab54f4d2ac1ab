import type { ReaderCard } from '../../src/rdpdr/card-connections.ts';
import type { EscCall, EscCallKind, EscCallOf } from '../../src/rdpdr/esc-call.ts';
import type { EscReturn, EscReturnKind, EscReturnOf } from '../../src/rdpdr/esc-return.ts';
import { SmartCardReader } from '../../src/rdpdr/smart-card-reader.ts';
import { bytes } from '../wire/annotated-hex.ts';

export const atr = bytes('3b86014d4159464c5981');

/** A card that writes down what is done to it, and answers with the command and 9000. */
export class WrittenCard implements ReaderCard {
  readonly answerToReset: Uint8Array = atr;
  readonly done: string[] = [];
  /** Commands are answered only when this is called. */
  hold: Promise<void> | undefined;
  async transmit(apdu: Uint8Array): Promise<Uint8Array> {
    this.done.push(Buffer.from(apdu).toString('hex'));
    await this.hold;
    return Uint8Array.of(...apdu, 0x90, 0x00);
  }
  reset(): void {
    this.done.push('reset');
  }
}
/** Time that passes when the test says so. */
export class HandClock {
  readonly #timers = new Set<{ readonly at: number; readonly f: () => void }>();
  #now = 0;
  readonly after = (milliseconds: number, f: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, f };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };
  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (this.#now < timer.at || !this.#timers.delete(timer)) continue;
      timer.f();
    }
  }
  get running(): number {
    return this.#timers.size;
  }
}
/** Octets that look random and are the same in every run. */
export function countedOctets(seed = 0x1234_5678): (length: number) => Uint8Array {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return (length) => Uint8Array.from({ length }, next);
}

export interface ReaderAtHand {
  readonly reader: SmartCardReader;
  readonly card: WrittenCard;
  readonly clock: HandClock;
}
export function readerAtHand(): ReaderAtHand {
  const [card, clock] = [new WrittenCard(), new HandClock()];
  return { reader: new SmartCardReader({ card, random: countedOctets(), after: clock.after }), card, clock };
}

/** A call's reply, which must be of that kind. */
export async function replyOf<K extends EscReturnKind>(
  reader: Pick<SmartCardReader, 'call'>,
  kind: K,
  call: EscCall,
): Promise<EscReturnOf<K>> {
  const reply = await reader.call(call);
  if (reply.kind !== kind) throw new Error(`${call.kind} was answered by ${reply.kind}`);
  return reply as EscReturn & EscReturnOf<K>;
}
export const codeOf = async (reader: Pick<SmartCardReader, 'call'>, call: EscCall): Promise<number> =>
  (await reader.call(call)).returnCode;

export const readerName = 'Mayfly Reader 0';
export const pnp = '\\\\?PnP?\\Notification';
export const none = new Uint8Array();
export const cardIdentifier = bytes('913b78afe9ff4701ad1924cea582896d');

export interface OnCard {
  readonly context: Uint8Array;
  readonly card: Uint8Array;
}
/** Calls as Windows makes them, where the test does not say otherwise. */
type Given = { [K in EscCallKind]?: Omit<EscCallOf<K>, 'kind' | 'context' | 'card'> };
export const usual = {
  'list-readers': { wide: true, groups: ['SCard$AllReaders'], readersIsNull: false, length: 0xffff_ffff },
  'list-reader-groups': { wide: true, groupsIsNull: false, length: 0xffff_ffff },
  connect: { wide: true, reader: readerName, shareMode: 2, preferredProtocols: 3 },
  reconnect: { shareMode: 2, preferredProtocols: 3, initialization: 0 },
  disconnect: { disposition: 0 },
  'begin-transaction': { disposition: 0 },
  'end-transaction': { disposition: 0 },
  status: { wide: true, readerNamesIsNull: false, readerLength: 0xffff_ffff, atrLength: 32 },
  state: { atrIsNull: false, atrLength: 0xffff_ffff },
  transmit: {
    sendPci: { protocol: 2, extra: none },
    send: bytes('00a4040009a00000030800001000'),
    receiveIsNull: false,
    receiveLength: 258,
  },
  'read-cache': {
    wide: true,
    lookupName: 'Cached_CardmodFile\\Cached_CMAPFile',
    cardIdentifier,
    freshnessCounter: 0,
    dataIsNull: false,
    dataLength: 0xffff_ffff,
  },
  'write-cache': {
    wide: true,
    lookupName: 'Cached_CardmodFile\\Cached_CMAPFile',
    cardIdentifier,
    freshnessCounter: 0,
    data: Uint8Array.of(1, 2, 3),
  },
} satisfies Given;

export async function established(reader: Pick<SmartCardReader, 'call'>): Promise<Uint8Array> {
  return (await replyOf(reader, 'establish-context', { kind: 'establish-context', scope: 0 })).context;
}
export async function connected(
  reader: Pick<SmartCardReader, 'call'>,
  context: Uint8Array,
  how: Partial<EscCallOf<'connect'>> = {},
): Promise<OnCard> {
  const { card } = await replyOf(reader, 'connect', { kind: 'connect', context, ...usual.connect, ...how });
  return { context, card };
}
/** Lets everything happen that can without time passing. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
