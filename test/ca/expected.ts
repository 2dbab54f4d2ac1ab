import { expect } from 'vitest';

/** vitest's matchers are of type `any`; inside an expected object that would let anything through. */
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const containing = (text: string): unknown => expect.stringContaining(text);

/** One line, and no sentence. */
export const oneClause: unknown = matching(/^\S[^\n]*[^.\n]$/);
