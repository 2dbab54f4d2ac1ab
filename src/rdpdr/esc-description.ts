import { scardCode, scardMeaning } from '../codes/scard-code.ts';
import type { ApduExplained, ApduExplanation } from '../piv/apdu-explanation.ts';
import { toHex } from '../wire/hex.ts';
import { printableName } from '../x509/name-text.ts';
import {
  AUTO_ALLOCATE,
  disposition,
  type EscCall,
  INFINITE,
  type ReaderStateCall,
  scardProtocol,
  scope,
  shareMode,
} from './esc-call.ts';
import { cardState, type EscReturn, type ReaderStateReturn, type Retrieved, readerState } from './esc-return.ts';

/** Signs of a text and entries of a list that are shown. */
const MOST_TEXT = 120;
const MOST_ENTRIES = 8;
const hex = (value: number) => `0x${value.toString(16)}`;
const octets = (count: number) => `${count} octet${count === 1 ? '' : 's'}`;
const shownText = (text: string) => printableName(text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text);
const shownHandle = (handle: Uint8Array) => (handle.length === 0 ? 'none' : toHex(handle.subarray(0, 16)));
const shownLength = (length: number) => (length === AUTO_ALLOCATE ? 'any length' : `up to ${length}`);
const nameIn = (names: Readonly<Record<string, number>>, value: number) =>
  Object.entries(names).find(([, each]) => each === value)?.[0] ?? hex(value);
function list<T>(entries: readonly T[], show: (entry: T) => string): string {
  const shown = entries.slice(0, MOST_ENTRIES).map(show);
  const more = entries.length - shown.length;
  return shown.length === 0 ? 'none' : `${shown.join('; ')}${more > 0 ? `; ${more} more` : ''}`;
}
function flags(names: Readonly<Record<string, number>>, value: number): string {
  const set = Object.entries(names).flatMap(([name, bit]) => (bit !== 0 && (value & bit) !== 0 ? [name] : []));
  const known = Object.values(names).reduce((all, bit) => all | bit, 0);
  const unknown = (value & ~known) >>> 0;
  return [...set, ...(unknown === 0 ? [] : [hex(unknown)])].join('|') || '0';
}
/** The low half is bits; the high half counts. */
function shownState(value: number): string {
  const count = value >>> 16;
  return `${flags(readerState, value & 0xffff)}${count === 0 ? '' : ` #${count}`}`;
}
const protocols = { t0: scardProtocol.t0, t1: scardProtocol.t1, raw: scardProtocol.raw, default: scardProtocol.default };
const stateAsked = ({ reader, currentState, atr }: ReaderStateCall) =>
  `${reader === undefined ? 'no name' : shownText(reader)} is ${shownState(currentState)}${atr.length > 0 ? ` ATR ${toHex(atr)}` : ''}`;
const stateTold = ({ eventState, atr }: ReaderStateReturn) =>
  `${shownState(eventState)}${atr.length > 0 ? ` ATR ${toHex(atr)}` : ''}`;
const shownData = (data: Retrieved) =>
  data instanceof Uint8Array ? octets(data.length) : `${octets(data.lengthAlone)}, not sent`;
const shownApdu = ({ name, details, malformed }: ApduExplained) => [
  `${name}: ${details.join(', ')}${malformed === undefined ? '' : ` (malformed: ${malformed})`}`,
];
/** A multi-string's names, in either width. */
function namesOf(data: Retrieved): string {
  if (!(data instanceof Uint8Array)) return shownData(data);
  const wide = data.length >= 2 && data[1] === 0;
  const text = new TextDecoder(wide ? 'utf-16le' : 'latin1').decode(data);
  return list(
    text.split('\0').filter((name) => name !== ''),
    shownText,
  );
}

/** What a call says, in words; PINs and what is signed are not in them. @param apdus what passed to the card so far */
export function callDetails(call: EscCall, apdus: ApduExplanation): string[] {
  const handles = [
    ...('context' in call ? [`context ${shownHandle(call.context)}`] : []),
    ...('card' in call ? [`card ${shownHandle(call.card)}`] : []),
  ];
  return [...handles, ...ownDetails(call, apdus)];
}
function ownDetails(call: EscCall, apdus: ApduExplanation): string[] {
  switch (call.kind) {
    case 'establish-context':
      return [`scope ${nameIn(scope, call.scope)}`];
    case 'list-reader-groups':
      return [shownLength(call.length)];
    case 'list-readers':
      return [`groups ${list(call.groups ?? [], shownText)}`, shownLength(call.length)];
    case 'change-database':
      return [call.operation, list(call.names, shownText)];
    case 'locate-cards':
      return [`cards ${list(call.cards, shownText)}`, `readers ${list(call.states, stateAsked)}`];
    case 'locate-cards-by-atr':
      return [`ATRs ${list(call.masks, ({ atr }) => toHex(atr))}`, `readers ${list(call.states, stateAsked)}`];
    case 'get-status-change':
      return [
        call.timeout === INFINITE ? 'no time limit' : `within ${call.timeout} ms`,
        `readers ${list(call.states, stateAsked)}`,
      ];
    case 'connect':
      return [shownText(call.reader), nameIn(shareMode, call.shareMode), flags(protocols, call.preferredProtocols)];
    case 'reconnect':
      return [
        nameIn(shareMode, call.shareMode),
        flags(protocols, call.preferredProtocols),
        nameIn(disposition, call.initialization),
      ];
    case 'disconnect':
    case 'end-transaction':
      return [nameIn(disposition, call.disposition)];
    case 'transmit':
      return shownApdu(apdus.command(call.send));
    case 'control':
      return [`code ${hex(call.controlCode)}`, octets(call.input.length)];
    case 'get-attrib':
      return [`attribute ${hex(call.attributeId)}`];
    case 'set-attrib':
      return [`attribute ${hex(call.attributeId)}`, octets(call.attribute.length)];
    case 'read-cache':
      return [shownText(call.lookupName), `freshness ${call.freshnessCounter}`, shownLength(call.dataLength)];
    case 'write-cache':
      return [shownText(call.lookupName), `freshness ${call.freshnessCounter}`, octets(call.data.length)];
    case 'get-reader-icon':
    case 'get-device-type-id':
      return [shownText(call.reader)];
    default:
      return [];
  }
}
/** What an answer says, in words. */
export function returnDetails(answer: EscReturn, apdus: ApduExplanation): string[] {
  const { returnCode } = answer;
  const { name, sentence } = scardMeaning(returnCode >>> 0);
  if (returnCode !== scardCode.success) return [`${name}, ${sentence}`, ...statesOfFailure(answer)];
  return [name, ...resultDetails(answer, apdus)];
}
const statesOfFailure = (answer: EscReturn) =>
  'states' in answer && answer.states.length > 0 ? [list(answer.states, stateTold)] : [];
function resultDetails(answer: EscReturn, apdus: ApduExplanation): string[] {
  switch (answer.kind) {
    case 'establish-context':
      return [`context ${shownHandle(answer.context)}`];
    case 'list-reader-groups':
      return [namesOf(answer.groups)];
    case 'list-readers':
      return [namesOf(answer.readers)];
    case 'locate-cards':
    case 'get-status-change':
      return [list(answer.states, stateTold)];
    case 'connect':
      return [
        `card ${shownHandle(answer.card)}`,
        `context ${shownHandle(answer.context)}`,
        flags(protocols, answer.activeProtocol),
      ];
    case 'reconnect':
      return [flags(protocols, answer.activeProtocol)];
    case 'state':
      return [nameIn(cardState, answer.state), flags(protocols, answer.protocol), shownAtr(answer.atr)];
    case 'status':
      return [
        namesOf(answer.readerNames),
        nameIn(cardState, answer.state),
        flags(protocols, answer.protocol),
        shownAtr(answer.atr),
      ];
    case 'transmit':
      return answer.data instanceof Uint8Array ? shownApdu(apdus.response(answer.data)) : [shownData(answer.data)];
    case 'control':
    case 'get-attrib':
    case 'read-cache':
    case 'get-reader-icon':
      return [shownData(answer.data)];
    case 'get-transmit-count':
      return [`${answer.transmitCount}`];
    case 'get-device-type-id':
      return [hex(answer.deviceTypeId)];
    default:
      return [];
  }
}
const shownAtr = (atr: Retrieved) =>
  atr instanceof Uint8Array ? `ATR ${toHex(atr.subarray(0, 36))}` : `ATR of ${shownData(atr)}`;
