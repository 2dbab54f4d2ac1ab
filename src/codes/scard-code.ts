import { type Meaning, meaningsOf, type Row } from './meaning.ts';
import { place } from './place.ts';
import { remedy } from './remedy.ts';

/** Return codes, [MS-RDPESC] 2.2.8: the number, its name without SCARD_, and what it says, one clause for people. */
const table = {
  success: [0x0000_0000, 'S_SUCCESS', 'all went well', 'nothing to mend'],
  internalError: [0x8010_0001, 'F_INTERNAL_ERROR', 'a check inside the smart card service failed', remedy.newSession],
  cancelled: [0x8010_0002, 'E_CANCELLED', 'a Cancel call ended it', 'nothing to mend: whoever waited was told to stop'],
  invalidHandle: [0x8010_0003, 'E_INVALID_HANDLE', 'there is no such context or card handle', remedy.newSession],
  invalidParameter: [0x8010_0004, 'E_INVALID_PARAMETER', 'a parameter makes no sense', remedy.newSession],
  invalidTarget: [
    0x8010_0005,
    'E_INVALID_TARGET',
    'the registry lacks what the start needs',
    'start SCardSvr again on the host',
    place.cardService,
  ],
  noMemory: [0x8010_0006, 'E_NO_MEMORY', 'memory is short', 'look at the memory of the host'],
  waitedTooLong: [0x8010_0007, 'F_WAITED_TOO_LONG', 'a timer inside the smart card service ran out', remedy.newSession],
  insufficientBuffer: [0x8010_0008, 'E_INSUFFICIENT_BUFFER', "the caller's buffer is too small", remedy.newSession],
  unknownReader: [
    0x8010_0009,
    'E_UNKNOWN_READER',
    'there is no reader of that name',
    'see that the card is announced before the logon, and that smart card redirection is on',
    place.cardService,
  ],
  timeout: [
    0x8010_000a,
    'E_TIMEOUT',
    "the caller's time ran out",
    'nothing to mend where a state is waited for; otherwise a slow connection: try again',
  ],
  sharingViolation: [
    0x8010_000b,
    'E_SHARING_VIOLATION',
    'somebody else holds the card',
    'end what else uses the card on the host, and ask for a new session',
  ],
  noSmartcard: [
    0x8010_000c,
    'E_NO_SMARTCARD',
    'no card is in the reader',
    'check smart card redirection (fEnableSmartCard), and that the session is not over',
    place.card,
  ],
  unknownCard: [0x8010_000d, 'E_UNKNOWN_CARD', 'there is no card of that name', remedy.driver, place.driver],
  cantDispose: [0x8010_000e, 'E_CANT_DISPOSE', 'the card cannot be left in that way', remedy.newSession],
  protoMismatch: [
    0x8010_000f,
    'E_PROTO_MISMATCH',
    'the card speaks none of the protocols asked for',
    remedy.driver,
    place.driver,
  ],
  notReady: [0x8010_0010, 'E_NOT_READY', 'reader or card takes no commands yet', remedy.newSession],
  invalidValue: [0x8010_0011, 'E_INVALID_VALUE', 'a value makes no sense', remedy.newSession],
  systemCancelled: [
    0x8010_0012,
    'E_SYSTEM_CANCELLED',
    'the system ended it, to log off or shut down',
    'nothing to mend: the host ends the session',
  ],
  commError: [0x8010_0013, 'F_COMM_ERROR', 'communication inside the smart card service failed', remedy.newSession],
  unknownError: [0x8010_0014, 'F_UNKNOWN_ERROR', 'something inside failed, and nobody knows what', remedy.newSession],
  invalidAtr: [0x8010_0015, 'E_INVALID_ATR', 'the registry holds an ATR that is none', remedy.newSession],
  notTransacted: [0x8010_0016, 'E_NOT_TRANSACTED', 'there is no transaction to end', remedy.newSession],
  readerUnavailable: [0x8010_0017, 'E_READER_UNAVAILABLE', 'the reader cannot be used now', remedy.newSession],
  shutdown: [
    0x8010_0018,
    'P_SHUTDOWN',
    'the smart card service is about to stop',
    'start SCardSvr on the host, and set it to start by itself',
    place.cardService,
  ],
  pciTooSmall: [0x8010_0019, 'E_PCI_TOO_SMALL', 'the buffer for protocol control information is too small', remedy.newSession],
  readerUnsupported: [0x8010_001a, 'E_READER_UNSUPPORTED', "the reader's driver does too little", remedy.driver, place.driver],
  duplicateReader: [0x8010_001b, 'E_DUPLICATE_READER', "the reader's name is taken", remedy.newSession],
  cardUnsupported: [0x8010_001c, 'E_CARD_UNSUPPORTED', 'the card does too little', remedy.driver, place.driver],
  noService: [
    0x8010_001d,
    'E_NO_SERVICE',
    'the smart card service is not running',
    'start SCardSvr on the host, and set it to start by itself',
    place.cardService,
  ],
  serviceStopped: [
    0x8010_001e,
    'E_SERVICE_STOPPED',
    'the smart card service has stopped',
    'start SCardSvr on the host, and set it to start by itself',
    place.cardService,
  ],
  unexpected: [0x8010_001f, 'E_UNEXPECTED', 'the card did something unexpected', remedy.newSession],
  iccInstallation: [0x8010_0020, 'E_ICC_INSTALLATION', 'no provider is installed for the card', remedy.driver, place.driver],
  iccCreateorder: [0x8010_0021, 'E_ICC_CREATEORDER', 'objects cannot be made in that order', remedy.newSession],
  unsupportedFeature: [
    0x8010_0022,
    'E_UNSUPPORTED_FEATURE',
    'the card or reader does not do that',
    'nothing to mend: the caller does without it',
  ],
  dirNotFound: [
    0x8010_0023,
    'E_DIR_NOT_FOUND',
    'the card has no such directory',
    'nothing to mend where the host tries what other cards have',
  ],
  fileNotFound: [
    0x8010_0024,
    'E_FILE_NOT_FOUND',
    'the card has no such file',
    'nothing to mend where the host tries what other cards have',
  ],
  noDir: [0x8010_0025, 'E_NO_DIR', 'the path leads to no directory', remedy.newSession],
  noFile: [0x8010_0026, 'E_NO_FILE', 'the path leads to no file', remedy.newSession],
  noAccess: [
    0x8010_0027,
    'E_NO_ACCESS',
    'the file may not be read or written',
    'nothing to mend: nobody has to write to this card',
  ],
  writeTooMany: [0x8010_0028, 'E_WRITE_TOO_MANY', 'the card is full', remedy.newSession],
  badSeek: [0x8010_0029, 'E_BAD_SEEK', 'the position in the file could not be set', remedy.newSession],
  invalidChv: [0x8010_002a, 'E_INVALID_CHV', 'the PIN is not one', remedy.newSession],
  unknownResMsg: [0x8010_002b, 'E_UNKNOWN_RES_MSG', 'a layer below gave a code that is unknown', remedy.newSession],
  noSuchCertificate: [0x8010_002c, 'E_NO_SUCH_CERTIFICATE', 'the certificate does not exist', remedy.driver, place.driver],
  certificateUnavailable: [
    0x8010_002d,
    'E_CERTIFICATE_UNAVAILABLE',
    'the certificate could not be had',
    remedy.driver,
    place.driver,
  ],
  noReadersAvailable: [
    0x8010_002e,
    'E_NO_READERS_AVAILABLE',
    'there is no reader at all',
    'check smart card redirection (fEnableSmartCard), and that SCardSvr runs on the host',
    place.cardService,
  ],
  commDataLost: [0x8010_002f, 'E_COMM_DATA_LOST', 'the connection to the card lost data', remedy.newSession],
  noKeyContainer: [0x8010_0030, 'E_NO_KEY_CONTAINER', 'the key container does not exist', remedy.driver, place.driver],
  serverTooBusy: [0x8010_0031, 'E_SERVER_TOO_BUSY', 'the smart card service is too busy', remedy.again],
  pinCacheExpired: [0x8010_0032, 'E_PIN_CACHE_EXPIRED', 'the remembered PIN has expired', remedy.newSession],
  noPinCache: [0x8010_0033, 'E_NO_PIN_CACHE', 'the PIN may not be remembered', remedy.newSession],
  readOnlyCard: [
    0x8010_0034,
    'E_READ_ONLY_CARD',
    'the card cannot be written',
    'nothing to mend: nobody has to write to this card',
  ],
  unsupportedCard: [0x8010_0065, 'W_UNSUPPORTED_CARD', "the card's ATR does not suit the reader", remedy.driver, place.driver],
  unresponsiveCard: [0x8010_0066, 'W_UNRESPONSIVE_CARD', 'the card does not answer a reset', remedy.newSession],
  unpoweredCard: [0x8010_0067, 'W_UNPOWERED_CARD', 'the card has no power', remedy.newSession],
  resetCard: [0x8010_0068, 'W_RESET_CARD', 'the card was reset meanwhile', remedy.again],
  removedCard: [
    0x8010_0069,
    'W_REMOVED_CARD',
    'the card was taken out',
    'ask for a new session: the card is gone for good when its logon is over',
  ],
  securityViolation: [
    0x8010_006a,
    'W_SECURITY_VIOLATION',
    'a rule of security forbids it',
    'the card refused an operation of its key: raise the ceiling of operations if the logon needs more',
  ],
  wrongChv: [
    0x8010_006b,
    'W_WRONG_CHV',
    'the PIN is wrong',
    'ask for a new session, and let nobody type a PIN: every card has a new one',
  ],
  chvBlocked: [0x8010_006c, 'W_CHV_BLOCKED', 'the PIN is blocked', 'ask for a new session: it brings another card'],
  eof: [0x8010_006d, 'W_EOF', 'the file has ended', remedy.newSession],
  cancelledByUser: [0x8010_006e, 'W_CANCELLED_BY_USER', 'the user ended it', 'log on again, and let the logon go on by itself'],
  cardNotAuthenticated: [
    0x8010_006f,
    'W_CARD_NOT_AUTHENTICATED',
    'no PIN was given',
    'log on with the PIN in the RDP session (fPromptForPassword has to be 0)',
    place.hostSettings,
  ],
  cacheItemNotFound: [
    0x8010_0070,
    'W_CACHE_ITEM_NOT_FOUND',
    'the cache has no such item',
    'nothing to mend: the host reads the card instead',
  ],
  cacheItemStale: [
    0x8010_0071,
    'W_CACHE_ITEM_STALE',
    'the item in the cache is too old',
    'nothing to mend: the host reads the card instead',
  ],
  cacheItemTooBig: [
    0x8010_0072,
    'W_CACHE_ITEM_TOO_BIG',
    'the item is too large for the cache',
    'nothing to mend: the host reads the card instead',
  ],
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
const rows = Object.values(table).map(([code, name, ...clauses]: Row): Row => [code, `SCARD_${name}`, ...clauses]);
const meanings = meaningsOf(rows, place.card);
export const knownScardMeaning = (code: number): Meaning | undefined => meanings.get(code);
/** What a code says; every number has an answer. */
export function scardMeaning(code: number): ScardMeaning {
  const name = `0x${code.toString(16).padStart(8, '0').toUpperCase()}`;
  const { name: known = name, cause = `the reader gave the code ${name}, unknown here` } = knownScardMeaning(code) ?? {};
  return { code, name: known, sentence: cause };
}
/** All codes of the clause, for whoever shows them. */
export const scardCodes: readonly number[] = [...meanings.keys()];
