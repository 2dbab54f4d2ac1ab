/**
 * What runs in a custody isolate: keys are made, used and destroyed here and nowhere else.
 * INVARIANT: a private key is never exported, imported, posted or turned into anything but the KeyObject that OpenSSL made:
 * every other form leaves copies behind that nobody can clear.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { IsolateAnswer, IsolateKeyKind, IsolateRequest } from './isolate-messages.ts';
import { rawRsa, whole } from './raw-rsa.ts';

const modulusLength: Readonly<Record<IsolateKeyKind, number>> = { 'rsa-2048': 2048, 'rsa-3072': 3072 };
/** Keys that are destroyed within so many milliseconds share one garbage collection. */
const BATCHED = 2;
/** One collection does it; a second is tried before the isolate is given up. */
const MOST_COLLECTIONS = 3;

/** 256 kB, far more than OpenSSL goes down; the stack of a worker has 4 MB. */
const NOTHING: readonly number[] = Array.from({ length: 32_768 }, () => 0);

const port = parentPort;
const collect = gc;
if (!port || !collect) throw new Error('a custody isolate is started by custody, with gc exposed');

const keys = new Map<number, KeyObject>();
/** Says whether a key is collected, and keeps none. */
const watched = new Map<number, WeakRef<KeyObject>>();
/** Requests to destroy that wait for the collection. */
let dying: { readonly id: number; readonly key: number }[] = [];

function answer(message: IsolateAnswer, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function answerBytes(id: number, output: Uint8Array<ArrayBuffer>): void {
  answer({ id, output }, [output.buffer]);
}

function generate(id: number, kind: IsolateKeyKind): void {
  const pair = generateKeyPairSync('rsa', { modulusLength: modulusLength[kind], publicExponent: 0x1_00_01 });
  keys.set(id, pair.privateKey);
  watched.set(id, new WeakRef(pair.privateKey));
  answerBytes(id, whole(pair.publicKey.export({ format: 'der', type: 'spki' })));
}

function operate(id: number, name: number, input: Uint8Array): void {
  try {
    const key = keys.get(name);
    if (key) answerBytes(id, rawRsa(key, input));
    else answer({ id, fault: 'there is no such key' });
  } catch (error) {
    answer({ id, fault: String(error) });
  }
}

function destroy(id: number, key: number): void {
  keys.delete(key);
  dying.push({ id, key });
  if (dying.length === 1) setTimeout(collectDying, BATCHED, 1);
}

const push: (...words: readonly number[]) => void = () => undefined;

/** Multiplication modulo a prime leaves its n0 (a word derived from the prime) on the stack; arguments are pushed over it. */
function wipeStack(): void {
  push(...NOTHING);
}

/** OpenSSL clears a key when the last KeyObject of it is collected; a WeakRef that was asked holds on until the next turn. */
function collectDying(round: number): void {
  collect?.();
  wipeStack();
  dying = dying.filter(({ id, key }) => {
    if (watched.get(key)?.deref()) return true;
    watched.delete(key);
    answer({ id, output: undefined });
    return false;
  });
  if (dying.length === 0) return;
  // Whatever holds it, the end of the isolate lets it go.
  if (round === MOST_COLLECTIONS) throw new Error('a destroyed key was not collected');
  setTimeout(collectDying, BATCHED, round + 1);
}

port.on('message', (request: IsolateRequest) => {
  switch (request.ask) {
    case 'generate':
      // Last: operations that have come by then go first, since a key takes as long as a hundred of them.
      setImmediate(generate, request.id, request.kind);
      break;
    case 'operate':
      operate(request.id, request.key, request.input);
      break;
    case 'destroy':
      destroy(request.id, request.key);
      break;
  }
});
