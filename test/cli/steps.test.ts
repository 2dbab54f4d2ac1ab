import { describe, expect, it } from 'vitest';
import { formatStep, type Step, Steps } from '../../src/cli/steps.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

describe('Steps', () => {
  it('reports each step as it ends and gives its value on', async () => {
    const seen: Step[] = [];
    const steps = new Steps((step) => seen.push(step));
    expect(
      await steps.run(
        'one',
        () => 41,
        (value) => `got ${value}`,
      ),
    ).toBe(41);
    expect(await steps.run('two', async () => 'b')).toBe('b');
    expect(seen).toEqual(steps.steps);
    expect(seen.map(({ name, ok, detail }) => ({ name, ok, detail }))).toEqual([
      { name: 'one', ok: true, detail: 'got 41' },
      { name: 'two', ok: true, detail: '' },
    ]);
    expect(seen.every((step) => step.ms >= 0 && Number.isFinite(step.ms))).toBe(true);
    expect(steps.ok).toBe(true);
  });

  it('reports a failure with its causes and what to do, then throws the same error', async () => {
    const steps = new Steps(() => undefined);
    const error = new MayflyError('ca-passphrase', 'wrong passphrase', {
      cause: new Error('bad\n decrypt'),
      next: 'look at the file',
    });
    await expect(steps.run('unlock', () => Promise.reject(error))).rejects.toBe(error);
    expect(steps.steps[0]).toMatchObject({ ok: false, detail: 'wrong passphrase: bad | decrypt (look at the file)' });
    expect(steps.ok).toBe(false);
  });

  it('stays failed when a later, independent step holds', async () => {
    const steps = new Steps(() => undefined);
    await steps.run('fails', () => Promise.reject(new Error('no'))).catch(() => undefined);
    await steps.run('holds', () => undefined);
    expect(steps.ok).toBe(false);
  });

  it('fails a step once whose detail cannot be told', async () => {
    const steps = new Steps(() => undefined);
    const detail = () => {
      throw new Error('no answer');
    };
    await expect(steps.run('one', () => 1, detail)).rejects.toThrow('no answer');
    expect(steps.steps.map((step) => step.ok)).toEqual([false]);
  });

  it('is not ok before anything was tried', () => {
    expect(new Steps(() => undefined).ok).toBe(false);
  });
});

describe('formatStep', () => {
  it('is one line', () => {
    expect(formatStep({ name: 'issue', ok: true, ms: 12.34, detail: '' })).toBe('ok       12.3 ms  issue');
    expect(formatStep({ name: 'issue', ok: false, ms: 1, detail: 'no key' })).toBe('FAIL      1.0 ms  issue: no key');
  });
});
