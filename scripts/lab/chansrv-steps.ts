import { X509Certificate } from 'node:crypto';
import { toPem } from '../../src/ca/pem.ts';
import { signWithCard } from '../../src/piv/card-signature.ts';
import { certificateObject } from '../../src/piv/data-objects.ts';
import { answerToReset } from '../../src/piv/piv-card.ts';
import { PivClient } from '../../src/piv/piv-client.ts';
import { readerState } from '../../src/rdpdr/esc-return.ts';
import { fromHex, toHex } from '../../src/wire/hex.ts';
import { ChansrvSocket } from './chansrv-socket.ts';
import { assert } from './clients/expected.ts';
import { verifySignature } from './clients/signature.ts';
import type { LabRun } from './lab-run.ts';
import type { RedirectedCard } from './redirected-card.ts';

const { present, changed } = readerState;
const WITHOUT_END = -1;
/** PC/SC part 10: which features does the reader have? */
const CM_IOCTL_GET_FEATURE_REQUEST = 0x31_3520;
/** GET DATA 5FC105 with an extended Le: the whole object in one answer. */
const WHOLE_CERTIFICATE = fromHex('00cb3fff0000055c035fc1050000');
const isSame = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

/** What a program in the session does with the card, each call a step. */
export async function chansrvSteps(lab: LabRun, card: RedirectedCard): Promise<void> {
  const { steps } = lab;
  const session = await steps.run(
    'chansrv: its socket, for the user alone',
    () => ChansrvSocket.connect(card.socketPath),
    () => card.socketPath.split('/').slice(-2).join('/'),
  );
  const context = await session.establishContext();
  const [reader = ''] = await steps.run(
    'chansrv: list of readers',
    async () => {
      const readers = await session.listReaders(context);
      assert(readers.length === 1, `readers: ${readers.join(', ') || 'none'}`);
      return readers;
    },
    (readers) => readers.join(', '),
  );
  await steps.run(
    'chansrv: status change, at once',
    async () => {
      const [seen] = await session.getStatusChange(context, 0, reader, 0);
      assert(seen !== undefined && (seen.event & present) !== 0 && (seen.event & changed) !== 0, 'no card present');
      assert(isSame(seen.atr, answerToReset), 'another ATR');
      return seen;
    },
    ({ event, atr }) => `state 0x${event.toString(16)}, ATR ${toHex(atr)}`,
  );
  const connection = await steps.run(
    'chansrv: connect',
    () => session.connect(context, reader),
    ({ protocol }) => `protocol ${protocol}`,
  );
  await steps.run(
    'chansrv: status',
    async () => {
      const status = await session.status(connection.card);
      assert(status.reader === reader && isSame(status.atr, answerToReset), 'another reader or ATR');
      return status;
    },
    ({ protocol, atr }) => `${reader}, protocol ${protocol}, ATR ${toHex(atr)}`,
  );
  await steps.run('chansrv: control: no features', async () => {
    const features = await session.control(connection.card, CM_IOCTL_GET_FEATURE_REQUEST, new Uint8Array());
    assert(features.length === 0, `${features.length} octets of features`);
  });
  const transmit = (apdu: Uint8Array) => session.transmit(connection, apdu);
  const piv = new PivClient(transmit);
  await steps.run('chansrv: transaction, SELECT PIV', async () => {
    await session.beginTransaction(connection.card);
    await piv.select();
  });
  await steps.run(
    'chansrv: certificate, the whole object in one answer of two chunks',
    async () => {
      const answer = await session.transmit(connection, WHOLE_CERTIFICATE, 8000);
      assert(answer.length > 1600 && isSame(answer.subarray(0, -2), certificateObject(card.certificate)), 'another object');
      return answer;
    },
    (answer) => `${answer.length} octets`,
  );
  await steps.run(
    'chansrv: VERIFY, signature verified by openssl',
    async () => {
      const data = new TextEncoder().encode('signed in a session of xrdp');
      const signature = await signWithCard({ transmit, pin: card.pin, algorithm: 'rsa-2048' }, data, 'SHA-256');
      await verifySignature(
        lab,
        publicKeyFile(lab, card),
        lab.write('client/rdp-card.txt', data),
        lab.write('client/rdp-card.sig', signature),
      );
      await session.endTransaction(connection.card);
      return signature;
    },
    (signature) => `${signature.length} octets`,
  );
  await steps.run(
    'chansrv: Cancel of a parked status wait',
    () => cancelled(session, context, connection.card, reader),
    (told) => told,
  );
  await steps.run('chansrv: disconnect, context released', async () => {
    await session.disconnect(connection.card);
    await session.releaseContext(context);
    session.close();
  });
  await steps.run('chansrv: a program leaves while its wait is parked; the next one finds the card', () =>
    left(card.socketPath, reader),
  );
  await steps.run(
    'the connection ends while a wait is parked: key destroyed',
    () => endedWhileParked(card, reader),
    (told) => told,
  );
}
function publicKeyFile(lab: LabRun, { certificate }: RedirectedCard): string {
  const pem = toPem('CERTIFICATE', certificate);
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' });
  lab.write('client/rdp-card.pem', pem);
  return lab.write('client/rdp-card.pub.pem', String(key));
}
/** Whether something has not come about yet, after everything that is under way had its turn. */
async function isParked(wait: Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  wait.then(settle, settle);
  await meanwhile();
  await meanwhile();
  return !settled;
}
async function cancelled(session: ChansrvSocket, context: number, card: number, reader: string): Promise<string> {
  const wait = session.getStatusChange(context, WITHOUT_END, reader, present);
  assert(await isParked(wait, () => session.status(card)), 'it was answered while nothing had changed');
  const began = performance.now();
  await session.cancel(context);
  const states = await wait;
  const took = performance.now() - began;
  const readers = await session.listReaders(context);
  assert(readers.includes(reader), 'the reader is gone afterwards');
  return `other calls went on, ended after ${took.toFixed(1)} ms with ${states.length} states`;
}
async function left(path: string, reader: string): Promise<void> {
  const leaving = await ChansrvSocket.connect(path);
  const context = await leaving.establishContext();
  const wait = leaving.getStatusChange(context, WITHOUT_END, reader, present);
  assert(await isParked(wait, () => leaving.listReaders(context)), 'it was answered while nothing had changed');
  leaving.close();
  await wait.catch(() => undefined);
  const next = await ChansrvSocket.connect(path);
  const readers = await next.listReaders(await next.establishContext());
  assert(readers.includes(reader), 'the reader is gone');
  next.close();
}
async function endedWhileParked(card: RedirectedCard, reader: string): Promise<string> {
  const session = await ChansrvSocket.connect(card.socketPath);
  const context = await session.establishContext();
  const wait = session.getStatusChange(context, WITHOUT_END, reader, present).catch((e: unknown) => e);
  assert(await isParked(wait, () => session.listReaders(context)), 'it was answered while nothing had changed');
  const outcome = await card.end();
  session.close();
  await wait;
  return outcome;
}
