import { constants, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { MinidriverDialogue } from '../../src/cli/commands/minidriver-dialogue.ts';
import type { CardKey } from '../../src/custody/card-key.ts';
import { Custody } from '../../src/custody/custody.ts';
import { LiveCard } from '../../src/custody/live-card.ts';
import { measure, report } from '../measure.ts';

/** What the card costs beside its key: an APDU that needs none, and an operation through chaining, template and custody. */
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const raw = { key: pair.privateKey, padding: constants.RSA_NO_PADDING };
const block = new Uint8Array(randomBytes(256));
block[0] = 0;
const far = { ceiling: Number.MAX_SAFE_INTEGER };
const certificate = new Uint8Array(randomBytes(1650));

async function readied(key: CardKey): Promise<MinidriverDialogue> {
  const card = new LiveCard({ key, certificate, notAfter: 2_000_000_000, operations: far.ceiling, destroyed: () => undefined });
  const host = new MinidriverDialogue((apdu) => card.transmit(apdu));
  await host.select();
  await host.verifyPin(card.pin);
  return host;
}
const inline: CardKey = {
  kind: 'rsa-2048',
  publicKey: new Uint8Array(),
  operate: (input) => Promise.resolve(new Uint8Array(privateDecrypt(raw, input))),
  destroy: () => Promise.resolve(),
};
const custody = new Custody({ poolSize: 1 });
try {
  const atHand = await readied(inline);
  const held = await readied(await custody.take('rsa-2048'));
  const own = [
    { name: 'raw RSA-2048 alone', runs: 1500, work: () => privateDecrypt(raw, block) },
    { name: 'card, key at hand (2 links, GET RESPONSE)', runs: 1500, work: () => atHand.privateOperation(block) },
    { name: 'card, key in custody', runs: 1500, work: () => held.privateOperation(block) },
  ];
  report('one private operation by the card', await measure(own), { 'card, key in custody': 1.5 });
  const [apdu] = await measure([{ name: 'SELECT', runs: 5000, work: () => atHand.select() }]);
  const [read] = await measure([{ name: 'certificate, 1,650 octets in 7 APDUs', runs: 2000, work: () => atHand.certificate() }]);
  for (const arm of [apdu, read]) {
    if (arm) console.log(`${arm.name}: median ${(arm.median * 1000).toFixed(1)} us, min ${(arm.least * 1000).toFixed(1)} us`);
  }
  console.log(`an APDU without key operation: target 20 us ${apdu && apdu.median < 0.02 ? 'met' : 'MISSED'}`);
} finally {
  await custody.close();
}
