import { beforeAll, describe, expect, it } from 'vitest';
import type { DoctorQuestion, Examined } from '../../src/api/api-ports.ts';
import { Examinations } from '../../src/doctor/examinations.ts';
import { person, type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

const asked: DoctorQuestion[] = [];
const found: Examined = {
  ok: false,
  ms: 7,
  findings: [
    {
      check: 'ntauth',
      title: 'NTAuth holds the issuing CA',
      about: 'dc1',
      verdict: 'wrong',
      says: 'it does not',
      fix: 'do',
      code: 'x',
    },
    { check: 'probe-logon', title: 'a logon', about: 'dc1', verdict: 'wrong', says: 'refused', because: ['ntauth'] },
  ],
};
let release: (() => void) | undefined;
let service: ServiceUnderTest;
beforeAll(async () => {
  const all = new Examinations(
    async (question: DoctorQuestion) => {
      asked.push(question);
      if (question.host === 'slow.corp.example') await new Promise<void>((resolve) => (release = resolve));
      return found;
    },
    () => performance.now(),
  );
  service = await serviceUnderTest({ examine: (question) => all.of(question) });
});

describe('GET /v1/doctor', () => {
  it('is for administrators alone', async () => {
    for (const scopes of [['sessions'], ['journal'], ['metrics'], ['approve']] as const)
      await expect(service.client(service.token(scopes, person('alice'))).call('examine', {})).rejects.toMatchObject({
        code: 'scope-missing',
      });
    expect(asked).toEqual([]);
  });
  it('says all that was found, host names in lower case', async () => {
    const query = { host: 'HOST1.corp.example', account: 'alice', sid: 'S-1-5-21-1-2-3-1105', group: 'staff' };
    expect(await service.client(service.token(['admin'])).call('examine', { query })).toEqual(found);
    expect(asked.splice(0)).toEqual([{ ...query, host: 'host1.corp.example' }]);
  });
  it('refuses what is no name and no SID', async () => {
    const admin = service.client(service.token(['admin']));
    for (const query of [{ host: '-x' }, { host: 'a b' }, { sid: 'S-1' }, { account: 'a\nb' }, { account: '' }])
      await expect(admin.call('examine', { query })).rejects.toMatchObject({ code: 'request-invalid' });
    expect(asked).toEqual([]);
  });
  it('does one at a time, shared by all who ask the same', async () => {
    const admin = service.client(service.token(['admin']));
    const query = { host: 'slow.corp.example' };
    const both = [admin.call('examine', { query }), admin.call('examine', { query })];
    await expect.poll(() => asked.length, { timeout: 30_000 }).toBe(1);
    await expect(admin.call('examine', {})).rejects.toMatchObject({ code: 'doctor-busy', status: 503 });
    release?.();
    expect(await Promise.all(both)).toEqual([found, found]);
    expect(asked).toHaveLength(1);
  });
});
