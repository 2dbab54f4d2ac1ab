import { type ReaderCard, VpcdReader } from '../../net/vpcd-reader.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { type PinTarget, writePin } from './pin-target.ts';

export interface ReaderOptions extends PinTarget {
  readonly vpcd: string;
  readonly json?: boolean;
}
export interface VpcdAddress {
  readonly host: string;
  readonly port: number;
}
/** Where vpcd listens; says so on standard error where that is another machine. @throws MayflyError `vpcd-address` */
export function vpcdAddress(text: string): VpcdAddress {
  const [, host, digits] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!host || !(0 < port && port < 65_536))
    throw new MayflyError('vpcd-address', `"${text}" is not HOST:PORT`, {
      next: 'vpcd listens on port 35963 unless its reader says otherwise',
    });
  const address = { host: host.replace(/^\[(.*)\]$/, '$1'), port };
  if (!/^(localhost|127\.|::1$)/.test(address.host))
    process.stderr.write(`mayfly: ${address.host} is not this machine: PIN and operations go over the network in the clear\n`);
  return address;
}
/** What happens, as lines for people or as one JSON object a line. */
export type Tell = (event: string, facts: Readonly<Record<string, string | number>>, line: string) => void;
export const teller =
  (json: boolean | undefined): Tell =>
  (event, facts, line) =>
    void process.stdout.write(`${json ? JSON.stringify({ event, ...facts }) : line}\n`);

/** The PIN leaves once: by file, by descriptor, or on standard output. */
export async function handOver(pin: Uint8Array, options: ReaderOptions, tell: Tell): Promise<void> {
  if (await writePin(pin, options)) return;
  const text = new TextDecoder().decode(pin);
  tell('pin', { pin: text }, `PIN: ${text}`);
}
export function readerOf(where: VpcdAddress, card: ReaderCard, { vpcd }: ReaderOptions, tell: Tell): VpcdReader {
  const reader: VpcdReader = new VpcdReader(where, card, {
    attached: () => tell('attached', { vpcd }, `attached to ${vpcd}`),
    detached: (reason) => {
      const line = reader.wasAttached
        ? `detached: ${reason}`
        : `no reader at ${vpcd} yet, see that pcscd runs with vpcd: ${reason}`;
      tell('detached', { reason }, `${line}; trying again`);
    },
  });
  return reader;
}
/** A card that no reader has ever had was of no use: the command has not done what it was asked. */
export function endCode({ wasAttached }: VpcdReader, { vpcd }: ReaderOptions): number {
  if (wasAttached) return 0;
  process.stderr.write(
    `mayfly: no reader at ${vpcd} has taken the card\n  next: start pcscd with the driver vpcd, or correct --vpcd\n`,
  );
  return 1;
}
export const destroyedLine = (cause: string, operations: number, more = ''): string =>
  `key destroyed (${cause}) after ${operations} private operation${operations === 1 ? '' : 's'}${more}`;
