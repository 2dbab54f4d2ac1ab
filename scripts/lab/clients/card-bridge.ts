import { VpcdReader } from '../../../src/net/vpcd-reader.ts';
import { toHex } from '../../../src/wire/hex.ts';
import { ChansrvSocket } from '../chansrv-socket.ts';

/**
 * `card-bridge.ts SOCKET PORT UID`: in an xrdp session, as its user: the card at the other end of the RDP connection, by the channel
 * server's socket, in the reader of a vpcd, so that programs which know PC/SC alone find it. xrdp's own stand-in for the PC/SC library
 * is in no Debian package.
 */
const RESET = 1;
const [path = '', port = '', uid = ''] = process.argv.slice(2);
process.setgroups?.([]);
process.setgid?.(Number(uid));
process.setuid?.(Number(uid));

const session = await ChansrvSocket.connect(path);
const context = await session.establishContext();
const [reader = ''] = await session.listReaders(context);
let connection = await session.connect(context, reader);
const { atr } = await session.status(connection.card);
console.log(`${reader}, ATR ${toHex(atr)}`);

/** One call after the other, in the order in which the reader asked. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = turn.then(work);
  turn = done.catch(() => undefined);
  return done;
}
const fail = (e: unknown) => {
  console.log(`ended: ${e instanceof Error ? e.message : String(e)}`);
  process.exit(1);
};
const bridge = new VpcdReader(
  { host: '127.0.0.1', port: Number(port) },
  {
    answerToReset: atr,
    transmit: (apdu) =>
      inTurn(async () => {
        const response = await session.transmit(connection, apdu);
        if (response.length < 2) fail(new Error(`no answer to ${apdu.length} octets`));
        return response;
      }),
    reset: () =>
      void inTurn(async () => {
        await session.disconnect(connection.card, RESET);
        connection = await session.connect(context, reader);
      }).catch(fail),
  },
  { attached: () => console.log('attached'), detached: (reason) => console.log(`detached: ${reason}`) },
);
await bridge.stay();
