import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { IsolateAnswer, IsolateKeyKind, IsolateRequest } from './isolate-messages.ts';

/** From source by type stripping, or beside this file in a build. */
const program = import.meta.url.endsWith('.ts')
  ? new URL('./isolate.ts', import.meta.url)
  : new URL('./isolate.js', import.meta.url);
/** MB. An isolate needs a tenth; a small heap is collected fast, and one that grows is a fault. */
const LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };
/** Milliseconds without an answer to anything after which an isolate is given up: the slowest RSA-3072 key takes two seconds. */
const SILENCE = 30_000;

interface Pending {
  readonly resolve: (output: Uint8Array | undefined) => void;
  readonly reject: (error: MayflyError) => void;
}
type Unnumbered = IsolateRequest extends infer R ? (R extends IsolateRequest ? Omit<R, 'id'> : never) : never;

/** Isolates that are starting: a context gets its `gc` when it is made, and other contexts are to have none. */
let starting = 0;

function exposeGc(): () => void {
  if (starting++ === 0) setFlagsFromString('--expose-gc');
  let over = false;
  return () => {
    if (over) return;
    over = true;
    if (--starting === 0) setFlagsFromString('--no-expose-gc');
  };
}

/** One worker isolate, seen from outside: requests go in, answers come out, and at its end all that were left are rejected. */
export class IsolateThread {
  readonly name: string;
  /** Keys in it that cards use, that wait in the pool, and that are being made. */
  live = 0;
  pooled = 0;
  generating = 0;
  readonly ended: Promise<string>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #watch: NodeJS.Timeout;
  #lastId = 0;
  #cause = 'it ended by itself';
  #isOver = false;

  constructor(name: string) {
    this.name = name;
    const hideGc = exposeGc();
    try {
      this.#worker = new Worker(program, { name, execArgv: [], env: {}, resourceLimits: LIMITS });
    } catch (error) {
      hideGc();
      throw error;
    }
    this.#worker.unref();
    this.#worker.once('online', hideGc);
    this.#worker.on('error', (error: unknown) => {
      this.#cause = String(error);
    });
    this.#worker.on('message', (answer: IsolateAnswer) => this.#answered(answer));
    this.#watch = setTimeout(() => {
      if (this.#pending.size > 0) void this.end(`no answer in ${SILENCE / 1000} s`);
    }, SILENCE).unref();
    this.ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        hideGc();
        this.#over();
        resolve(this.#cause);
      });
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** A pair: the name of the key in this isolate, and its SubjectPublicKeyInfo. */
  async generate(kind: IsolateKeyKind): Promise<{ readonly key: number; readonly publicKey: Uint8Array }> {
    const { id, answer } = this.#ask({ ask: 'generate', kind });
    const publicKey = await answer;
    if (!publicKey) throw lost(this.name);
    return { key: id, publicKey };
  }

  async operate(key: number, input: Uint8Array): Promise<Uint8Array> {
    // A copy, since it is transferred: the caller's own may be part of something larger.
    const copy = new Uint8Array(input);
    const output = await this.#ask({ ask: 'operate', key, input: copy }, [copy.buffer]).answer;
    if (!output) throw lost(this.name);
    return output;
  }

  /** Resolves too when the isolate ends: what it held is cleared before the thread is gone. */
  async destroy(key: number): Promise<void> {
    await this.#ask({ ask: 'destroy', key }).answer.catch(() => this.ended);
  }

  /** Ends it with all its keys. */
  async end(cause: string): Promise<void> {
    this.#cause = cause;
    this.#isOver = true;
    await this.#worker.terminate();
    await this.ended;
  }

  #ask(request: Unnumbered, transfer: ArrayBuffer[] = []) {
    const id = ++this.#lastId;
    const answer = new Promise<Uint8Array | undefined>((resolve, reject) => {
      if (this.#isOver) {
        reject(lost(this.name));
        return;
      }
      if (this.#pending.size === 0) this.#watch.refresh();
      // A pool that fills up holds no process back from its end; whoever waits for a key has a time limit that does.
      if (request.ask !== 'generate') this.#worker.ref();
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id }, transfer);
    });
    return { id, answer };
  }

  #answered(answer: IsolateAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    this.#watch.refresh();
    if (this.#pending.size === 0) this.#worker.unref();
    if ('fault' in answer) pending?.reject(new MayflyError('key-operation', `the isolate refused: ${answer.fault}`));
    else pending?.resolve(answer.output);
  }

  #over(): void {
    this.#isOver = true;
    clearTimeout(this.#watch);
    for (const { reject } of this.#pending.values()) reject(lost(this.name));
    this.#pending.clear();
  }
}

export const lost = (isolate: string): MayflyError =>
  new MayflyError('key-lost', `${isolate} has died and its keys with it`, { next: 'make a new card' });
