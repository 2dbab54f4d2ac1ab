import { expect, it } from 'vitest';
import { DecodeError } from '../../src/wire/cursor.ts';

// Every failure below the top level had an own `cause: undefined`, which a log prints as a cause.
it('a refusal without a cause gains none on its way out', () => {
  expect('cause' in new DecodeError('no', 0).within('field')).toBe(false);
  const cause = new Error('inner');
  expect(new DecodeError('no', 0, [], { cause }).within('field').cause).toBe(cause);
});
