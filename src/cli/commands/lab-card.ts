import type { CardKeyKind } from '../../custody/card-key.ts';
import { Custody } from '../../custody/custody.ts';
import { hardeningGaps, restartHardened } from '../../custody/hardening.ts';
import { type DestructionCause, LiveCard } from '../../custody/live-card.ts';
import { MINUTE } from '../../pki/bounds.ts';
import { isoTime, type UnixSeconds } from '../../wire/der-time.ts';
import { clock } from '../clock.ts';
import { type CaOptions, existingCa } from './chosen-ca.ts';
import {
  destroyedLine,
  endCode,
  handOver,
  type ReaderOptions,
  readerOf,
  type Tell,
  teller,
  type VpcdAddress,
  vpcdAddress,
} from './in-reader.ts';
import { labClient, type Minted, mint } from './mint-card.ts';
import { checkPinTarget } from './pin-target.ts';

export interface LabCardOptions extends CaOptions, ReaderOptions {
  readonly json?: boolean;
  readonly upn: string;
  readonly sid: string;
  readonly account?: string;
  readonly key: CardKeyKind;
  readonly minutes: number;
  readonly once?: boolean;
  readonly operations?: number;
}
async function minted(options: LabCardOptions, custody: Custody): Promise<Minted> {
  const client = await labClient((await existingCa(options)).socket);
  try {
    const { upn: userPrincipalName, sid, account = userPrincipalName.split('@', 1)[0] ?? '' } = options;
    return await mint(custody, client, options.key, { userPrincipalName, sid, account }, options.minutes * MINUTE);
  } finally {
    client.close();
  }
}

/** A card straight from a lab CA in a local reader, for as long as it lives; no service knows of it. */
export async function labCard(options: LabCardOptions): Promise<number> {
  // A restart would lose the descriptor that the PIN goes to.
  if (options.pinFd === undefined) restartHardened();
  // Whoever read the PIN may leave (`| head -2`): the card stays.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  checkPinTarget(options);
  for (const gap of hardeningGaps()) process.stderr.write(`mayfly: ${gap}\n`);
  const where = vpcdAddress(options.vpcd);
  const tell = teller(options.json);
  const custody = new Custody({ poolSize: 0, log: (line) => process.stderr.write(`${line}\n`) });
  try {
    const { key, certificate, notAfter, serialNumber } = await minted(options, custody);
    const destroyed = (cause: DestructionCause, took: number) => {
      const { operations } = card;
      const ms = Math.round(took * 10) / 10;
      tell('key-destroyed', { cause, operations, ms }, destroyedLine(cause, operations, `, gone in ${ms} ms`));
    };
    const card = new LiveCard({ key, certificate, notAfter, operations: options.operations, destroyed });
    const until = isoTime(notAfter);
    tell('minted', { serialNumber, notAfter: until }, `card ${serialNumber} for ${options.upn}, until ${until}`);
    return await stayInReader(card, where, options, tell, notAfter);
  } finally {
    await custody.close();
  }
}
/** Hands over the PIN and serves the reader until the card expires or a signal comes; the key may go earlier. */
async function stayInReader(card: LiveCard, where: VpcdAddress, options: LabCardOptions, tell: Tell, notAfter: UnixSeconds) {
  const slot = {
    answerToReset: card.answerToReset,
    transmit: (apdu: Uint8Array) => card.transmit(apdu),
    reset() {
      if (options.once && card.wasUsedSinceReset) void card.destroy('client-left');
      card.reset();
    },
  };
  const reader = readerOf(where, slot, options, tell);
  const end = (cause: DestructionCause) => void card.destroy(cause).then(() => reader.leave());
  // By the wall clock, which goes on while the machine sleeps, and by the other, which nobody sets back.
  const last = performance.now() + (notAfter - clock()) * 1000;
  const timer = setInterval(() => (notAfter <= clock() || last <= performance.now()) && end('expired'), 500);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end('released'));
  try {
    await handOver(card.pin, options, tell);
    await reader.stay();
    return endCode(reader, options);
  } finally {
    clearInterval(timer);
    await card.destroy('released');
  }
}
