import { describe, expect, it } from 'vitest';
import { controllerChecks, controllerFindings, type Held } from '../../src/doctor/controller.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

const none = () => {
  throw new Error('there is nothing to look for');
};
const verdicts = async (read: () => Promise<Held>) => (await controllerFindings('dc1', read, none)).map(({ verdict }) => verdict);
const untold = (count: number) => Array.from({ length: count }, () => 'cannot-tell');
const failing = (code: string) => verdicts(() => Promise.reject(new MayflyError(code, 'it fails')));

describe('controllerFindings', () => {
  const last = controllerChecks.length - 2;
  it('tells a domain controller that is not reached from one that is not proven or lets nobody in', async () => {
    for (const code of ['directory-unreachable', 'directory-late'])
      expect(await failing(code)).toEqual(['wrong', ...untold(last + 1)]);
    for (const code of ['directory-certificate', 'directory-credentials'])
      expect(await failing(code)).toEqual(['ok', 'wrong', ...untold(last)]);
  });
  it('says of a domain controller that lets in only what it has seen', async () => {
    // Such as a bind that is answered with something else.
    for (const code of ['directory-reply', 'directory-rights']) expect(await failing(code)).toEqual(['ok', ...untold(last + 1)]);
    for (const code of ['directory-other-forest', 'directory-late'])
      expect(await verdicts(async () => new MayflyError(code, 'it fails'))).toEqual(['ok', 'ok', ...untold(last)]);
  });
  it('goes by what it could see where there is no CA', async () => {
    expect(await verdicts(async () => undefined)).toEqual(['ok', 'ok', ...untold(last)]);
  });
});
