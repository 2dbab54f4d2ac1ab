import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tokenHolder } from '../../src/api/identity/api-token.ts';
import { ApiTokens } from '../../src/api/identity/api-tokens.ts';
import { asOfNow, directoryPerson } from '../../src/api/identity/directory-person.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import type { Account } from '../../src/policy/account.ts';

const NOW = 1_800_000_000;
function kept() {
  const texts = new Map<string, string>();
  const entries: JournalEntry[] = [];
  const tokens = new ApiTokens({
    kept: {
      token: (id) => texts.get(id),
      tokens: () => [...texts.values()],
      saveToken(id, value, entry) {
        texts.set(id, value);
        entries.push(entry);
      },
    },
    clock: () => NOW,
    random: (length) => new Uint8Array(randomBytes(length)),
  });
  return { tokens, texts, entries };
}
const alice: Account = {
  name: 'alice',
  domain: 'corp.example',
  userPrincipalName: 'alice@corp.example',
  sid: 'S-1-5-21-1-2-3-1105',
  kind: 'user',
  obstacles: [],
  groupSids: ['S-1-5-21-1-2-3-1201'],
  groups: ['Desktop Users'],
  adminCount: 0,
  sidHistory: [],
};
const directoryOf = (...accounts: readonly Account[]) => ({
  account: async (reference: string) =>
    accounts.find(({ sid, userPrincipalName }) => sid === reference || userPrincipalName === reference),
  host: async () => undefined,
  hosts: async () => [],
});

describe('tokens of our own', () => {
  it('let their holder in until they are revoked; neither the token nor its secret is kept', () => {
    const { tokens, texts, entries } = kept();
    const made = tokens.create({ name: 'portal', scopes: ['sessions'], lifetime: 60 }, 'token:admin');
    expect(tokenHolder(made.text, tokens, NOW)).toEqual({
      id: `token:${made.id}`,
      name: 'portal',
      scopes: ['sessions'],
      person: undefined,
    });
    const all = JSON.stringify([...texts, entries, tokens.list()]);
    expect(all).not.toContain(made.text.slice(-43));
    expect(tokens.revoke(made.id, 'token:admin')).toMatchObject({ revoked: NOW });
    expect(() => tokenHolder(made.text, tokens, NOW)).toThrow(expect.objectContaining({ code: 'token-revoked' }));
    tokens.revoke(made.id, 'token:admin');
    expect(entries.map(({ event }) => event)).toEqual(['token-created', 'token-revoked']);
    expect(() => tokens.revoke('aaaaaaaaaaaaaaaa', 'token:admin')).toThrow(expect.objectContaining({ code: 'token-unknown-id' }));
  });

  it('name people as the directory has them now, and nobody who is gone from it', async () => {
    const { tokens } = kept();
    const person = await directoryPerson(directoryOf(alice), 'alice@corp.example');
    const { text } = tokens.create({ name: 'alice', scopes: ['sessions'], lifetime: 60, person }, 'token:admin');
    const caller = tokenHolder(text, tokens, NOW);
    const moved = { ...alice, userPrincipalName: 'alice.moved@corp.example', groups: [] };
    expect((await asOfNow(directoryOf(moved), caller)).person).toMatchObject({
      userPrincipalName: 'alice.moved@corp.example',
      groups: [],
    });
    // Another account with her old name is not her.
    const namesake = { ...alice, sid: 'S-1-5-21-1-2-3-1999' };
    for (const directory of [directoryOf(namesake), directoryOf({ ...alice, obstacles: ['the account is disabled'] })])
      await expect(asOfNow(directory, caller)).rejects.toMatchObject({ code: 'token-revoked' });
    await expect(directoryPerson(directoryOf(), 'bob@corp.example')).rejects.toMatchObject({ code: 'person-unknown' });
  });
});
