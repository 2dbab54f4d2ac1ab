/**
 * What runs in the process of one P-256 key: it is made and used here and ends with the process. node:crypto signs no digest as
 * it stands, so a library does, and its big integers cannot be cleared: only the end of the process takes them away.
 */
import { p256 } from '@noble/curves/nist.js';
import type { EcAnswer, EcRequest } from './ec-messages.ts';

const send = (answer: EcAnswer): void => {
  process.send?.(answer);
};
const scalar = p256.utils.randomSecretKey();

process.on('message', ({ id, digest }: EcRequest) => {
  try {
    send({ id, signature: p256.sign(digest, scalar, { prehash: false, lowS: false, format: 'der' }) });
  } catch (error) {
    send({ id, fault: error instanceof Error ? error.message : 'unknown fault' });
  }
});
// Whoever holds the other end is gone: so is the card.
process.once('disconnect', () => process.exit());
send({ publicPoint: p256.getPublicKey(scalar, false) });
