import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario rdp-card', () => {
  it.skipIf(skipped !== '')(
    `has the card used in a session of xrdp, for a ticket as well, and no ticket once its key is destroyed${skipped}`,
    async () => {
      const steps = await heldScenario('rdp-card');
      expect(namesOf(steps)).toEqual([
        'network of its own',
        'enterprise CA',
        'mayfly ca init',
        'mayfly ca serve',
        'mayfly ca crl',
        'MIT KDC',
        'Samba AD DC',
        'accounts in the directory',
        'a CA whose certificates are long',
        'pcscd with vpcd',
        'xrdp, any secret right for its user',
        'xrdp: logon without the card, the card redirected',
        'chansrv: its socket, for the user alone',
        'chansrv: list of readers',
        'chansrv: status change, at once',
        'chansrv: connect',
        'chansrv: status',
        'chansrv: control: no features',
        'chansrv: transaction, SELECT PIV',
        'chansrv: certificate, the whole object in one answer of two chunks',
        'chansrv: VERIFY, signature verified by openssl',
        'chansrv: Cancel of a parked status wait',
        'chansrv: disconnect, context released',
        'chansrv: a program leaves while its wait is parked; the next one finds the card',
        'the connection ends while a wait is parked: key destroyed',
        'mayfly apdu explain: all that passed, and no PIN',
        'xrdp: another connection, another card',
        "the session's card in pcscd's reader",
        'Samba AD DC: ticket through the card',
        'MIT KDC: ticket through the card',
        'key destroyed',
        'Samba AD DC: no ticket without the key',
        'MIT KDC: no ticket without the key',
        'the certificate is still read',
        'the connection ends: no card in the reader',
        'mayfly apdu explain: the logons, and no PIN',
        'xrdp: stopped, its sessions ended',
        'everything stopped',
      ]);
      const told = (name: string) => steps.find((step) => step.name === name)?.detail ?? '';
      const object = /^(\d+) octets$/.exec(told('chansrv: certificate, the whole object in one answer of two chunks'))?.[1];
      expect(Number(object)).toBeGreaterThan(1600);
      expect(told('mayfly apdu explain: the logons, and no PIN')).toMatch(
        /; VERIFY [2-9] done, [1-9] blocked; [2-9] signatures; /,
      );
      for (const kdc of ['Samba AD DC', 'MIT KDC']) {
        expect(told(`${kdc}: no ticket without the key`)).toBe('PKCS11 C_Login failed: pin locked');
      }
    },
  );
});
