import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownCodes } from '../../src/cli/commands/known-codes.ts';
import { codeIndex, findCode } from '../../src/codes/find-code.ts';

const src = join(import.meta.dirname, '..', '..', 'src');
const texts = globSync('**/*.ts', { cwd: src }).map((file) => readFileSync(join(src, file), 'utf8'));
const matched = (pattern: RegExp): string[] =>
  texts.flatMap((text) => Array.from(text.matchAll(pattern), (match) => match[1] ?? ''));
/** Literal, as they are thrown or returned: errors, denials of sessions, refusals of hosts. */
const thrown = matched(/\bnew (?:MayflyError|TryLater)\(\s*'([^']+)'/g);
const denied = matched(/\breturn refuse\('([a-z]+(?:-[a-z]+)+)'/g);
const index = codeIndex(knownCodes);

describe("Mayfly's own codes", () => {
  it('are found in its source at all', () => {
    expect(new Set(thrown).size).toBeGreaterThan(150);
    expect(denied).toContain('target-unknown');
  });
  it('are explained, every one that anything throws or denies with', () => {
    const unknown = [...new Set([...thrown, ...denied])].filter(
      (code) => !findCode(index, code).found.some(({ kind, name }) => kind === 'mayfly' && name === code),
    );
    expect(unknown).toEqual([]);
  });
});
