import { describe, expect, it } from 'vitest';
import { controllerChecks, controllerFindings } from '../../src/doctor/controller.ts';
import type { HeldObject } from '../../src/doctor/publication.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

const none = () => {
  throw new Error('there is nothing to look for');
};
const verdicts = async (read: () => Promise<readonly HeldObject[] | undefined>) =>
  (await controllerFindings('dc1', read, none)).map(({ verdict }) => verdict);
const untold = (count: number) => Array.from({ length: count }, () => 'cannot-tell');
const failing = (code: string) => verdicts(() => Promise.reject(new MayflyError(code, 'it fails')));

describe('controllerFindings', () => {
  const last = controllerChecks.length - 2;
  it('tells a domain controller that is not reached from one that is not proven or lets nobody in', async () => {
    for (const code of ['directory-unreachable', 'directory-late'])
      expect(await failing(code)).toEqual(['wrong', ...untold(last + 1)]);
    for (const code of ['directory-certificate', 'directory-credentials'])
      expect(await failing(code)).toEqual(['ok', 'wrong', ...untold(last)]);
    expect(await failing('directory-other-forest')).toEqual(['ok', 'ok', ...untold(last)]);
  });
  it('goes by what it could see where there is no CA', async () => {
    expect(await verdicts(async () => undefined)).toEqual(['ok', 'ok', ...untold(last)]);
  });
});
