type Row = readonly [code: number, name: string, sentence: string];

/** Return codes, [MS-RDPESC] 2.2.8: the number, its name without SCARD_, and what it says, one clause for people. */
const table = {
  success: [0x0000_0000, 'S_SUCCESS', 'all went well'],
  internalError: [0x8010_0001, 'F_INTERNAL_ERROR', 'a check inside the smart card service failed'],
  cancelled: [0x8010_0002, 'E_CANCELLED', 'a Cancel call ended it'],
  invalidHandle: [0x8010_0003, 'E_INVALID_HANDLE', 'there is no such context or card handle'],
  invalidParameter: [0x8010_0004, 'E_INVALID_PARAMETER', 'a parameter makes no sense'],
  invalidTarget: [0x8010_0005, 'E_INVALID_TARGET', 'the registry lacks what the start needs'],
  noMemory: [0x8010_0006, 'E_NO_MEMORY', 'memory is short'],
  waitedTooLong: [0x8010_0007, 'F_WAITED_TOO_LONG', 'a timer inside the smart card service ran out'],
  insufficientBuffer: [0x8010_0008, 'E_INSUFFICIENT_BUFFER', "the caller's buffer is too small"],
  unknownReader: [0x8010_0009, 'E_UNKNOWN_READER', 'there is no reader of that name'],
  timeout: [0x8010_000a, 'E_TIMEOUT', "the caller's time ran out"],
  sharingViolation: [0x8010_000b, 'E_SHARING_VIOLATION', 'somebody else holds the card'],
  noSmartcard: [0x8010_000c, 'E_NO_SMARTCARD', 'no card is in the reader'],
  unknownCard: [0x8010_000d, 'E_UNKNOWN_CARD', 'there is no card of that name'],
  cantDispose: [0x8010_000e, 'E_CANT_DISPOSE', 'the card cannot be left in that way'],
  protoMismatch: [0x8010_000f, 'E_PROTO_MISMATCH', 'the card speaks none of the protocols asked for'],
  notReady: [0x8010_0010, 'E_NOT_READY', 'reader or card takes no commands yet'],
  invalidValue: [0x8010_0011, 'E_INVALID_VALUE', 'a value makes no sense'],
  systemCancelled: [0x8010_0012, 'E_SYSTEM_CANCELLED', 'the system ended it, to log off or shut down'],
  commError: [0x8010_0013, 'F_COMM_ERROR', 'communication inside the smart card service failed'],
  unknownError: [0x8010_0014, 'F_UNKNOWN_ERROR', 'something inside failed, and nobody knows what'],
  invalidAtr: [0x8010_0015, 'E_INVALID_ATR', 'the registry holds an ATR that is none'],
  notTransacted: [0x8010_0016, 'E_NOT_TRANSACTED', 'there is no transaction to end'],
  readerUnavailable: [0x8010_0017, 'E_READER_UNAVAILABLE', 'the reader cannot be used now'],
  shutdown: [0x8010_0018, 'P_SHUTDOWN', 'the smart card service is about to stop'],
  pciTooSmall: [0x8010_0019, 'E_PCI_TOO_SMALL', 'the buffer for protocol control information is too small'],
  readerUnsupported: [0x8010_001a, 'E_READER_UNSUPPORTED', "the reader's driver does too little"],
  duplicateReader: [0x8010_001b, 'E_DUPLICATE_READER', "the reader's name is taken"],
  cardUnsupported: [0x8010_001c, 'E_CARD_UNSUPPORTED', 'the card does too little'],
  noService: [0x8010_001d, 'E_NO_SERVICE', 'the smart card service is not running'],
  serviceStopped: [0x8010_001e, 'E_SERVICE_STOPPED', 'the smart card service has stopped'],
  unexpected: [0x8010_001f, 'E_UNEXPECTED', 'the card did something unexpected'],
  iccInstallation: [0x8010_0020, 'E_ICC_INSTALLATION', 'no provider is installed for the card'],
  iccCreateorder: [0x8010_0021, 'E_ICC_CREATEORDER', 'objects cannot be made in that order'],
  unsupportedFeature: [0x8010_0022, 'E_UNSUPPORTED_FEATURE', 'the card or reader does not do that'],
  dirNotFound: [0x8010_0023, 'E_DIR_NOT_FOUND', 'the card has no such directory'],
  fileNotFound: [0x8010_0024, 'E_FILE_NOT_FOUND', 'the card has no such file'],
  noDir: [0x8010_0025, 'E_NO_DIR', 'the path leads to no directory'],
  noFile: [0x8010_0026, 'E_NO_FILE', 'the path leads to no file'],
  noAccess: [0x8010_0027, 'E_NO_ACCESS', 'the file may not be read or written'],
  writeTooMany: [0x8010_0028, 'E_WRITE_TOO_MANY', 'the card is full'],
  badSeek: [0x8010_0029, 'E_BAD_SEEK', 'the position in the file could not be set'],
  invalidChv: [0x8010_002a, 'E_INVALID_CHV', 'the PIN is not one'],
  unknownResMsg: [0x8010_002b, 'E_UNKNOWN_RES_MSG', 'a layer below gave a code that is unknown'],
  noSuchCertificate: [0x8010_002c, 'E_NO_SUCH_CERTIFICATE', 'the certificate does not exist'],
  certificateUnavailable: [0x8010_002d, 'E_CERTIFICATE_UNAVAILABLE', 'the certificate could not be had'],
  noReadersAvailable: [0x8010_002e, 'E_NO_READERS_AVAILABLE', 'there is no reader at all'],
  commDataLost: [0x8010_002f, 'E_COMM_DATA_LOST', 'the connection to the card lost data'],
  noKeyContainer: [0x8010_0030, 'E_NO_KEY_CONTAINER', 'the key container does not exist'],
  serverTooBusy: [0x8010_0031, 'E_SERVER_TOO_BUSY', 'the smart card service is too busy'],
  pinCacheExpired: [0x8010_0032, 'E_PIN_CACHE_EXPIRED', 'the remembered PIN has expired'],
  noPinCache: [0x8010_0033, 'E_NO_PIN_CACHE', 'the PIN may not be remembered'],
  readOnlyCard: [0x8010_0034, 'E_READ_ONLY_CARD', 'the card cannot be written'],
  unsupportedCard: [0x8010_0065, 'W_UNSUPPORTED_CARD', "the card's ATR does not suit the reader"],
  unresponsiveCard: [0x8010_0066, 'W_UNRESPONSIVE_CARD', 'the card does not answer a reset'],
  unpoweredCard: [0x8010_0067, 'W_UNPOWERED_CARD', 'the card has no power'],
  resetCard: [0x8010_0068, 'W_RESET_CARD', 'the card was reset meanwhile'],
  removedCard: [0x8010_0069, 'W_REMOVED_CARD', 'the card was taken out'],
  securityViolation: [0x8010_006a, 'W_SECURITY_VIOLATION', 'a rule of security forbids it'],
  wrongChv: [0x8010_006b, 'W_WRONG_CHV', 'the PIN is wrong'],
  chvBlocked: [0x8010_006c, 'W_CHV_BLOCKED', 'the PIN is blocked'],
  eof: [0x8010_006d, 'W_EOF', 'the file has ended'],
  cancelledByUser: [0x8010_006e, 'W_CANCELLED_BY_USER', 'the user ended it'],
  cardNotAuthenticated: [0x8010_006f, 'W_CARD_NOT_AUTHENTICATED', 'no PIN was given'],
  cacheItemNotFound: [0x8010_0070, 'W_CACHE_ITEM_NOT_FOUND', 'the cache has no such item'],
  cacheItemStale: [0x8010_0071, 'W_CACHE_ITEM_STALE', 'the item in the cache is too old'],
  cacheItemTooBig: [0x8010_0072, 'W_CACHE_ITEM_TOO_BIG', 'the item is too large for the cache'],
} as const satisfies Readonly<Record<string, Row>>;
type Table = typeof table;

/** The codes by name: `scardCode.noSmartcard`. They travel as ReturnCode of a reply, never as its IoStatus, 3.1.4. */
export const scardCode = Object.fromEntries(Object.entries(table).map(([key, [code]]) => [key, code])) as {
  readonly [Name in keyof Table]: Table[Name][0];
};

export interface ScardMeaning {
  readonly code: number;
  /** As the specification has it: `SCARD_E_NO_SMARTCARD`. */
  readonly name: string;
  /** One clause for people. */
  readonly sentence: string;
}
const meanings: ReadonlyMap<number, ScardMeaning> = new Map(
  Object.values(table).map(([code, name, sentence]) => [code, { code, name: `SCARD_${name}`, sentence }]),
);
/** What a code says; every number has an answer. */
export function scardMeaning(code: number): ScardMeaning {
  const name = `0x${code.toString(16).padStart(8, '0').toUpperCase()}`;
  return meanings.get(code) ?? { code, name, sentence: `the reader gave the code ${name}, unknown here` };
}
/** All codes of the clause, for whoever shows them. */
export const scardCodes: readonly number[] = [...meanings.keys()];
