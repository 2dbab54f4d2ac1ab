import { demandActive } from '../../src/rdp/demand-active.ts';
import { emptyFontMap, fontMap } from '../../src/rdp/font.ts';
import { indication, SERVER_USER_ID, shareIndications } from '../../src/rdp/session-ids.ts';
import { type ControlPdu, pduType } from '../../src/rdp/share-control.ts';
import { dataPdu, pduType2 } from '../../src/rdp/share-data.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import * as active from '../vectors/rdp/active.ts';
import { bytes } from '../wire/annotated-hex.ts';

/** Channels as a server gives them: I/O 1003, rdpdr 1004, the message channel 1006, the user 1007. */
export const ids = { userId: 1007, ioChannelId: 1003, messageChannelId: 1006 };
export const RDPDR = 1004;
export const SHARE = 0x0001_03ea;
export const demand = decode(demandActive, bytes(active.demandActive));

export const control = (type: number, body: Uint8Array): ControlPdu => ({
  kind: 'control',
  pduType: type,
  pduSource: SERVER_USER_ID,
  body,
});
/** One share PDU in one MCS data unit. */
export const share = (type: number, body: Uint8Array | string): Uint8Array =>
  shareIndications(ids, [control(type, typeof body === 'string' ? bytes(body) : body)]);
export const data = (type: number, body: Uint8Array | string): Uint8Array => {
  const content = typeof body === 'string' ? bytes(body) : body;
  return shareIndications(ids, [dataPdu({ shareId: SHARE, pduSource: SERVER_USER_ID, type, body: content })]);
};
export const message = (annotated: string): Uint8Array => indication(ids.messageChannelId, bytes(annotated));
export const io = (annotated: string): Uint8Array => indication(ids.ioChannelId, bytes(annotated));
export const channel = (id: number, annotated: string): Uint8Array => indication(id, bytes(annotated));

export const demandPdu = share(pduType.demandActive, bytes(active.demandActive));
export const fontMapPdu = data(pduType2.fontMap, encode(fontMap, emptyFontMap));
