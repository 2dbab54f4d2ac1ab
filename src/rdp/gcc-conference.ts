import type { Codec } from '../wire/codec.ts';
import { type ByteReader, type ByteWriter, DecodeError } from '../wire/cursor.ts';
import {
  perDigits,
  perFixed,
  perFrom,
  perInteger,
  perLength,
  perObjectIdentifier,
  perOctetsFrom,
  perWithin,
} from '../wire/per.ts';
import { type ClientBlock, clientBlocks } from './client-blocks.ts';
import { LEAST_USER } from './mcs-send-data.ts';
import { type ServerBlock, serverBlocks } from './server-blocks.ts';

/** The key of ConnectData: Key.object (choice 0), { itu-t recommendation t 124 version(0) 1 }. */
const T124 = '0.0.20.124.0.1';
const objectKey = perFixed(Uint8Array.of(0x00), 'key');
const version = perObjectIdentifier;
/** H.221 keys: what the user data is, and who wrote it ([MS-RDPBCGR] 2.2.1.3, 2.2.1.4). */
const CLIENT_KEY = 'Duca';
const SERVER_KEY = 'McDn';
const h221 = perOctetsFrom(4);
/** One set of user data, whose key is h221NonStandard and whose value is there. */
const oneSet = perFixed(Uint8Array.of(0x01, 0xc0), 'userData');

function readKey(r: ByteReader, key: string): void {
  const at = r.at;
  if (String.fromCharCode(...h221.read(r)) !== key) throw new DecodeError(`H.221 key is not ${key}`, at);
}
const writeKey = (w: ByteWriter, key: string) =>
  h221.write(
    w,
    Uint8Array.from(key, (c) => c.charCodeAt(0)),
  );

/**
 * ConnectData, T.124 8.7. The length of its connectPDU is read and not believed: Windows, xrdp and FreeRDP write 0x2a into every
 * response, whatever follows. The octet string around all of it says where it ends.
 */
function connectData<T>(connectPdu: Codec<T>): Codec<T> {
  const right = perWithin(connectPdu);
  return {
    read(r) {
      objectKey.read(r);
      const at = r.at;
      const got = version.read(r);
      if (got !== T124) throw new DecodeError(`conference of ${got}, not T.124`, at);
      perLength.read(r);
      return connectPdu.read(r);
    },
    write(w, value) {
      objectKey.write(w, undefined);
      version.write(w, T124);
      right.write(w, value);
    },
  };
}

/** ConferenceCreateRequest, T.124 8.7: a name, nothing optional but user data, no flag set. */
export interface ConferenceCreateRequest {
  /** Digits; every RDP client says `1`. */
  readonly conferenceName: string;
  readonly blocks: readonly ClientBlock[];
}
/** Choice conferenceCreateRequest; of the optional fields, userData alone; a name without text. */
const requestPreamble = perFixed(Uint8Array.of(0x00, 0x08), 'conferenceCreateRequest');
/** Behind the digits: not locked, listed or conductible, termination automatic. */
const requestFlags = perFixed(Uint8Array.of(0x00), 'terminationMethod');
const clientUserData = perWithin(clientBlocks);
export const conferenceCreateRequest: Codec<ConferenceCreateRequest> = connectData({
  read(r) {
    requestPreamble.read(r);
    const conferenceName = perDigits.read(r);
    requestFlags.read(r);
    oneSet.read(r);
    readKey(r, CLIENT_KEY);
    return { conferenceName, blocks: clientUserData.read(r) };
  },
  write(w, { conferenceName, blocks }) {
    requestPreamble.write(w, undefined);
    perDigits.write(w, conferenceName);
    requestFlags.write(w, undefined);
    oneSet.write(w, undefined);
    writeKey(w, CLIENT_KEY);
    clientUserData.write(w, blocks);
  },
});

/** ConferenceCreateResponse, T.124 8.7. */
export interface ConferenceCreateResponse {
  /** Nobody uses it. */
  readonly nodeId: number;
  readonly tag: number;
  /** 0 success, 1 user rejected, 2 resources not available, 3 rejected for symmetry breaking, 4 locked conference not supported. */
  readonly result: number;
  readonly blocks: readonly ServerBlock[];
}
/** Choice conferenceCreateResponse with user data. */
const responsePreamble = perFixed(Uint8Array.of(0x14), 'conferenceCreateResponse');
const nodeId = perFrom(LEAST_USER);
/** An extension bit and three bits of the enumeration, at the high end of their octet. */
const RESULT_SHIFT = 4;
const MOST_RESULT = 4;
const serverUserData = perWithin(serverBlocks);
export const conferenceCreateResponse: Codec<ConferenceCreateResponse> = connectData({
  read(r) {
    responsePreamble.read(r);
    const [node, tag, at] = [nodeId.read(r), perInteger.read(r), r.at];
    const octet = r.u8();
    const result = octet >> RESULT_SHIFT;
    if (MOST_RESULT < result || octet !== result << RESULT_SHIFT) throw new DecodeError('result of a conference', at);
    oneSet.read(r);
    readKey(r, SERVER_KEY);
    return { nodeId: node, tag, result, blocks: serverUserData.read(r) };
  },
  write(w, { nodeId: node, tag, result, blocks }) {
    if (!Number.isInteger(result) || result < 0 || MOST_RESULT < result) throw w.fail(`result ${result} is not 0 to 4`);
    responsePreamble.write(w, undefined);
    nodeId.write(w, node);
    perInteger.write(w, tag);
    w.u8(result << RESULT_SHIFT);
    oneSet.write(w, undefined);
    writeKey(w, SERVER_KEY);
    serverUserData.write(w, blocks);
  },
});
