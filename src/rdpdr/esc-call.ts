/** Who a context is for, [MS-RDPESC] 2.2.2.1. */
export const scope = { user: 0, terminal: 1, system: 2 } as const;
/** Access Mode Flags, 2.2.6. */
export const shareMode = { exclusive: 1, shared: 2, direct: 3 } as const;
/** What becomes of the card, 2.2.2.15 and 2.2.2.16. */
export const disposition = { leave: 0, reset: 1, unpower: 2, eject: 3 } as const;
/** Bits of a Protocol Identifier, 2.2.5. */
export const scardProtocol = { undefined: 0, t0: 1, t1: 2, tx: 3, raw: 0x1_0000, default: 0x8000_0000 } as const;
/** SCARD_AUTOALLOCATE as a length: a result of any length may come back, 2.2.2.4. */
export const AUTO_ALLOCATE = 0xffff_ffff;
/** INFINITE as a timeout of GetStatusChange, 2.2.2.11. */
export const INFINITE = 0xffff_ffff;

/** ReaderStateA and ReaderStateW, 2.2.1.6 and 2.2.1.7. */
export interface ReaderStateCall {
  /** `undefined`: a NULL pointer. */
  readonly reader: string | undefined;
  readonly currentState: number;
  readonly eventState: number;
  /** 0 to 36 octets. */
  readonly atr: Uint8Array;
}
/** LocateCards_ATRMask, 2.2.1.4: both of the same length, 0 to 36 octets. */
export interface AtrMask {
  readonly atr: Uint8Array;
  readonly mask: Uint8Array;
}
/** SCardIO_Request, 2.2.1.8. */
export interface ScardIoRequest {
  readonly protocol: number;
  /** 0 to 1024 octets. */
  readonly extra: Uint8Array;
}
/** Calls that change the service's database of readers and groups, 3.1.4.9 to 3.1.4.20. */
export type DatabaseOperation =
  | 'introduce-reader-group'
  | 'forget-reader-group'
  | 'introduce-reader'
  | 'forget-reader'
  | 'add-reader-to-group'
  | 'remove-reader-from-group';

interface InContext {
  /** 0 to 16 octets that mean something to whoever gave them out, and to nobody else, 2.2.1.1. */
  readonly context: Uint8Array;
}
interface OnCard extends InContext {
  /** As the context, 2.2.1.2. */
  readonly card: Uint8Array;
}
/** Texts are ASCII or, where `wide`, UTF-16: the A and W form of the call. */
interface Text extends InContext {
  readonly wide: boolean;
}
interface WithDisposition extends OnCard {
  readonly disposition: number;
}
interface OfReader extends InContext {
  readonly reader: string;
}

/**
 * What a call of each kind holds. A length is that of the caller's buffer, in characters for texts, and says nothing of what was
 * sent: nothing is to be allocated by it. With it goes whether the caller has no buffer and wants to know the length alone.
 */
export interface EscCalls {
  'access-started-event': object;
  'establish-context': { readonly scope: number };
  'release-context': InContext;
  'is-valid-context': InContext;
  cancel: InContext;
  'list-reader-groups': Text & { readonly groupsIsNull: boolean; readonly length: number };
  'list-readers': Text & {
    /** `undefined`: a NULL pointer, readers of any group. */
    readonly groups: readonly string[] | undefined;
    readonly readersIsNull: boolean;
    readonly length: number;
  };
  'change-database': Text & {
    readonly operation: DatabaseOperation;
    /** One or two, as the operation has them: the reader first. */
    readonly names: readonly string[];
  };
  'locate-cards': Text & { readonly cards: readonly string[]; readonly states: readonly ReaderStateCall[] };
  'locate-cards-by-atr': Text & { readonly masks: readonly AtrMask[]; readonly states: readonly ReaderStateCall[] };
  'get-status-change': Text & {
    /** Milliseconds, or `INFINITE`. */
    readonly timeout: number;
    readonly states: readonly ReaderStateCall[];
  };
  connect: Text & { readonly reader: string; readonly shareMode: number; readonly preferredProtocols: number };
  reconnect: OnCard & { readonly shareMode: number; readonly preferredProtocols: number; readonly initialization: number };
  disconnect: WithDisposition;
  /** Its disposition is to be ignored, 2.2.2.16. */
  'begin-transaction': WithDisposition;
  'end-transaction': WithDisposition;
  state: OnCard & { readonly atrIsNull: boolean; readonly atrLength: number };
  status: Text &
    OnCard & {
      readonly readerNamesIsNull: boolean;
      readonly readerLength: number;
      /** To be ignored, 2.2.2.18. */
      readonly atrLength: number;
    };
  transmit: OnCard & {
    readonly sendPci: ScardIoRequest;
    /** A command APDU. It may hold a PIN. */
    readonly send: Uint8Array;
    /** `undefined`: a NULL pointer, the caller wants none back. */
    readonly receivePci?: ScardIoRequest | undefined;
    readonly receiveIsNull: boolean;
    readonly receiveLength: number;
  };
  control: OnCard & {
    readonly controlCode: number;
    readonly input: Uint8Array;
    readonly outputIsNull: boolean;
    readonly outputLength: number;
  };
  'get-attrib': OnCard & {
    readonly attributeId: number;
    readonly attributeIsNull: boolean;
    readonly attributeLength: number;
  };
  'set-attrib': OnCard & { readonly attributeId: number; readonly attribute: Uint8Array };
  'read-cache': Text & {
    readonly lookupName: string;
    /** A UUID's octets as they came, 16 of them. */
    readonly cardIdentifier: Uint8Array;
    readonly freshnessCounter: number;
    readonly dataIsNull: boolean;
    readonly dataLength: number;
  };
  'write-cache': Text & {
    readonly lookupName: string;
    readonly cardIdentifier: Uint8Array;
    readonly freshnessCounter: number;
    readonly data: Uint8Array;
  };
  'get-transmit-count': OnCard;
  'get-reader-icon': OfReader;
  'get-device-type-id': OfReader;
}
export type EscCallKind = keyof EscCalls;
/** What the host asks of the smart card service, [MS-RDPESC] 2.2.2. */
export type EscCall = { [Kind in EscCallKind]: { readonly kind: Kind } & EscCalls[Kind] }[EscCallKind];
/** The call of one kind: `EscCallOf<'transmit'>`. */
export type EscCallOf<Kind extends EscCallKind> = { readonly kind: Kind } & EscCalls[Kind];
