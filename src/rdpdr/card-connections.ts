import { scardCode } from '../codes/scard-code.ts';
import { disposition, type EscCallKind, type EscCallOf, scardProtocol, shareMode } from './esc-call.ts';
import { cardState, type EscReturn } from './esc-return.ts';
import { HandleTable } from './handle-table.ts';
import { codeAlone } from './refused-return.ts';
import { retrieve } from './retrieved.ts';
import { TransactionQueue } from './transaction-queue.ts';

/** A card, as a reader meets it. */
export interface ReaderCard {
  readonly answerToReset: Uint8Array;
  /** A command APDU's answer, status word and all. */
  transmit(apdu: Uint8Array): Promise<Uint8Array>;
  /** The session with the card is over, as soon as what is under way has ended. */
  reset(): void;
}
/** What a call comes to: its reply, a return code alone, or a reply later. */
export type Answer = EscReturn | number | Promise<EscReturn>;

interface Connection<Context> {
  readonly context: Context;
  shareMode: number;
  /** 0 when it was opened for direct use, without one. */
  protocol: number;
  /** Resets of the card that its owner knows of, and the card itself. */
  resetsSeen: number;
  card: ReaderCard;
}
/** Card handles of all contexts; a process has one or two. */
const MOST_CONNECTIONS = 1024;
const resetting: ReadonlySet<number> = new Set([disposition.reset, disposition.unpower, disposition.eject]);
const isDisposition = (value: number) => value === disposition.leave || resetting.has(value);
const isShareMode = (value: number) => Object.values<number>(shareMode).includes(value);

/**
 * Who is connected to the card, and how, [MS-RDPESC] 3.1.4.28 to 3.1.4.35. What was selected and which PIN was given is the
 * card's, not a handle's: a reset by one handle is told to all others, by SCARD_W_RESET_CARD, until they reconnect.
 */
export class CardConnections<Context> {
  #card: ReaderCard;
  readonly #connections: HandleTable<Connection<Context>>;
  readonly #queue = new TransactionQueue<Connection<Context>>();
  #resets = 0;
  #transmits = 0;
  constructor(card: ReaderCard, random: (length: number) => Uint8Array) {
    this.#card = card;
    this.#connections = new HandleTable(MOST_CONNECTIONS, random);
  }
  connect(context: Context, call: EscCallOf<'connect'>): Answer {
    const { shareMode: mode, preferredProtocols } = call;
    if (!isShareMode(mode)) return scardCode.invalidValue;
    const protocol = protocolFor(mode, preferredProtocols);
    if (protocol === undefined) return scardCode.protoMismatch;
    if (!this.#mayShare(mode)) return scardCode.sharingViolation;
    const connection = { context, shareMode: mode, protocol, resetsSeen: this.#resets, card: this.#card };
    const card = this.#connections.add(connection);
    if (!card) return scardCode.noMemory;
    return { kind: 'connect', returnCode: scardCode.success, context: call.context, card, activeProtocol: protocol };
  }
  reconnect(context: Context, call: EscCallOf<'reconnect'>): Answer {
    const { shareMode: mode, preferredProtocols, initialization } = call;
    return this.#inTurn(context, call, false, (connection) => {
      if (!isShareMode(mode) || !isDisposition(initialization)) return scardCode.invalidValue;
      const protocol = protocolFor(mode, preferredProtocols);
      if (protocol === undefined) return scardCode.protoMismatch;
      if (!this.#mayShare(mode, connection)) return scardCode.sharingViolation;
      connection.shareMode = mode;
      connection.protocol = protocol;
      if (resetting.has(initialization)) this.#reset();
      connection.resetsSeen = this.#resets;
      connection.card = this.#card;
      return { kind: 'reconnect', returnCode: scardCode.success, activeProtocol: protocol };
    });
  }
  disconnect(context: Context, call: EscCallOf<'disconnect'>): Answer {
    const connection = this.#find(context, call);
    if (!connection) return scardCode.invalidHandle;
    if (!isDisposition(call.disposition)) return scardCode.invalidValue;
    const resets = resetting.has(call.disposition) && connection.card === this.#card;
    // A transaction that it has itself does not keep its reset waiting.
    const resetsNow = resets && this.#queue.holds(connection);
    if (resetsNow) this.#reset();
    this.#connections.remove(call.card);
    this.#queue.leave(connection);
    if (resetsNow || !resets) return scardCode.success;
    return this.#wait(connection, call.kind, false, () => {
      this.#reset();
      return scardCode.success;
    });
  }
  beginTransaction(context: Context, call: EscCallOf<'begin-transaction'>): Answer {
    const begins = true;
    return this.#inTurn(context, call, begins, (connection) => {
      const refused = this.#unlessReset(connection);
      if (refused !== undefined) this.#queue.end(connection);
      return refused ?? scardCode.success;
    });
  }
  endTransaction(context: Context, call: EscCallOf<'end-transaction'>): Answer {
    const connection = this.#find(context, call);
    if (!connection) return scardCode.invalidHandle;
    if (!isDisposition(call.disposition)) return scardCode.invalidValue;
    if (!this.#queue.holds(connection)) return scardCode.notTransacted;
    if (resetting.has(call.disposition)) {
      this.#reset();
      connection.resetsSeen = this.#resets;
    }
    this.#queue.end(connection);
    return scardCode.success;
  }
  transmit(context: Context, call: EscCallOf<'transmit'>): Answer {
    return this.#inTurn(context, call, false, (connection) => {
      const refused = this.#unlessReset(connection);
      if (refused !== undefined) return refused;
      if (connection.protocol === scardProtocol.undefined) return scardCode.protoMismatch;
      return this.#exchange(call);
    });
  }
  /** What the handle says of itself and the card, for the calls that only look. */
  look(context: Context, call: { readonly card: Uint8Array }): number | { readonly protocol: number; readonly state: number } {
    const connection = this.#find(context, call);
    if (!connection) return scardCode.invalidHandle;
    const refused = this.#unlessReset(connection);
    if (refused !== undefined) return refused;
    const { protocol } = connection;
    return { protocol, state: protocol === scardProtocol.undefined ? cardState.negotiable : cardState.specificMode };
  }
  has(context: Context, call: { readonly card: Uint8Array }): boolean {
    return this.#find(context, call) !== undefined;
  }
  get size(): number {
    return this.#connections.size;
  }
  /** Commands that were answered since the card was put in. */
  get transmitCount(): number {
    return this.#transmits;
  }
  /** A context is gone with all its handles. What it left of a transaction is nobody else's to go on with. */
  release(context: Context): void {
    for (const connection of this.#connections.removeWhere((each) => each.context === context)) {
      if (this.#queue.holds(connection)) this.#reset();
      this.#queue.leave(connection);
    }
  }
  /** The card has given way to another: no transaction goes on, and no handle is good until its owner reconnects. */
  exchange(card: ReaderCard): void {
    this.#card = card;
    this.#transmits = 0;
    this.#queue.clear();
  }
  /** All contexts are gone. */
  clear(): void {
    if (this.#connections.size > 0) this.#reset();
    this.#connections.clear();
    this.#queue.clear();
  }

  #find(context: Context, { card }: { readonly card: Uint8Array }): Connection<Context> | undefined {
    const connection = this.#connections.find(card);
    return connection?.context === context ? connection : undefined;
  }
  #mayShare(mode: number, besides?: Connection<Context>): boolean {
    const others = [...this.#connections.values()].filter((each) => each !== besides);
    return others.every((each) => each.shareMode === shareMode.shared) && (mode === shareMode.shared || others.length === 0);
  }
  #inTurn(
    context: Context,
    call: { readonly kind: EscCallKind; readonly card: Uint8Array },
    begins: boolean,
    go: (connection: Connection<Context>) => Answer,
  ): Answer {
    const connection = this.#find(context, call);
    return connection ? this.#wait(connection, call.kind, begins, () => go(connection)) : scardCode.invalidHandle;
  }
  #wait(connection: Connection<Context>, kind: EscCallKind, begins: boolean, go: () => Answer): Promise<EscReturn> {
    return this.#queue.whenFree(connection, begins, (turn) => {
      if (turn === 'refused') return codeAlone(kind, scardCode.noMemory);
      const answer = turn === 'granted' ? go() : (this.#unlessReset(connection) ?? scardCode.cancelled);
      return typeof answer === 'number' ? codeAlone(kind, answer) : answer;
    });
  }
  async #exchange({ send, receiveIsNull, receiveLength, receivePci }: EscCallOf<'transmit'>): Promise<EscReturn> {
    let response: Uint8Array;
    try {
      response = await this.#card.transmit(send);
    } catch {
      return codeAlone('transmit', scardCode.commError);
    }
    this.#transmits++;
    const { returnCode, retrieved } = retrieve(response, { isNull: receiveIsNull, length: receiveLength });
    const pci = receivePci && { receivePci: { protocol: scardProtocol.t1, extra: new Uint8Array() } };
    return { kind: 'transmit', returnCode, data: retrieved, ...(returnCode === scardCode.success && pci) };
  }
  #unlessReset({ resetsSeen, card }: Connection<Context>): number | undefined {
    if (card !== this.#card) return scardCode.removedCard;
    return resetsSeen === this.#resets ? undefined : scardCode.resetCard;
  }
  #reset(): void {
    this.#resets++;
    this.#card.reset();
  }
}

/** T=1 is all that the card speaks, and direct use may go without: `undefined` when nothing fits. */
function protocolFor(mode: number, preferred: number): number | undefined {
  if ((preferred & scardProtocol.t1) !== 0) return scardProtocol.t1;
  return mode === shareMode.direct ? scardProtocol.undefined : undefined;
}
