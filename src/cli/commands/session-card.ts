import type { ApiClient } from '../../client/api-client.ts';
import { ApiRefusal } from '../../client/api-refusal.ts';
import { CardChannel } from '../../client/card-channel.ts';
import { fromHex } from '../../wire/hex.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { destroyedLine, endCode, handOver, type ReaderOptions, readerOf, type Tell, teller, vpcdAddress } from './in-reader.ts';
import { checkPinTarget } from './pin-target.ts';
import { type ClientOptions, serviceClient } from './service-client.ts';

export interface SessionCardOptions extends ClientOptions, ReaderOptions {
  readonly json?: boolean;
  readonly once?: boolean;
}
/** GENERAL AUTHENTICATE, SP 800-73-4 part 2, 3.2.4, answered with success. */
const isOperation = (command: Uint8Array, response: Uint8Array) =>
  command[1] === 0x87 && (response.at(-2) === 0x90 || response.at(-2) === 0x61);
/** SW of ISO/IEC 7816-4: no precise diagnosis. */
const gone = Uint8Array.of(0x6f, 0x00);

/** The card of a granted session in a local reader. Its key stays with the service, and ends when this does. */
export async function sessionCard(options: SessionCardOptions, session: string): Promise<number> {
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  checkPinTarget(options);
  const where = vpcdAddress(options.vpcd);
  const tell = teller(options.json);
  const client = await serviceClient(options, 'person');
  try {
    const channel = await CardChannel.attach(client, session).catch((e: unknown) => {
      throw withAdvice(e, session);
    });
    const { card, notAfter } = channel.card;
    tell('minted', { card, notAfter }, `card of session ${session}, until ${notAfter}`);
    const code = await stayInReader(channel, () => readerOf(where, slotOf(channel, options.once), options, tell), options, tell);
    await tellEnd(client, session, channel, tell);
    return code;
  } finally {
    client.close();
  }
}
/** The session says more than who asks for its card is told. */
function withAdvice(e: unknown, session: string): unknown {
  if (!(e instanceof ApiRefusal) || e.next !== undefined) return e;
  return new MayflyError(e.code, e.message, { cause: e, next: `see \`mayfly session show ${session}\`` });
}
/** Until the card ends: by a signal here, by whoever ends the session, by itself. */
async function stayInReader(
  channel: CardChannel,
  insert: () => ReturnType<typeof readerOf>,
  options: ReaderOptions,
  tell: Tell,
): Promise<number> {
  const release = () => void channel.release();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, release);
  const reader = insert();
  void channel.ended.then(() => reader.leave());
  try {
    await handOver(new TextEncoder().encode(channel.card.pin), options, tell);
    await reader.stay();
    return endCode(reader, options);
  } finally {
    await channel.release();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.removeListener(signal, release);
  }
}
function slotOf(channel: CardChannel, once = false) {
  let wasUsed = false;
  return {
    answerToReset: fromHex(channel.card.answerToReset),
    async transmit(command: Uint8Array): Promise<Uint8Array> {
      try {
        const response = await channel.transmit(command);
        wasUsed ||= isOperation(command, response);
        return response;
      } catch {
        // The card has ended meanwhile, and leaves the reader.
        return gone;
      }
    },
    reset() {
      if (once && wasUsed) void channel.release();
      else channel.reset();
    },
  };
}
/** The service says how often the key was used; where it has gone itself, the cause is all there is. */
async function tellEnd(client: ApiClient, session: string, channel: CardChannel, tell: Tell): Promise<void> {
  const cause = await channel.ended;
  const found = await client.call('getSession', { params: { id: session } }).catch(() => undefined);
  const card = found?.cards.find(({ id }) => id === channel.card.card);
  if (!card) return tell('card-ended', { cause }, `the card has ended (${cause})`);
  const { operations } = card;
  const why = card.cause ?? cause;
  tell('key-destroyed', { cause: why, operations }, destroyedLine(why, operations));
}
