import { type Codec, rest } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { tpkt } from './tpkt.ts';

/** TPDU codes of class 0, ITU-T X.224 13: with the credit in the low four bits, which class 0 leaves at zero. */
export const tpduCode = {
  connectionRequest: 0xe0,
  connectionConfirm: 0xd0,
  disconnectRequest: 0x80,
  data: 0xf0,
  error: 0x70,
} as const;
/** X.224 13.2.1: 255 is reserved. */
const MOST_INDICATED = 254;
const hex = (n: number) => `0x${n.toString(16)}`;
/** Length indicator, code, two references, class. */
const CONNECTION_HEADER = 7;
const DATA_INDICATED = 2;
/** Every data TPDU of class 0 over TPKT is the last of its message. */
const END_OF_TSDU = 0x80;

/** The whole of a connection request or confirm: no longer than its length indicator and the TPKT header let it be. */
export const MOST_CONNECTION_PDU = 4 + 1 + MOST_INDICATED;
/** Code of the TPDU in a TPKT that is there as a whole. */
export const codeOf = (pdu: Uint8Array): number | undefined => pdu[5];

/** What connection request and confirm have in common, X.224 13.3 and 13.4. Nothing in RDP depends on these three. */
export interface Connection<T> {
  readonly destination: number;
  readonly source: number;
  readonly classOption: number;
  readonly variable: T;
}
/** A connection request or confirm with its TPKT; its variable part is what RDP makes of it. */
export function x224Connection<T>(code: number, variable: Codec<T>): Codec<Connection<T>> {
  return tpkt({
    read(r) {
      const at = r.at;
      const indicated = r.u8();
      if (indicated !== r.left || indicated < CONNECTION_HEADER - 1) {
        throw new DecodeError(`length indicator ${indicated} where ${r.left} octets follow`, at);
      }
      const got = r.u8();
      if (got !== code) throw new DecodeError(`expected TPDU ${hex(code)}, got ${hex(got)}`, at + 1);
      const [destination, source, classOption] = [r.u16(), r.u16(), r.u8()];
      return { destination, source, classOption, variable: variable.read(r) };
    },
    write(w, value) {
      const start = w.at;
      w.u8(0).u8(code).u16(value.destination).u16(value.source).u8(value.classOption);
      variable.write(w, value.variable);
      const indicated = w.at - start - 1;
      if (MOST_INDICATED < indicated) throw w.fail(`TPDU of ${indicated} octets, over ${MOST_INDICATED}`);
      w.fill(start, indicated);
    },
  });
}
/** A data TPDU with its TPKT around one value, X.224 13.7: what everything after the negotiation travels in. */
export function x224Data<T>(inner: Codec<T>): Codec<T> {
  return tpkt({
    read(r) {
      const at = r.at;
      const [indicated, code, end] = [r.u8(), r.u8(), r.u8()];
      if (indicated !== DATA_INDICATED || code !== tpduCode.data || end !== END_OF_TSDU) {
        throw new DecodeError(`expected a data TPDU 02 f0 80, got ${[indicated, code, end].map(hex).join(' ')}`, at);
      }
      return inner.read(r);
    },
    write(w, value) {
      w.u8(DATA_INDICATED).u8(tpduCode.data).u8(END_OF_TSDU);
      inner.write(w, value);
    },
  });
}

/** Disconnect request, X.224 13.5: laid out as a connection request whose class is the reason. */
export interface DisconnectRequest {
  readonly destination: number;
  readonly source: number;
  /** 0 not specified, 1 congestion, 2 not attached to that address, 3 address unknown. */
  readonly reason: number;
  /** Additional information, up to the length indicator. */
  readonly information: Uint8Array;
}
const disconnection = x224Connection(tpduCode.disconnectRequest, rest);
export const disconnectRequest: Codec<DisconnectRequest> = {
  read(r) {
    const { destination, source, classOption, variable } = disconnection.read(r);
    return { destination, source, reason: classOption, information: variable };
  },
  write(w, { destination, source, reason, information }) {
    disconnection.write(w, { destination, source, classOption: reason, variable: information });
  },
};
