import type { CountAlone } from '../wire/ndr.ts';
import type { ScardIoRequest } from './esc-call.ts';

/** Card/Reader State, [MS-RDPESC] 2.2.4. */
export const cardState = {
  unknown: 0,
  absent: 1,
  present: 2,
  swallowed: 3,
  powered: 4,
  negotiable: 5,
  specificMode: 6,
} as const;
/** Bits of a Reader State, 2.2.7; the upper 16 bits count insertions and removals. */
export const readerState = {
  unaware: 0,
  ignore: 0x0001,
  changed: 0x0002,
  unknown: 0x0004,
  unavailable: 0x0008,
  empty: 0x0010,
  present: 0x0020,
  atrMatch: 0x0040,
  exclusive: 0x0080,
  inUse: 0x0100,
  mute: 0x0200,
  unpowered: 0x0400,
} as const;

/** Octets that a call asked for; or, to a caller without a buffer, how many there would be. */
export type Retrieved = Uint8Array | CountAlone;
/** What a reply that reports a failure has in place of octets. */
export const NOTHING: CountAlone = { lengthAlone: 0 };

/** ReaderState_Return, 2.2.1.11. */
export interface ReaderStateReturn {
  readonly currentState: number;
  readonly eventState: number;
  /** 0 to 36 octets. */
  readonly atr: Uint8Array;
}
interface Returned {
  /** What the smart card service says: `scardCode`. */
  readonly returnCode: number;
}
interface ReturnedStates extends Returned {
  readonly states: readonly ReaderStateReturn[];
}
interface ReturnedData extends Returned {
  readonly data: Retrieved;
}

/** What a reply of each kind holds. If its return code is not 0 all else is to be 0, 2.2.3. */
export interface EscReturns {
  /** Long_Return, of every call that has no reply of its own. */
  long: Returned;
  'establish-context': Returned & { readonly context: Uint8Array };
  /** A multi-string in the width of the call. */
  'list-reader-groups': Returned & { readonly groups: Retrieved };
  'list-readers': Returned & { readonly readers: Retrieved };
  'locate-cards': ReturnedStates;
  'get-status-change': ReturnedStates;
  connect: Returned & {
    /** The card handle's own context: the one of the call, or no octets; both are met. */
    readonly context: Uint8Array;
    readonly card: Uint8Array;
    readonly activeProtocol: number;
  };
  reconnect: Returned & { readonly activeProtocol: number };
  state: Returned & { readonly state: number; readonly protocol: number; readonly atr: Retrieved };
  status: Returned & {
    readonly readerNames: Retrieved;
    readonly state: number;
    readonly protocol: number;
    /** 0 to 32 octets. */
    readonly atr: Uint8Array;
  };
  transmit: ReturnedData & { readonly receivePci?: ScardIoRequest | undefined };
  control: ReturnedData;
  'get-attrib': ReturnedData;
  'read-cache': ReturnedData;
  'get-transmit-count': Returned & { readonly transmitCount: number };
  'get-reader-icon': ReturnedData;
  'get-device-type-id': Returned & { readonly deviceTypeId: number };
}
export type EscReturnKind = keyof EscReturns;
/** What the smart card service answers, [MS-RDPESC] 2.2.3. */
export type EscReturn = { [Kind in EscReturnKind]: { readonly kind: Kind } & EscReturns[Kind] }[EscReturnKind];
/** The reply of one kind: `EscReturnOf<'transmit'>`. */
export type EscReturnOf<Kind extends EscReturnKind> = { readonly kind: Kind } & EscReturns[Kind];
