import { AttachedCard } from '../lab/attached-card.ts';
import { benchInNamespaces } from '../lab/bench-in-namespaces.ts';
import { type CardInReader, openscModule, readCard, ykcs11Module } from '../lab/clients/card-in-reader.ts';
import { digestInfo, verifySignature } from '../lab/clients/signature.ts';
import { debianFile } from '../lab/debian-file.ts';
import type { LabRun } from '../lab/lab-run.ts';
import { Mayfly } from '../lab/mayfly.ts';
import { Pcscd } from '../lab/pcscd.ts';
import { type Pkcs11Token, signLoop } from '../lab/pkcs11-loop.ts';
import { report } from '../measure.ts';

/**
 * The same PKCS #11 loop of RSA-2048 signatures through SoftHSM2, whose key is in the caller's process, and through a Mayfly card:
 * OpenSC or ykcs11, pcscd, vpcd, TCP, custody.
 */
const ROUNDS = 9;
const SIGNATURES = 200;
const DOMAIN = 'lab.mayfly.test';
const ALICE = { account: 'alice', upn: `alice@${DOMAIN}`, sid: 'S-1-5-21-1004336348-1177238915-682003330-1105' };

/** A token with one RSA-2048 key; `publicKey` is a PEM file. */
type Token = Pkcs11Token & { readonly publicKey: string };

interface Arm {
  readonly name: string;
  readonly token: (card: CardInReader) => Token;
  readonly times: number[];
}

await benchInNamespaces(import.meta.filename, bench);

async function bench(lab: LabRun): Promise<void> {
  const mayfly = new Mayfly(lab);
  await mayfly.init(DOMAIN);
  await mayfly.serve();
  const pcscd = await Pcscd.start(lab, false);
  const hsm = await softHsm(lab);
  const arms: readonly Arm[] = [
    { name: 'SoftHSM2', token: () => hsm, times: [] },
    { name: 'Mayfly card, OpenSC', token: (card) => ({ ...card, module: openscModule() }), times: [] },
    { name: 'Mayfly card, ykcs11', token: (card) => ({ ...card, module: ykcs11Module() }), times: [] },
  ];
  const message = Buffer.from('signed over and over');
  const data = lab.write('message', message);
  const block = lab.write('block', digestInfo(message));
  // the first round warms up; then round by round in an order that changes, with a card each: one that signs for ever there is not
  for (let round = 0; round <= ROUNDS; round += 1) {
    const attached = await AttachedCard.attach(lab, mayfly, pcscd, ALICE, '--operations', String(arms.length * SIGNATURES));
    const card = await readCard(lab, 'card', attached.pin);
    for (let i = 0; i < arms.length; i += 1) {
      const { token: tokenOf, times } = arms[(i + round) % arms.length] as Arm;
      const token = tokenOf(card);
      const signature = lab.path('signature');
      const took = await signLoop(lab, token, SIGNATURES, block, signature);
      await verifySignature(lab, token.publicKey, data, signature);
      if (round > 0) times.push(...took);
    }
    await attached.remove();
  }
  report(
    'one RSA-2048 signature through PKCS #11',
    arms.map(({ name, times }) => {
      const sorted = times.toSorted((a, b) => a - b);
      return { name, median: sorted[sorted.length >> 1] ?? Number.NaN, least: sorted[0] ?? Number.NaN, runs: times.length };
    }),
  );
  const faults = await lab.end();
  if (faults.length > 0) console.error(`pkcs11: ${faults.join(', ')}`);
  process.exit(faults.length > 0 ? 1 : 0);
}

async function softHsm(lab: LabRun): Promise<Token> {
  const module = debianFile('/usr/lib/*/softhsm/libsofthsm2.so');
  const pin = '12345678';
  const tokens = lab.write('softhsm/tokens/.keep', '').replace(/\/\.keep$/, '');
  const configuration = lab.write('softhsm/softhsm2.conf', `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`);
  const environment = { SOFTHSM2_CONF: configuration };
  const options = { environment };
  await lab.run('softhsm2-util', ['--init-token', '--free', '--label', 'bench', '--pin', pin, '--so-pin', pin], options);
  const key = lab.path('softhsm', 'key.pem');
  const publicKey = lab.path('softhsm', 'public.pem');
  await lab.run('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', key]);
  await lab.run('openssl', ['pkey', '-in', key, '-pubout', '-out', publicKey]);
  const imported = ['--import', key, '--token', 'bench', '--label', 'key', '--id', '01', '--pin', pin];
  await lab.run('softhsm2-util', imported, options);
  return { module, pin, environment, publicKey };
}
