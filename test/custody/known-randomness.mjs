// Loaded into the process of a P-256 key before its program, so that a test knows the scalar that the program will make.
import { readFileSync } from 'node:fs';

const file = process.env['MAYFLY_TEST_SEED_FILE'];
if (file && process.argv[1]?.includes('ec-process')) {
  Object.defineProperty(globalThis.crypto, 'getRandomValues', {
    /** @param {Uint8Array} octets */
    value: (octets) => {
      octets.set(readFileSync(file).subarray(0, octets.length));
      return octets;
    },
  });
}
