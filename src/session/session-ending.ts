import type { DestructionCause } from '../custody/live-card.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { Refusal } from './decide.ts';
import type { OpenSession } from './open-sessions.ts';
import type { Session } from './session.ts';

/** How a session comes to its end, and what its cards are destroyed for. */
export interface Ending {
  readonly state: 'ended' | 'expired' | 'failed';
  readonly cause: string;
  readonly sentence: string;
  readonly cards: DestructionCause;
}
const ending = (state: Ending['state'], cause: string, sentence: string): Ending => {
  return { state, cause, sentence, cards: 'session-ended' };
};

export const endings = {
  'ended-by-caller': ending('ended', 'ended-by-caller', 'its owner has ended it'),
  'time-is-up': ending('ended', 'time-is-up', 'its time is up'),
  'not-used': ending('expired', 'not-used', 'it was not used in time'),
  'not-approved': ending('expired', 'not-approved', 'it was not approved in time'),
  undecided: ending('ended', 'undecided', 'for too long the directory could not tell whether it may go on'),
  'clock-set-back': ending('ended', 'clock-set-back', 'the clock was set back, so nobody can tell when its time is up'),
} as const;

/** Rules and directory of now do not give it any more: why, in their words. */
export const noLongerGranted = ({ cause, sentence }: Pick<Refusal, 'cause' | 'sentence'>): Ending =>
  ending('ended', cause, sentence);
/** Whether it has ended so. */
export const isTakenBack = ({ state, cause = '' }: Pick<Session, 'state' | 'cause'>): boolean =>
  state === 'ended' && (cause === endings.undecided.cause || !Object.hasOwn(endings, cause));

/** What has come to pass that ends it now. @param epoch of the clock, now */
export function endingOf({ session, cards, epoch }: OpenSession, now: UnixSeconds, current: number): Ending | undefined {
  if (epoch !== current) return endings['clock-set-back'];
  if (now < session.until) return undefined;
  if (session.state !== 'granted') return endings['not-approved'];
  return [...cards.values()].some(({ serialNumber }) => serialNumber !== undefined) ? endings['time-is-up'] : endings['not-used'];
}
