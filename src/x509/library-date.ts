import type { UnixSeconds } from '../wire/der-time.ts';

/** The libraries want Date objects; this is the one place of the inner rings that makes them. It reads no clock. */
export const libraryDate = (time: UnixSeconds): Date => new Date(time * 1000);
