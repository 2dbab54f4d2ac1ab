import type { UnixSeconds } from '../wire/der-time.ts';

/** The wall clock, handed to whatever needs the time. */
export const clock = (): UnixSeconds => Math.floor(Date.now() / 1000);
