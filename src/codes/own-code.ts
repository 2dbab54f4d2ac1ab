import type { Entry } from './entry.ts';
import { ownOfCa } from './own-code-of-ca.ts';
import { ownOfCard } from './own-code-of-card.ts';
import { ownOfDoctor } from './own-code-of-doctor.ts';
import { ownOfService } from './own-code-of-service.ts';

/** One of Mayfly's own: what it throws, or why it says no. */
export type OwnRow = readonly [code: string, cause: string, fix: string];
/** Where to look, for all of a group. */
export type OwnGroup = readonly [look: string, rows: readonly OwnRow[]];

/** Codes that have no table of their own where they come from; the message beside a code names the file, the host or the number. */
export const ownCodes: readonly Entry[] = [...ownOfService, ...ownOfCa, ...ownOfCard, ...ownOfDoctor].flatMap(
  ([look, rows]: OwnGroup) => rows.map(([name, cause, fix]): Entry => ({ kind: 'mayfly', name, cause, look, fix })),
);
