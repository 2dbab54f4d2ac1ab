import { describe, expect, it } from 'vitest';
import { SessionLogon, type SessionLogonPorts } from '../../src/rdpdr/session-logon.ts';
import { cardWithStandIn } from '../custody/card-with-stand-in.ts';
import { getData, select } from '../piv/card-in-hand.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { HandClock } from './reader-at-hand.ts';

const MINUTES = 5 * 60_000;
const user = { domain: 'CORP', userName: 'alice', sessionId: 2 };
function begun(more: Partial<SessionLogonPorts> = {}) {
  const { card, destroyed } = cardWithStandIn();
  const clock = new HandClock();
  const stuck: string[] = [];
  let now = 0;
  let expiries = 0;
  /** Second by second, as timers that set the next one need it. */
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      now += 1000;
      clock.pass(1000);
    }
  };
  const stalled = ({ stage }: { readonly stage: string }) => void stuck.push(stage);
  const ports = { card, notAfter: MINUTES, after: clock.after, elapsed: () => now, stalled, ...more };
  const logon = new SessionLogon(ports, () => expiries++);
  return { logon, pass, stuck, clock, expiries: () => expiries, causes: () => destroyed.mock.calls.map(([cause]) => cause) };
}

describe('a logon', () => {
  it('tells of each place where it is stuck, once', async () => {
    const { logon, pass, stuck } = begun();
    pass(15);
    logon.happened({ kind: 'announced' });
    pass(9);
    expect(stuck).toEqual([]);
    pass(30);
    expect(stuck).toEqual(['no-card-call']);
    await logon.card.transmit(bytes(select));
    await logon.card.transmit(bytes(getData('5fc105')));
    pass(30);
    expect(stuck).toEqual(['no-card-call', 'certificate-read']);
    expect(logon.reached.stage).toBe('certificate-read');
  });
  it('is not stuck where the host logs its user on without the card', () => {
    const { logon, pass, stuck, causes } = begun({ logon: 'without-card' });
    logon.happened({ kind: 'device-refused', status: 0xc000_0001 });
    pass(299);
    expect([stuck, causes()]).toEqual([[], []]);
  });
  it('is over when somebody is logged on: the key is gone and nothing runs any more', async () => {
    const { logon, pass, stuck, clock, causes, expiries } = begun();
    logon.over({ kind: 'logged-on', who: user });
    await expect(logon.outcome).resolves.toEqual({ kind: 'logged-on', who: user });
    expect([logon.isOver, causes(), clock.running]).toEqual([true, ['authenticated'], 0]);
    logon.over({ kind: 'cancelled' });
    pass(600);
    await expect(logon.outcome).resolves.toEqual({ kind: 'logged-on', who: user });
    expect([stuck, expiries(), causes()]).toEqual([[], 0, ['authenticated']]);
  });
  it('is over with the certificate', async () => {
    const { logon, pass, causes, expiries, clock } = begun();
    pass(300);
    await expect(logon.outcome).resolves.toEqual({ kind: 'not-after' });
    expect([expiries(), causes(), clock.running]).toEqual([1, ['expired'], 0]);
  });
  it('may be ended by whoever is told that it is stuck', async () => {
    const { logon, pass, clock } = begun({ stalled: () => logon.over({ kind: 'cancelled' }) });
    pass(60);
    await expect(logon.outcome).resolves.toEqual({ kind: 'cancelled' });
    expect(clock.running).toBe(0);
  });
});
