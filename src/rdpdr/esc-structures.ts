import type { ByteReader } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import {
  type CountAlone,
  counted,
  countedOctets,
  elements,
  type Ndr,
  octetArray,
  octetElements,
  pointer,
  seenAs,
  sized,
  struct,
  ulong,
} from '../wire/ndr.ts';
import { string } from '../wire/ndr-string.ts';
import type { AtrMask, ReaderStateCall, ScardIoRequest } from './esc-call.ts';
import type { ReaderStateReturn, Retrieved } from './esc-return.ts';
import { multiString, multiStringNames } from './multi-string.ts';

/** What calls and replies share, [MS-RDPESC] 2.2.1. Ranges are those of the IDL in its appendix A. */

/** A command to the card, its answer, and what goes to the reader itself. */
export const MOST_TRANSMITTED = 66_560;
/** Multi-strings, attributes and items of the cache. */
export const MOST_DATA = 65_536;
export const MOST_LOCATED = 10;
/** One more than can be located: new readers are watched for under a name of their own. */
export const MOST_WATCHED = 11;
const MOST_MASKS = 1000;

const handleOctets = countedOctets(16);
/** REDIR_SCARDCONTEXT, 2.2.1.1. */
export const inContext = { context: handleOctets };
/** REDIR_SCARDHANDLE, 2.2.1.2. It begins with its context and lies flat in what holds it. */
export const onCard = { ...inContext, card: handleOctets };

/** SCardIO_Request, 2.2.1.8. */
export const scardIoRequest: Ndr<ScardIoRequest> = struct({ protocol: ulong, extra: countedOctets(1024) });

/** Octets of an array that is always full: those beyond the length are not read, and written as zeroes. */
function used(octets: Uint8Array, length: number, r: ByteReader): Uint8Array {
  if (octets.length < length) throw r.fail(`${length} octets used of an array of ${octets.length}`);
  return octets.subarray(0, length);
}
function filledUp(octets: Uint8Array, to: number): Uint8Array {
  if (to < octets.length) throw new MayflyError('encode', `${octets.length} octets in an array of ${to}`);
  const full = new Uint8Array(to);
  full.set(octets);
  return full;
}
const ATR_LENGTH = 36;
const STATUS_ATR_LENGTH = 32;
/** cbAtr and rgbAtr of a reader's state. */
const atr: Ndr<Uint8Array> = seenAs(
  struct({ length: ulong, octets: octetArray(ATR_LENGTH) }),
  ({ length, octets }, r) => used(octets, length, r),
  (value) => ({ length: value.length, octets: filledUp(value, ATR_LENGTH) }),
);
/** pbAtr and cbAtrLen of Status_Return, 2.2.3.10: the length comes last. */
export const statusAtr: Ndr<Uint8Array> = seenAs(
  struct({ octets: octetArray(STATUS_ATR_LENGTH), length: ulong }),
  ({ length, octets }, r) => used(octets, length, r),
  (value) => ({ length: value.length, octets: filledUp(value, STATUS_ATR_LENGTH) }),
);
/** rgAtr of State_Return, 2.2.3.9. */
export const retrievedAtr: Ndr<Retrieved> = sized(ATR_LENGTH, octetElements);
export const retrieved = (most = MOST_DATA): Ndr<Retrieved> => sized(most, octetElements);

/** LocateCards_ATRMask, 2.2.1.4. */
const atrMask: Ndr<AtrMask> = seenAs(
  struct({ length: ulong, atr: octetArray(ATR_LENGTH), mask: octetArray(ATR_LENGTH) }),
  (wire, r) => ({ atr: used(wire.atr, wire.length, r), mask: used(wire.mask, wire.length, r) }),
  (value) => {
    const { length } = value.atr;
    if (length !== value.mask.length)
      throw new MayflyError('encode', `a mask of ${value.mask.length} octets for an ATR of ${length}`);
    return { length, atr: filledUp(value.atr, ATR_LENGTH), mask: filledUp(value.mask, ATR_LENGTH) };
  },
);
export const atrMasks: Ndr<readonly AtrMask[]> = counted(MOST_MASKS, elements(atrMask), []);

const stateFields = { currentState: ulong, eventState: ulong, atr };
/** ReaderStateA and ReaderStateW, 2.2.1.6 and 2.2.1.7. */
export const calledStates = (most: number, wide: boolean): Ndr<readonly ReaderStateCall[]> =>
  counted(most, elements<ReaderStateCall>(struct({ reader: pointer(string(wide)), ...stateFields })), []);
/** ReaderState_Return, 2.2.1.11. */
export const returnedStates = (most: number): Ndr<readonly ReaderStateReturn[]> =>
  counted(most, elements<ReaderStateReturn>(struct(stateFields)), []);

/** A multi-string in a call; `undefined` for a NULL pointer. */
export const names = (wide: boolean): Ndr<readonly string[] | undefined> =>
  seenAs<readonly string[] | undefined, Uint8Array | CountAlone>(
    sized(MOST_DATA, octetElements),
    (wire, r) => {
      if (!('lengthAlone' in wire)) {
        if (wide && wire.length % 2 !== 0) throw r.fail('half a character');
        return multiStringNames(wire, wide);
      }
      if (wire.lengthAlone !== 0) throw r.fail(`a NULL pointer where ${wire.lengthAlone} were announced`);
      return undefined;
    },
    (value) => (value === undefined ? { lengthAlone: 0 } : multiString(value, wide)),
  );
