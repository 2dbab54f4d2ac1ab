import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario doctor', () => {
  it.skipIf(skipped !== '')(`names each fault that is planted, and nothing else${skipped}`, async () => {
    const steps = await heldScenario('doctor', 600_000);
    const told = (name: string) => steps.find((step) => step.name === name)?.detail ?? `no step ${name}`;
    expect(told('all is well')).toMatch(/^\d+ ok, \d+ that only the host sees, /);
    expect(told('all is well again')).toMatch(/^\d+ ok, \d+ that only the host sees, /);
    expect(told('GET /v1/doctor: the same, seen from the service')).toMatch(/; not tried: kdc-certificate, probe-logon$/);
    expect(namesOf(steps).filter((name) => name.startsWith('planted: ')).length).toBeGreaterThanOrEqual(15);
  });
});
