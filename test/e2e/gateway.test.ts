import { describe, expect, it } from 'vitest';
import { heldScenario, skipped } from './scenario-run.ts';

describe('scenario gateway', () => {
  it.skipIf(skipped !== '')(
    `leads stock clients to their hosts with a card that they do not have, whose key is gone when it is not needed${skipped}`,
    { timeout: 610_000 },
    async () => {
      const steps = await heldScenario('gateway', 600_000);
      const told = (name: string) => steps.find((step) => step.name === name)?.detail ?? `no step ${name}`;
      expect(told('stock kinit in the session: tickets until the operations are spent')).toMatch(
        /^\d+ tickets; destroyed \(operations\), 12 private operations$/,
      );
      expect(told("freerdp-shadow's picture through the gateway is the one seen directly")).toMatch(/, none of 3145728 differs$/);
      expect(told('node-rdpjs-2 through the gateway: connected, drawn to')).toBe('connect, bitmap');
      expect(told('somebody between whom xfreerdp once trusted: mayfly connect leaves before it says anything')).toMatch(
        /the one before it told its settings$/,
      );
      expect(told("a drive of the client's beside our card: the host reads a file on it")).toBe('devices 32, 8; 13 octets');
      expect(told('denied: the host sees our card and no drive')).toBe('devices 32');
      expect(told("a printer of the client's: announced after the logon, and a job goes there and back")).toMatch(
        /^devices 32, 4; /,
      );
      expect(told('printers denied: the host sees our card alone')).toBe('devices 32');
      expect(told('another account at the host: the session is over, and journaled')).toMatch(/^failed: /);
      expect(told('the rule is taken back: the desktop that it gave ends, and the journal says why')).toMatch(
        /^ended: no rule gives /,
      );
      expect(told('mayfly session reauthenticate: another card, whose PIN unlocks the desktop')).toMatch(/^\d+ fragments$/);
      expect(told('logged on again: no byte of its key is left either')).toBe('no fragment');
      expect(told('… and the session goes on without a key')).toMatch(/^destroyed \(authenticated\), [4-9] private operations$/);
    },
  );
});
