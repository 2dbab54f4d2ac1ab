import { describe, expect, it } from 'vitest';
import { examine, type Look, type Progress } from '../../src/doctor/examine.ts';
import { ok, wrong } from '../../src/doctor/finding.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

const never = () => new Promise<never>(() => undefined);
const look = (checks: Look['checks'], work: Look['look'], patience?: number): Look => {
  return { checks, about: 'dc1', look: work, ...(patience === undefined ? {} : { patience }) };
};

describe('examine', () => {
  it('orders what was found by the table and names, whatever came first', async () => {
    const slow = look(['ntauth'], async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return [ok('ntauth', 'dc2', 'there'), ok('ntauth', 'dc1', 'there')];
    });
    const findings = await examine([look(['root'], async () => [ok('root', 'dc1', 'there')]), slow]);
    expect(findings.map(({ check, about }) => `${check} ${about}`)).toEqual(['ntauth dc1', 'ntauth dc2', 'root dc1']);
  });
  it('says what failed and goes on', async () => {
    const findings = await examine([
      look(['ntauth', 'root'], () => Promise.reject(new MayflyError('directory-rights', 'it may not look', { next: 'let it' }))),
      look(['clock'], () => Promise.reject(new TypeError('no such thing'))),
      look(['account'], async () => [ok('account', 'alice', 'there')]),
    ]);
    expect(findings).toEqual([
      {
        check: 'clock',
        about: 'dc1',
        verdict: 'cannot-tell',
        says: 'it could not be looked at: no such thing',
        code: 'internal',
      },
      ...['ntauth', 'root'].map((check) => {
        return { check, about: 'dc1', verdict: 'cannot-tell', says: 'it may not look', fix: 'let it', code: 'directory-rights' };
      }),
      { check: 'account', about: 'alice', verdict: 'ok', says: 'there' },
    ]);
  });
  it('waits for nobody for ever, and tells who is late', async () => {
    let reason: unknown;
    const hangs = look(
      ['clock'],
      (signal) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return never();
      },
      20,
    );
    const findings = await examine([hangs, look(['root'], async () => [ok('root', 'dc1', 'there')])]);
    expect(findings.map(({ check, verdict, code }) => [check, verdict, code])).toEqual([
      ['clock', 'cannot-tell', 'doctor-late'],
      ['root', 'ok', undefined],
    ]);
    expect(reason).toMatchObject({ code: 'doctor-late' });
  });
  it('does no more at once than it may, and all of it', async () => {
    let running = 0;
    let most = 0;
    const looks = Array.from({ length: 20 }, () =>
      look(['clock'], async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        return [ok('clock', 'dc1', 'right')];
      }),
    );
    const told: Progress[] = [];
    expect(await examine(looks, { atOnce: 3, progress: (each) => told.push(each) })).toHaveLength(20);
    expect(most).toBe(3);
    expect(told.map(({ done }) => done)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });
  it('tells consequences of what is wrong', async () => {
    const findings = await examine([
      look(['kdc-certificate'], async () => [wrong('kdc-certificate', 'dc1', { says: 'none' })]),
      look(['probe-logon'], async () => [wrong('probe-logon', 'dc1', { says: 'refused' })]),
    ]);
    expect(findings.map(({ because }) => because)).toEqual([undefined, ['kdc-certificate']]);
  });
});
