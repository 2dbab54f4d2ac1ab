import { type ChildProcess, fork } from 'node:child_process';
import { encode } from '../wire/codec.ts';
import { sequence } from '../wire/der.ts';
import { bitString, objectIdentifier } from '../wire/der-primitives.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { oid } from '../x509/oid.ts';
import type { CardKey } from './card-key.ts';
import type { EcAnswer, EcRequest } from './ec-messages.ts';

/** From source by type stripping, or beside this file in a build. */
const program = new URL(import.meta.url.endsWith('.ts') ? './ec-process.ts' : './ec-process.js', import.meta.url);
/** Milliseconds for a process to start and make its key, and for one signature, before it is given up. */
const START = 10_000;
const SIGNATURE = 5_000;
const LONGEST_DIGEST = 32;

/** SubjectPublicKeyInfo of a P-256 key, RFC 5480 2. */
const subjectPublicKeyInfo = sequence({
  algorithm: sequence({ algorithm: objectIdentifier, namedCurve: objectIdentifier }),
  subjectPublicKey: bitString,
});
const spkiOf = (point: Uint8Array): Uint8Array =>
  encode(subjectPublicKeyInfo, {
    algorithm: { algorithm: oid.idEcPublicKey, namedCurve: oid.secp256r1 },
    subjectPublicKey: point,
  });

interface Pending {
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: MayflyError) => void;
}
const lost = () => new MayflyError('key-lost', "the process of the card's key has ended");
const destroyed = () => new MayflyError('key-destroyed', "the card's key is destroyed");

/** One P-256 key in a process of its own; the process's end is the key's. */
class EcProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly ended: Promise<void>;
  #lastId = 0;
  #isEnding = false;
  #isOver = false;

  constructor() {
    this.#child = fork(program, { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.ended = new Promise((resolve) => {
      const over = () => {
        this.#isOver = true;
        for (const { reject } of this.#pending.values()) reject(lost());
        this.#pending.clear();
        resolve();
      };
      this.#child.once('exit', over);
      // Told too of every message that could not be sent: a process that hears nothing is ended, and gone when it has exited.
      this.#child.on('error', () => (this.#child.pid === undefined ? over() : this.end()));
    });
  }
  /** The public point, once the key is made. */
  started(): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end(), START);
      void this.ended.finally(() => {
        clearTimeout(timer);
        reject(lost());
      });
      this.#child.on('message', (answer: EcAnswer) => {
        if ('publicPoint' in answer) {
          clearTimeout(timer);
          resolve(whole(answer.publicPoint));
        } else this.#answered(answer);
      });
    });
  }
  sign(digest: Uint8Array): Promise<Uint8Array> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#isOver) {
        reject(lost());
        return;
      }
      // A process that does not answer holds a key nobody can use: its end rejects what waits.
      const timer = setTimeout(() => this.end(), SIGNATURE);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      this.#pending.set(id, { resolve: settled(resolve), reject: settled(reject) });
      this.#child.send({ id, digest } satisfies EcRequest);
    });
  }
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#child.kill('SIGKILL');
  }
  #answered(answer: Exclude<EcAnswer, { publicPoint: Uint8Array }>): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('signature' in answer) pending?.resolve(whole(answer.signature));
    else pending?.reject(new MayflyError('key-input', answer.fault));
  }
}
/** What came through the channel is a Buffer in a pool of its own; owners get plain octets. */
const whole = (octets: Uint8Array): Uint8Array => new Uint8Array(octets);

/** A process of a P-256 key, from its start on. */
export interface EcKeyProcess {
  /** @throws MayflyError `key-lost` */
  readonly key: Promise<CardKey>;
  /** Ends it, whether or not its key is made yet. */
  readonly destroy: () => Promise<void>;
  /** Resolves when it is gone, for whatever reason. */
  readonly ended: Promise<void>;
}
/** @throws MayflyError `key-lost` where no process can be started */
export function startEcKey(): EcKeyProcess {
  const held = startProcess();
  let destruction: Promise<void> | undefined;
  const destroy = () => {
    destruction ??= held.ended;
    held.end();
    return destruction;
  };
  const operate = async (digest: Uint8Array) => {
    if (destruction) throw destroyed();
    if (digest.length === 0 || LONGEST_DIGEST < digest.length) {
      throw new MayflyError('key-input', `a p-256 key takes a digest of 1 to ${LONGEST_DIGEST} octets`);
    }
    return held.sign(digest);
  };
  const key = held.started().then((point): CardKey => ({ kind: 'p-256', publicKey: spkiOf(point), operate, destroy }));
  return { key, destroy, ended: held.ended };
}
function startProcess(): EcProcess {
  try {
    return new EcProcess();
  } catch (cause) {
    throw new MayflyError('key-lost', "no process can be started for the card's key", { cause, next: 'try again later' });
  }
}
