import type { DatabaseOperation, EscCallKind } from './esc-call.ts';
import type { EscReturnKind } from './esc-return.ts';

/** One I/O control code of a smart card device, [MS-RDPESC] 3.1.4. */
export interface SmartCardIoctl {
  readonly code: number;
  /** Without SCARD_IOCTL_: `TRANSMIT`, `CONNECTW`. */
  readonly name: string;
  /** What the call is; `undefined` for a code that is not used. */
  readonly call: EscCallKind | undefined;
  readonly returns: EscReturnKind;
  /** Whether the texts are UTF-16; `undefined` where the call has one form only. */
  readonly wide: boolean | undefined;
  readonly operation: DatabaseOperation | undefined;
}
type Row = readonly [fn: number, name: string, call: EscCallKind | undefined, returns: EscReturnKind];
/** Function numbers of calls in an A and a W form: the A form's, with the W form's behind it. */
type PairRow = readonly [...Row, operation?: DatabaseOperation];

const single: readonly Row[] = [
  [5, 'ESTABLISHCONTEXT', 'establish-context', 'establish-context'],
  [6, 'RELEASECONTEXT', 'release-context', 'long'],
  [7, 'ISVALIDCONTEXT', 'is-valid-context', 'long'],
  [42, 'CANCEL', 'cancel', 'long'],
  [45, 'RECONNECT', 'reconnect', 'reconnect'],
  [46, 'DISCONNECT', 'disconnect', 'long'],
  [47, 'BEGINTRANSACTION', 'begin-transaction', 'long'],
  [48, 'ENDTRANSACTION', 'end-transaction', 'long'],
  [49, 'STATE', 'state', 'state'],
  [52, 'TRANSMIT', 'transmit', 'transmit'],
  [53, 'CONTROL', 'control', 'control'],
  [54, 'GETATTRIB', 'get-attrib', 'get-attrib'],
  [55, 'SETATTRIB', 'set-attrib', 'long'],
  [56, 'ACCESSSTARTEDEVENT', 'access-started-event', 'long'],
  // The name is spelled so.
  [57, 'RELEASETARTEDEVENT', undefined, 'long'],
  [64, 'GETTRANSMITCOUNT', 'get-transmit-count', 'get-transmit-count'],
  [65, 'GETREADERICON', 'get-reader-icon', 'get-reader-icon'],
  [66, 'GETDEVICETYPEID', 'get-device-type-id', 'get-device-type-id'],
];
const pairs: readonly PairRow[] = [
  [8, 'LISTREADERGROUPS', 'list-reader-groups', 'list-reader-groups'],
  [10, 'LISTREADERS', 'list-readers', 'list-readers'],
  [20, 'INTRODUCEREADERGROUP', 'change-database', 'long', 'introduce-reader-group'],
  [22, 'FORGETREADERGROUP', 'change-database', 'long', 'forget-reader-group'],
  [24, 'INTRODUCEREADER', 'change-database', 'long', 'introduce-reader'],
  [26, 'FORGETREADER', 'change-database', 'long', 'forget-reader'],
  [28, 'ADDREADERTOGROUP', 'change-database', 'long', 'add-reader-to-group'],
  [30, 'REMOVEREADERFROMGROUP', 'change-database', 'long', 'remove-reader-from-group'],
  [38, 'LOCATECARDS', 'locate-cards', 'locate-cards'],
  [40, 'GETSTATUSCHANGE', 'get-status-change', 'get-status-change'],
  [43, 'CONNECT', 'connect', 'connect'],
  [50, 'STATUS', 'status', 'status'],
  [58, 'LOCATECARDSBYATR', 'locate-cards-by-atr', 'locate-cards'],
  [60, 'READCACHE', 'read-cache', 'read-cache'],
  [62, 'WRITECACHE', 'write-cache', 'long'],
];

/** CTL_CODE(FILE_DEVICE_FILE_SYSTEM, function, METHOD_BUFFERED, FILE_ANY_ACCESS). */
const controlCode = (fn: number) => 0x0009_0000 + fn * 4;

/** Every code of the table in 3.1.4, by rising number. */
export const smartCardIoctls: readonly SmartCardIoctl[] = [
  ...single.map(([fn, name, call, returns]) => ({
    code: controlCode(fn),
    name,
    call,
    returns,
    wide: undefined,
    operation: undefined,
  })),
  ...pairs.flatMap(([fn, name, call, returns, operation]) =>
    [false, true].map((wide) => ({
      code: controlCode(fn + (wide ? 1 : 0)),
      name: `${name}${wide ? 'W' : 'A'}`,
      call,
      returns,
      wide,
      operation,
    })),
  ),
].sort((a, b) => a.code - b.code);

const byCode: ReadonlyMap<number, SmartCardIoctl> = new Map(smartCardIoctls.map((ioctl) => [ioctl.code, ioctl]));
/** `undefined` for a code that the table does not have. */
export const smartCardIoctl = (code: number): SmartCardIoctl | undefined => byCode.get(code);
