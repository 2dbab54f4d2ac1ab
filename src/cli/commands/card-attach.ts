import type { CardKeyKind } from '../../custody/card-key.ts';
import { Custody } from '../../custody/custody.ts';
import { hardeningGaps, restartHardened } from '../../custody/hardening.ts';
import { type DestructionCause, LiveCard } from '../../custody/live-card.ts';
import { VpcdReader } from '../../net/vpcd-reader.ts';
import { MINUTE } from '../../pki/bounds.ts';
import { isoTime, type UnixSeconds } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock } from '../clock.ts';
import { type CaOptions, existingCa } from './chosen-ca.ts';
import { labClient, type Minted, mint } from './mint-card.ts';
import { checkPinTarget, type PinTarget, writePin } from './pin-target.ts';

interface AttachOptions extends CaOptions, PinTarget {
  readonly vpcd: string;
  readonly upn: string;
  readonly sid: string;
  readonly account?: string;
  readonly key: CardKeyKind;
  readonly minutes: number;
  readonly once?: boolean;
  readonly operations?: number;
}
interface Address {
  readonly host: string;
  readonly port: number;
}
function addressOf(text: string): Address {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const number = Number(port);
  if (host && 0 < number && number < 65_536) return { host: host.replace(/^\[(.*)\]$/, '$1'), port: number };
  throw new MayflyError('vpcd-address', `"${text}" is not HOST:PORT`, {
    next: 'vpcd listens on port 35963 unless its reader says otherwise',
  });
}
/** What happens, as lines for people or as one JSON object a line. */
type Tell = (event: string, facts: Readonly<Record<string, string | number>>, line: string) => void;
const teller =
  (json: boolean | undefined): Tell =>
  (event, facts, line) =>
    void process.stdout.write(`${json ? JSON.stringify({ event, ...facts }) : line}\n`);

/** The PIN leaves once: by file, by descriptor, or on standard output. */
async function handOver(pin: Uint8Array, options: AttachOptions, tell: Tell): Promise<void> {
  if (await writePin(pin, options)) return;
  const text = new TextDecoder().decode(pin);
  tell('pin', { pin: text }, `PIN: ${text}`);
}
async function minted(options: AttachOptions, custody: Custody): Promise<Minted> {
  const client = await labClient((await existingCa(options)).socket);
  try {
    const { upn: userPrincipalName, sid, account = userPrincipalName.split('@', 1)[0] ?? '' } = options;
    return await mint(custody, client, options.key, { userPrincipalName, sid, account }, options.minutes * MINUTE);
  } finally {
    client.close();
  }
}

/** `mayfly card attach`: a card of one logon in a local reader, for as long as it lives. */
export async function cardAttach(options: AttachOptions): Promise<number> {
  // A restart would lose the descriptor that the PIN goes to.
  if (options.pinFd === undefined) restartHardened();
  // Whoever read the PIN may leave (`| head -2`): the card stays.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  checkPinTarget(options);
  for (const gap of hardeningGaps()) process.stderr.write(`mayfly: ${gap}\n`);
  const where = addressOf(options.vpcd);
  if (!/^(localhost|127\.|::1$)/.test(where.host)) {
    process.stderr.write(`mayfly: ${where.host} is not this machine: PIN and operations go over the network in the clear\n`);
  }
  const tell = teller(options.json);
  const custody = new Custody({ poolSize: 0, log: (line) => process.stderr.write(`${line}\n`) });
  try {
    const { key, certificate, notAfter, serialNumber } = await minted(options, custody);
    const destroyed = (cause: DestructionCause, took: number) => {
      const { operations } = card;
      const ms = Math.round(took * 10) / 10;
      const facts = { cause, operations, ms };
      tell(
        'key-destroyed',
        facts,
        `key destroyed (${cause}) after ${operations} private operation${operations === 1 ? '' : 's'}, gone in ${ms} ms`,
      );
    };
    const card = new LiveCard({ key, certificate, notAfter, operations: options.operations, destroyed });
    const until = isoTime(notAfter);
    tell('minted', { serialNumber, notAfter: until }, `card ${serialNumber} for ${options.upn}, until ${until}`);
    await stayInReader(card, where, options, tell, notAfter);
    return 0;
  } finally {
    await custody.close();
  }
}
/** Hands over the PIN and serves the reader until the card expires or a signal comes; the key may go earlier. */
async function stayInReader(card: LiveCard, where: Address, options: AttachOptions, tell: Tell, notAfter: UnixSeconds) {
  const { once, vpcd } = options;
  const slot = {
    answerToReset: card.answerToReset,
    transmit: (apdu: Uint8Array) => card.transmit(apdu),
    reset() {
      if (once && card.wasUsedSinceReset) void card.destroy('client-left');
      card.reset();
    },
  };
  const reader = new VpcdReader(where, slot, {
    attached: () => tell('attached', { vpcd }, `attached to ${vpcd}`),
    detached: (reason) => tell('detached', { reason }, `detached: ${reason}; trying again`),
  });
  const end = (cause: DestructionCause) => void card.destroy(cause).then(() => reader.leave());
  // By the wall clock, which goes on while the machine sleeps, and by the other, which nobody sets back.
  const last = performance.now() + (notAfter - clock()) * 1000;
  const timer = setInterval(() => (notAfter <= clock() || last <= performance.now()) && end('expired'), 500);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end('released'));
  try {
    await handOver(card.pin, options, tell);
    await reader.stay();
  } finally {
    clearInterval(timer);
    await card.destroy('released');
  }
}
