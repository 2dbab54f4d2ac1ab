import { describe, expect, it } from 'vitest';
import { LogonProgress } from '../../src/rdpdr/logon-progress.ts';
import type { RedirectionEvent } from '../../src/rdpdr/redirection-event.ts';
import { logonStages, stalledLogon } from '../../src/rdpdr/stalled-logon.ts';

const call = (kind: 'connect' | 'list-readers', returnCode = 0): RedirectionEvent => ({
  kind: 'call',
  call: kind,
  name: 'X',
  returnCode,
});

describe('a logon that does not get on', () => {
  it('is named by the step that does not come, each of which has its time', () => {
    const logon = new LogonProgress(1000);
    let now = 1000;
    const steps: readonly (readonly [step: () => void, stage: string])[] = [
      [() => logon.redirection({ kind: 'user-logged-on', isEarly: true }, now), 'channel-silent'],
      [() => logon.redirection({ kind: 'announced' }, now), 'no-card-call'],
      [() => logon.redirection({ kind: 'device-accepted' }, now), 'no-card-call'],
      [() => logon.redirection(call('list-readers'), now), 'reader-seen'],
      [() => logon.redirection(call('connect', 0x8010_000b), now), 'reader-seen'],
      [() => logon.redirection(call('connect'), now), 'card-opened'],
      [() => logon.card('certificate-read', now), 'certificate-read'],
      [() => logon.card('pin-refused', now), 'pin-refused'],
      [() => logon.card('pin-verified', now), 'pin-verified'],
      [() => logon.card('key-refused', now), 'key-refused'],
      [() => logon.card('key-used', now), 'key-used'],
      [() => logon.card('certificate-read', now), 'key-used'],
      [() => logon.card('key-used', now), 'key-used'],
    ];
    let before = logon.reached.stage;
    let since = now;
    for (const [step, stage] of steps) {
      now += 700;
      step();
      if (stage !== before) since = now;
      before = logon.reached.stage;
      expect([logon.reached.stage, logon.stallsAt]).toEqual([stage, since + logon.reached.patience]);
    }
  });
  it('is known at once where the host refuses the device, and is none if it uses it all the same', () => {
    const logon = new LogonProgress(0);
    logon.redirection({ kind: 'announced' }, 0);
    logon.redirection({ kind: 'device-refused', status: 0xc000_0001 }, 5);
    expect([logon.reached.stage, logon.stallsAt]).toEqual(['device-refused', 5]);
    logon.redirection(call('list-readers'), 6);
    logon.redirection({ kind: 'device-refused', status: 0xc000_0001 }, 7);
    expect(logon.reached.stage).toBe('reader-seen');
  });
  it('does not begin anew with calls that lead no further', () => {
    const logon = new LogonProgress(0);
    logon.redirection({ kind: 'announced' }, 0);
    for (let now = 0; now < 10_000; now += 100) logon.redirection(call('list-readers'), now);
    expect([logon.reached.stage, logon.stallsAt]).toEqual(['reader-seen', 10_000]);
  });
  it.each(logonStages)('%s: one clause and what to do', (stage) => {
    const { sentence, fix } = stalledLogon(stage);
    for (const text of [sentence, fix]) expect(text).toMatch(/^[^.]+[^.\n]$/);
  });
});
