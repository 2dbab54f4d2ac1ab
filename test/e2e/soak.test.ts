import { describe, expect, it } from 'vitest';
import { heldScenario, skipped } from './scenario-run.ts';

describe('scenario soak', () => {
  it.skipIf(skipped !== '')(
    `has clients come and go at random for a minute: nothing is stuck, no key is left, the journal is complete${skipped}`,
    { timeout: 600_000 },
    async () => {
      const steps = await heldScenario('soak', 590_000);
      const told = (name: string) => steps.find((step) => step.name === name)?.detail ?? `no step ${name}`;
      expect(told('all stand still: the keys of cards in use are in the memory of the service')).toMatch(/found all \d+ keys/);
      expect(told('no byte of those keys is left in the service')).toBe('no fragment');
      expect(told('nothing is open: sessions, clients, cards, descriptors')).toMatch(
        /^sessions_open 0, gateway_clients_live 0, gateway_clients_half_open 0, cards_live 0; 0 TCP connections/,
      );
      expect(told('mayfly journal verify')).toMatch(/no fault/);
    },
  );
});
