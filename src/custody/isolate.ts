/**
 * What runs in a custody isolate: keys are made, used and destroyed here and nowhere else.
 * INVARIANT: a private key is never exported, imported, posted or turned into anything but the KeyObject that OpenSSL made:
 * every other form leaves copies behind that nobody can clear.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { IsolateAnswer, IsolateKeyKind, IsolateRequest } from './isolate-messages.ts';
import { rawRsa } from './raw-rsa.ts';

const modulusLength: Readonly<Record<IsolateKeyKind, number>> = { 'rsa-2048': 2048, 'rsa-3072': 3072 };
/** Keys that are destroyed within so many milliseconds share one garbage collection. */
const BATCHED = 2;
/** One collection does it; a second is tried before the isolate is given up. */
const MOST_COLLECTIONS = 3;

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

function answerBytes(id: number, bytes: Buffer): void {
  const output = whole(bytes);
  answer({ id, output }, [output.buffer]);
}

/** A transferred buffer goes as a whole: what shares one is copied out first. */
function whole(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) return new Uint8Array(buffer);
  const copy = new Uint8Array(bytes);
  bytes.fill(0);
  return copy;
}

function generate(id: number, kind: IsolateKeyKind): void {
  const pair = generateKeyPairSync('rsa', { modulusLength: modulusLength[kind], publicExponent: 0x1_00_01 });
  keys.set(id, pair.privateKey);
  watched.set(id, new WeakRef(pair.privateKey));
  answerBytes(id, pair.publicKey.export({ format: 'der', type: 'spki' }));
}

function operate(id: number, name: number, input: Uint8Array): void {
  try {
    const key = keys.get(name);
    if (key) answerBytes(id, rawRsa(key, input));
    else answer({ id, fault: 'there is no such key' });
  } catch (error) {
    answer({ id, fault: String(error) });
  } finally {
    input.fill(0);
  }
}

function destroy(id: number, key: number): void {
  keys.delete(key);
  dying.push({ id, key });
  if (dying.length === 1) setTimeout(collectDying, BATCHED, 1);
}

/** OpenSSL clears a key when the last KeyObject of it is collected; a WeakRef that was asked holds on until the next turn. */
function collectDying(round: number): void {
  collect?.();
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
