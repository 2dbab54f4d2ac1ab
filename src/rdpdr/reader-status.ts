import type { AtrMask, ReaderStateCall } from './esc-call.ts';
import { type ReaderStateReturn, readerState } from './esc-return.ts';

/** A reader with a card in it, for as long as it is there: nobody pulls it during a session, though another may take its place. */
export interface OccupiedReader {
  readonly name: string;
  readonly answerToReset: Uint8Array;
  /** Cards that took the place of another. */
  readonly exchanges: number;
}
/** Not a reader: asked for to learn of readers that come and go. Here none ever does. */
const PNP_NOTIFICATION = '\\\\?pnp?\\notification';
/** The upper half of a state counts insertions and removals; callers pass it back, and nothing depends on it. */
const FLAGS = 0xffff;
const none = new Uint8Array();

export interface ReaderStatus {
  readonly state: ReaderStateReturn;
  /** Whether the caller is to hear of it at once. */
  readonly isNews: boolean;
}
/**
 * One entry of GetStatusChange as it is now, [MS-RDPESC] 3.1.4.25. The caller passes the event state of the last time as its
 * current one, with SCARD_STATE_CHANGED in it: taken as a part of the state it would be news for ever.
 */
export function statusOf({ reader, currentState }: ReaderStateCall, occupied: OccupiedReader): ReaderStatus {
  const says = (eventState: number, isNews: boolean, atr: Uint8Array = none) => ({
    state: { currentState, eventState, atr },
    isNews,
  });
  if (currentState & readerState.ignore) return says(readerState.ignore, false);
  if (reader === occupied.name) {
    const isNews = (currentState & FLAGS & ~readerState.changed) !== readerState.present;
    return says(present(occupied) | (isNews ? readerState.changed : 0), isNews, occupied.answerToReset);
  }
  if (reader?.toLowerCase() === PNP_NOTIFICATION) return says(0, false);
  // Whoever knows already that there is no such reader waits for it in vain, but does not ask in a circle.
  if (currentState & readerState.unknown) return says(readerState.unknown, false);
  return says(readerState.unknown | readerState.changed | readerState.ignore, true);
}
const present = ({ exchanges }: OccupiedReader) => (((exchanges & FLAGS) << 16) | readerState.present) >>> 0;

const isIgnored = ({ currentState }: ReaderStateCall) => (currentState & readerState.ignore) !== 0;

export interface StatusNow {
  readonly states: readonly ReaderStateReturn[];
  /** Nothing to wait for: something is news, or there is nothing to wait for at all. */
  readonly answersNow: boolean;
}
export function statusNow(asked: readonly ReaderStateCall[], occupied: OccupiedReader): StatusNow {
  const all = asked.map((each) => statusOf(each, occupied));
  return {
    states: all.map(({ state }) => state),
    answersNow: asked.every(isIgnored) || all.some(({ isNews }) => isNews),
  };
}

/** The states once another card has taken the place of the one before; `undefined` where nobody asked for that reader. */
export function statusExchanged(
  asked: readonly ReaderStateCall[],
  occupied: OccupiedReader,
): readonly ReaderStateReturn[] | undefined {
  const isMeant = (each: ReaderStateCall) => each.reader === occupied.name && !isIgnored(each);
  if (!asked.some(isMeant)) return undefined;
  return asked.map((each) => {
    const { state } = statusOf(each, occupied);
    return isMeant(each) ? { ...state, eventState: state.eventState | readerState.changed } : state;
  });
}

/** Same length, and the same octets wherever the mask has ones. */
export const atrMatches = (atr: Uint8Array, { atr: wanted, mask }: AtrMask): boolean =>
  atr.length === wanted.length && wanted.every((octet, i) => ((octet ^ (atr[i] ?? 0)) & (mask[i] ?? 0)) === 0);

/** The states of LocateCards, [MS-RDPESC] 3.1.4.21: the reader's is marked where its card is one of those looked for. */
export function located(
  asked: readonly ReaderStateCall[],
  occupied: OccupiedReader,
  isWanted: boolean,
): readonly ReaderStateReturn[] {
  return asked.map((each) => {
    const { state } = statusOf(each, occupied);
    const isMatch = isWanted && (state.eventState & readerState.present) !== 0;
    return isMatch ? { ...state, eventState: state.eventState | readerState.atrMatch } : state;
  });
}
