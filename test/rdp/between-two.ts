import type { Answer, Ask, Conversation } from '../../src/wire/conversation.ts';

/** Octets on their way to one side. */
class Pipe {
  #have: Uint8Array = new Uint8Array();
  put(bytes: Uint8Array): void {
    this.#have = new Uint8Array(Buffer.concat([this.#have, bytes]));
  }
  /** The first unit; `undefined` while it is not there. */
  take(frame: (have: Uint8Array) => number | undefined): Uint8Array | undefined {
    const length = frame(this.#have);
    if (length === undefined || this.#have.length < length) return undefined;
    const unit = this.#have.slice(0, length);
    this.#have = this.#have.subarray(length);
    return unit;
  }
}
class Side<T> {
  readonly #talk: Conversation<T>;
  readonly #from: Pipe;
  readonly #to: Pipe;
  #turn: IteratorResult<Ask, T> | undefined;
  seconds = 1_800_000_000;
  constructor(talk: Conversation<T>, from: Pipe, to: Pipe) {
    this.#talk = talk;
    this.#from = from;
    this.#to = to;
  }
  get outcome(): T | undefined {
    return this.#turn?.done ? this.#turn.value : undefined;
  }
  get done(): boolean {
    return this.#turn?.done === true;
  }
  /** Answers what is asked for as long as it can be answered; whether anything could. */
  run(): boolean {
    let moved = false;
    this.#turn ??= this.#talk.next();
    while (!this.#turn.done) {
      const answer = this.#answer(this.#turn.value);
      if (answer === undefined) return moved;
      moved = true;
      this.#turn = this.#talk.next(answer.with);
    }
    return moved;
  }
  #answer(question: Ask): { with: Answer } | undefined {
    if (question.do === 'send') {
      this.#to.put(question.bytes);
      return { with: undefined };
    }
    if (question.do === 'receive') {
      const unit = this.#from.take(question.frame);
      return unit && { with: unit };
    }
    if (question.do === 'time') return { with: { seconds: this.seconds++, microseconds: 0 } };
    throw new Error(`nobody answers ${question.do}`);
  }
}
/** Two conversations at the two ends of a connection; each outcome is `undefined` when that side waits in vain. */
export function between<A, B>(
  left: Conversation<A>,
  right: Conversation<B>,
): { readonly left: A | undefined; readonly right: B | undefined } {
  const [toLeft, toRight] = [new Pipe(), new Pipe()];
  const [a, b] = [new Side(left, toLeft, toRight), new Side(right, toRight, toLeft)];
  for (let moved = true; moved; ) {
    const first = a.run();
    moved = b.run() || first;
  }
  return { left: a.outcome, right: b.outcome };
}
/** What a conversation comes to with a peer that says all this and no more, and what it says itself. */
export function told<T>(
  talk: Conversation<T>,
  ...said: readonly Uint8Array[]
): { readonly outcome: T | undefined; readonly answers: readonly Uint8Array[] } {
  const from = new Pipe();
  for (const bytes of said) from.put(bytes);
  const answers: Uint8Array[] = [];
  const to = new (class extends Pipe {
    override put(bytes: Uint8Array): void {
      answers.push(bytes);
    }
  })();
  const side = new Side(talk, from, to);
  side.run();
  return { outcome: side.outcome, answers };
}
