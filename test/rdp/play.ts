import type { Answer, Ask, Conversation } from '../../src/wire/conversation.ts';

/** The host's certificate, as far as anybody here looks at it. */
export const CERTIFICATE = Uint8Array.of(0x30, 0x00);

class Side<T> {
  readonly #talk: Conversation<T>;
  #turn: IteratorResult<Ask, T>;
  #inbox = new Uint8Array();
  /** What it wants to have sent. */
  readonly outbox: Uint8Array[] = [];
  tls = false;
  constructor(talk: Conversation<T>) {
    this.#talk = talk;
    this.#turn = talk.next();
  }
  get result(): { readonly value: T } | undefined {
    return this.#turn.done ? { value: this.#turn.value } : undefined;
  }
  get wantsTls(): boolean {
    return !this.#turn.done && this.#turn.value.do === 'start-tls';
  }
  deliver(bytes: Uint8Array): void {
    this.#inbox = Uint8Array.from([...this.#inbox, ...bytes]);
  }
  #answer(answer: Answer): true {
    this.#turn = this.#talk.next(answer);
    return true;
  }
  startTls(): void {
    this.tls = true;
    this.#answer(CERTIFICATE);
  }
  /** One question answered, if it can be. */
  step(): boolean {
    if (this.#turn.done) return false;
    const question = this.#turn.value;
    if (question.do === 'send') {
      this.outbox.push(question.bytes);
      return this.#answer(undefined);
    }
    if (question.do === 'start-tls') return false;
    if (question.do !== 'receive') throw new Error(`nobody answers ${question.do}`);
    const length = question.frame(this.#inbox);
    if (length === undefined || this.#inbox.length < length) return false;
    const pdu = this.#inbox.slice(0, length);
    this.#inbox = this.#inbox.slice(length);
    return this.#answer(pdu);
  }
}
/**
 * Plays a client against a host, without sockets: bytes arrive in pieces of `piece` octets. Both have to come to an end, and to agree
 * on when TLS starts.
 */
export function play<C, H>(
  client: Conversation<C>,
  host: Conversation<H>,
  piece = 7,
): { readonly client: C; readonly host: H; readonly tls: boolean } {
  const sides = [new Side<C | H>(client), new Side<C | H>(host)] as const;
  const [a, b] = sides;
  const wire = [[] as number[], [] as number[]] as const;
  for (;;) {
    let moved = false;
    for (const [i, side] of sides.entries()) {
      while (side.step()) moved = true;
      for (const bytes of side.outbox.splice(0)) wire[i === 0 ? 1 : 0].push(...bytes);
    }
    for (const [i, side] of sides.entries()) {
      const bytes = wire[i === 0 ? 0 : 1].splice(0, piece);
      if (bytes.length > 0) moved = true;
      side.deliver(Uint8Array.from(bytes));
    }
    if (a.wantsTls && b.wantsTls) {
      if (wire.some((bytes) => bytes.length > 0)) throw new Error('TLS starts while bytes are on their way');
      a.startTls();
      b.startTls();
      moved = true;
    }
    if (a.result && b.result) return { client: a.result.value as C, host: b.result.value as H, tls: a.tls };
    if (!moved) throw new Error(`client ${a.result ? 'is done' : 'waits'}, host ${b.result ? 'is done' : 'waits'}`);
  }
}
/** A conversation against a peer who says these bytes, however they are cut, and then closes. */
export function against<T>(talk: Conversation<T>, said: Uint8Array): { readonly value: T; readonly sent: readonly Uint8Array[] } {
  const side = new Side(talk);
  side.deliver(said);
  for (;;) {
    if (side.result) return { value: side.result.value, sent: side.outbox };
    if (side.wantsTls) side.startTls();
    else if (!side.step()) throw new Closed('the peer closed');
  }
}
export class Closed extends Error {}
