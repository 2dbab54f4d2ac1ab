import type { Rate } from './rate-limit.ts';
import type { ReviewTimes } from './review.ts';
import type { CardLimits } from './session-cards.ts';

export interface SessionLimits extends CardLimits {
  /** Requests, per caller and in all. */
  readonly perCaller: Rate;
  readonly inAll: Rate;
  /** Sessions that are not over, in all and per caller. */
  readonly open: number;
  readonly openPerCaller: number;
  /** Cards of one session, one after the other. */
  readonly cardsPerSession: number;
  /** Seconds within which a grant is used or an approval given. */
  readonly patience: number;
  /** When sessions that go on are decided again. */
  readonly review: ReviewTimes;
}
