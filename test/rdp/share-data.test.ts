import { describe, expect, it } from 'vitest';
import { saveSessionInfo, withoutCookie } from '../../src/rdp/save-session-info.ts';
import { type ControlPdu, sharePdu } from '../../src/rdp/share-control.ts';
import { dataPdu, pduType2, shareData, withBody } from '../../src/rdp/share-data.ts';
import { shutdownDenied, shutdownRequest } from '../../src/rdp/shutdown.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import * as info from '../vectors/rdp/save-session-info.ts';
import * as vector from '../vectors/rdp/session-pdus.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';

const from = { shareId: 0x0002_03ea, pduSource: 1007 };

describe('Data PDUs', () => {
  it('are written as the client of the clause writes them', () => {
    expect(hex(encode(sharePdu, shutdownRequest(from)))).toBe(hex(bytes(vector.shutdownRequest)));
    expect(hex(encode(sharePdu, shutdownDenied(from)))).toBe(hex(bytes(vector.shutdownRequest)).replace('040024', '040025'));
  });
  it('may be given another body, and keep the rest', () => {
    const body = bytes(info.extendedInfo);
    const sent = dataPdu({ ...from, type: pduType2.saveSessionInfo, body });
    // A server that counts the whole PDU goes on counting the whole PDU.
    const counted: ControlPdu = {
      ...sent,
      body: sent.body
        .with(4, 0xee)
        .with(6, (body.length + 18) & 0xff)
        .with(7, (body.length + 18) >> 8),
    };
    const edited = withBody(counted, saveSessionInfo, withoutCookie(decode(saveSessionInfo, body)));
    const data = decode(shareData, edited.body);
    expect(data).toMatchObject({ shareId: from.shareId, pad1: 0xee, uncompressedLength: body.length - 32 + 18 });
    expect(data.body.length).toBe(body.length - 32);
    expect(edited.pduSource).toBe(1007);
  });
});

describe('share control headers wrong in one way', () => {
  it.each([
    ['a length of 3', '0300 1700', 'input at byte 2: share control PDU of 3 octets'],
    ['half a source', '0500 1600 ea', 'input at byte 2: share control PDU of 5 octets'],
    ['a length over what is there', '1000 1700 ea03', 'input at byte 2: needs 14 bytes, 4 left'],
    ['a flow PDU cut short', '0080 0041', 'flow at byte 2: needs 6 bytes, 2 left'],
  ])('%s', (_, input, reason) => expect(refusal(sharePdu, input)).toBe(reason));
});
