import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { knownCodes } from '../../src/cli/commands/known-codes.ts';
import { codeIndex, findCode } from '../../src/codes/find-code.ts';

const src = join(import.meta.dirname, '..', '..', 'src');
const texts = globSync(['doctor/*.ts', 'cli/commands/doctor*.ts'], { cwd: src }).map((file) =>
  readFileSync(join(src, file), 'utf8'),
);
const codes = texts.flatMap((text) =>
  Array.from(text.matchAll(/code: '([a-z-]+)'|, '([a-z]+-[a-z-]+)'\);/g), ([, named, last]) => named ?? last ?? ''),
);

it('every code of a finding is explained by `mayfly explain`', () => {
  expect(codes).toContain('crl-ended');
  for (const code of ['ca-not-published', 'account-sid']) expect(codes).toContain(code);
  const index = codeIndex(knownCodes);
  expect([...new Set(codes)].filter((code) => !findCode(index, code).found.some(({ name }) => name === code))).toEqual([]);
});
