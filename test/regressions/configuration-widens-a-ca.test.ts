import { expect, test } from 'vitest';
import { boundsOf, type ChosenCa } from '../../src/cli/commands/chosen-ca.ts';
import type { CaConfig, Config } from '../../src/config/config.ts';

/** A CA made for one domain, in a configuration that lists two. */
function chosen(upnSuffixes: readonly string[] | undefined): ChosenCa {
  const configured = { name: 'corp', upnSuffixes, refusedSids: [], maxLifetimeMinutes: 30 } as unknown as CaConfig;
  const domains = [
    { name: 'corp.example', forest: 'corp.example', upnSuffixes: ['corp.example', 'staff.example'] },
    { name: 'other.example', forest: 'other.example', upnSuffixes: ['other.example'] },
  ];
  return { name: 'corp', configured, config: { domains, cas: [configured] } as unknown as Config } as ChosenCa;
}
const settings = { version: 1, domains: ['corp.example'], sidPlacement: 'extension' } as const;

test("a CA certifies its own domains' suffixes, whatever other domains are configured", () => {
  expect(boundsOf(chosen(undefined), settings).upnSuffixes).toEqual(['corp.example', 'staff.example']);
  expect(boundsOf(chosen(['other.example']), settings).upnSuffixes).toEqual(['other.example']);
});
