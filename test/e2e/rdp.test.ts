import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario rdp', () => {
  it.skipIf(skipped !== '')(`holds with every host and client${skipped}`, async () => {
    const steps = await heldScenario('rdp');
    expect(namesOf(steps)).toEqual([
      'network of its own',
      'enterprise CA',
      'a virtual screen',
      'xrdp, any secret right for its user',
      'xrdp: a session is active, TLS pinned',
      'xrdp: … and the user has a desktop',
      'xrdp: another pin is refused before anything is sent',
      'xrdp: mayfly rdp probe',
      'freerdp-shadow',
      'freerdp-shadow: active, and it draws',
      'freerdp-shadow: five at once',
      'xfreerdp reaches a host of our pieces',
      'node-rdpjs-2 reaches a host of our pieces',
      'xrdp: time to the first PDU after activation',
      'xrdp: stopped, its sessions ended',
      'everything stopped',
    ]);
    const told = (name: string) => steps.find((step) => step.name === name)?.detail;
    // rdpsnd beside rdpdr: a Windows host says nothing on the one without the other, which none of these would notice
    expect(told('xrdp: a session is active, TLS pinned')).toMatch(/^share 0x[0-9a-f]+, rdpdr \d+, rdpsnd \d+, /);
    expect(told('xrdp: mayfly rdp probe')).toContain('NLA none; a stranger reaches active');
    expect(told('xfreerdp reaches a host of our pieces')).toMatch(/^channels rdpdr, rdpsnd/);
  });
});
