import { ioStatus } from '../../src/rdpdr/device-io.ts';
import { settled } from './reader-at-hand.ts';
import { WindowsHost } from './windows/logon.ts';
import { mintedCard } from './windows/minted-card.ts';
import { u16, u32, zeroes } from './windows/octets.ts';
import { OverReader } from './windows/over-reader.ts';

/** A card that is announced; requests go to it as octets. */
export async function announced() {
  const minted = mintedCard();
  const over = new OverReader(minted.card);
  const host = new WindowsHost();
  await over.play(host.logon({ pin: minted.pin, stopsAt: 'announced' }));
  const request = (ioctl: number, input: Uint8Array, { major = 0x0e, device = 1, room = 2048, length = input.length } = {}) =>
    over.redirection.receive(
      Uint8Array.from([
        ...u16(0x4472),
        ...u16(0x4952),
        ...[device, 1, 7, major, 0, room, length, ioctl].flatMap(u32),
        ...zeroes(20),
        ...input,
      ]),
    );
  const answers = async () => {
    await settled();
    return over.waiting.splice(0).map((message) => {
      const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
      const status = view.getUint32(12, true);
      return status === ioStatus.success && 36 < message.length ? view.getUint32(36, true) : status;
    });
  };
  const asked = async (...[ioctl, input, how]: Parameters<typeof request>) => {
    request(ioctl, input, how);
    return answers();
  };
  /** A host logs on as if nothing had been. */
  const isWell = async () => {
    over.waiting.splice(0);
    return (await over.play(new WindowsHost().logon({ pin: minted.pin }))).result;
  };
  return { ...minted, over, request, answers, asked, isWell };
}
