import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { ApiTokens } from '../../src/api/identity/api-tokens.ts';
import { person } from '../api/service-under-test.ts';
import { opened } from '../store/made-store.ts';

/** An administrator who made a token in somebody's name, to approve with it, left nothing of that name in the journal. */
it('the journal says in whose name a token was made', () => {
  const store = opened();
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const tokens = new ApiTokens({ kept: store, clock: () => 1_790_000_000, random });
  tokens.create({ name: 'phone', scopes: ['approve'], lifetime: 60, person: person('bob') }, 'token:admin');
  tokens.create({ name: 'portal', scopes: ['sessions'], lifetime: 60 }, 'token:admin');
  const [ofBob = '', ofNobody = ''] = store.entries({ limit: 9 }).map(({ text }) => text);
  expect(JSON.parse(ofBob)).toMatchObject({ event: 'token-created', by: 'token:admin', person: 'mayfly#bob' });
  expect(JSON.parse(ofNobody)).not.toHaveProperty('person');
});
