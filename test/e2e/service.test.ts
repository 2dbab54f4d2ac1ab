import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario service', () => {
  it.skipIf(skipped !== '')(`holds, from npm start to the verified journal${skipped}`, async () => {
    const steps = await heldScenario('service');
    expect(namesOf(steps)).toEqual([
      'network of its own',
      'enterprise CA',
      'npm start on a fresh data folder',
      'mayfly ca crl',
      'MIT KDC',
      'Samba AD DC',
      'accounts in the directory',
      'pcscd with vpcd',
      'mayfly session request',
      'mayfly card attach SESSION',
      'OpenSC reads the card, openssl verifies its certificate',
      'OpenSC signs',
      'its key is in the memory of the service',
      'mayfly session end',
      'no byte of the key is left in it',
      'the card has left the reader',
      'directory.yaml: the accounts of the domain',
      'mayfly token create --person',
      ...['MIT KDC', 'Samba AD DC'].flatMap((kdc) => [
        `${kdc}: mayfly session request`,
        `${kdc}: kinit has a ticket through the card`,
        `${kdc}: its key is in the memory of the service`,
        `${kdc}: mayfly session end`,
        `${kdc}: no byte of the key is left in it`,
        `${kdc}: no ticket without the session`,
      ]),
      'refused: a Tier-0 account',
      'refused: the account of somebody else',
      'refused: an unknown host',
      'refused: a person whom a launcher only names',
      'CA process killed: the service starts another',
      'a card of the CA process that came back',
      'service killed: its CA process ends with it',
      'npm start again',
      'the card of before is known to be gone',
      'SIGTERM: the service and its CA process end',
      'OpenID provider',
      'mayfly ca serve',
      'mayfly serve --config',
      'three people sign in at the provider',
      'alice asks with her token of the provider',
      'her card',
      'mayfly session end, hers',
      'alice asks for a host that two have to approve',
      'nobody approves their own',
      'bob approves',
      'bob counts once',
      'carol approves',
      'mayfly session end, the approved one',
      'CA process ended: no card, and why',
      'CA process back: a card',
      'SIGTERM with a card in the reader: the service ends',
      'its key has ended with it',
      'mayfly journal verify',
      'everything stopped',
    ]);
    // What was searched for is what was there before.
    const found = steps.filter(({ name }) => name.endsWith('its key is in the memory of the service'));
    expect(found.map(({ detail }) => Number.parseInt(detail, 10) > 100)).toEqual([true, true, true]);
  });
});
