import type { DestructionCause } from '../custody/live-card.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { OpenSession } from './open-sessions.ts';

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
  'clock-set-back': ending('ended', 'clock-set-back', 'the clock was set back, so nobody can tell when its time is up'),
} as const;

/** What has come to pass that ends it now. @param epoch of the clock, now */
export function endingOf({ session, cards, epoch }: OpenSession, now: UnixSeconds, current: number): Ending | undefined {
  if (epoch !== current) return endings['clock-set-back'];
  if (now < session.until) return undefined;
  if (session.state !== 'granted') return endings['not-approved'];
  return [...cards.values()].some(({ serialNumber }) => serialNumber !== undefined) ? endings['time-is-up'] : endings['not-used'];
}
