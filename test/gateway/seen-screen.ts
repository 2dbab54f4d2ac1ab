import type { RdpTransport } from '../../src/net/rdp-transport.ts';
import { activationReply } from '../../src/rdp/activate.ts';
import { bitmapUpdate, compressedBitmap } from '../../src/rdp/bitmap-update.ts';
import type { Connected } from '../../src/rdp/connection-sequence.ts';
import { domainFrame } from '../../src/rdp/mcs-domain.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { isFastPath, rdpFrame } from '../../src/rdp/rdp-frame.ts';
import type { ErrorInfo } from '../../src/rdp/set-error-info.ts';
import { sharePdus } from '../../src/rdp/share-control.ts';
import { pduType2, shareData } from '../../src/rdp/share-data.ts';
import { decode } from '../../src/wire/codec.ts';
import { screen } from '../rdp/connected-client.ts';

const COLOR_RUN = 0xf3;
/** Interleaved run-length encoding, as far as colour runs and colour images go. */
function decompressed(stream: Uint8Array, count: number): Uint16Array {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  const pixels = new Uint16Array(count);
  let out = 0;
  for (let at = 0; at < stream.length; ) {
    const order = stream[at];
    const length = view.getUint16(at + 1, true);
    at += 3;
    for (let i = 0; i < length; i++) {
      pixels[out++] = view.getUint16(at, true);
      if (order !== COLOR_RUN) at += 2;
    }
    if (order === COLOR_RUN) at += 2;
  }
  if (out !== count) throw new Error(`${out} pixels of ${count}`);
  return pixels;
}
/** What a client sees of what it is sent, and what it is told besides. */
export class SeenScreen {
  readonly pixels = new Uint16Array(screen.desktopWidth * screen.desktopHeight);
  rectangles = 0;
  error: ErrorInfo | undefined;
  /** Demand Actives that came when it was active. */
  demands = 0;
  isOver = false;
  #paint(body: Uint8Array): void {
    for (const { destLeft, destTop, destRight, destBottom, width, height, data } of decode(bitmapUpdate, body).rectangles) {
      const { stream, uncompressedSize } = decode(compressedBitmap, data);
      const pixels = decompressed(stream, uncompressedSize / 2);
      for (let y = destTop; y <= destBottom; y++) {
        const from = (height - 1 - (y - destTop)) * width;
        this.pixels.set(pixels.subarray(from, from + destRight - destLeft + 1), y * screen.desktopWidth + destLeft);
      }
      this.rectangles++;
    }
  }
  /** Goes along with whatever the other side wants, until it is told that it is over. @param painted called after each update */
  async look({ reader, ids }: Connected, transport: RdpTransport, painted: () => void = () => undefined): Promise<void> {
    while (!this.isOver) {
      const pdu = await transport.stream.receive(rdpFrame, 60_000);
      for (const event of reader.read(pdu, 0)) {
        if (event.kind === 'disconnect') this.isOver = true;
        if (event.kind === 'error-info') this.error = event.info;
        if (event.kind === 'demand-active') {
          this.demands++;
          await transport.stream.send(activationReply(ids, event.demand, offeredCapabilities(screen)));
        }
      }
      const update = updateIn(pdu);
      if (update) {
        this.#paint(update);
        painted();
      }
    }
  }
}
/** The body of the Update PDU that is alone in its data unit. */
function updateIn(pdu: Uint8Array): Uint8Array | undefined {
  const domain = isFastPath(pdu) ? undefined : decode(domainFrame, pdu);
  if (domain?.kind !== 'send-data-indication' || domain.channelId !== 1003) return undefined;
  const [share] = decode(sharePdus, domain.userData);
  if (share?.kind !== 'control' || share.pduType !== 7) return undefined;
  const data = decode(shareData, share.body);
  return data.pduType2 === pduType2.update ? data.body : undefined;
}
