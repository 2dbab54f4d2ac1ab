import { timingSafeEqual } from 'node:crypto';

/** Whether two octet strings are the same, in a time that does not tell where they differ; their lengths are no secret. */
export const equalInConstantTime = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);
