import { openSync, readFileSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { keyAgreement, secretLength } from '../../src/crypto/key-agreement.ts';

/**
 * `agreeing-process.ts GROUP SECRET-FILE PEER-FILE` holds an agreement, at `agree` the shared secret with the peer too, and at
 * `destroy` neither of them.
 */
const [group, secretFile, peerFile] = process.argv.slice(2) as ['modp-14', string, string];
const { gc } = globalThis;
if (!gc) throw new Error('started without --expose-gc');

const secret = new Uint8Array(secretLength(group));
readSync(openSync(secretFile, 'r'), secret);
const peer = new Uint8Array(readFileSync(peerFile));
const agreement = keyAgreement(group, secret);
let shared: Uint8Array | undefined;
console.log('held');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'agree') {
    shared = agreement.agree(peer);
  } else {
    shared?.fill(0);
    agreement.destroy();
    // What is dropped is cleansed by OpenSSL when it is collected.
    for (let i = 0; i < 3; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  console.log(line);
}
