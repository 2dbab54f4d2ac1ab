import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario card', () => {
  it.skipIf(skipped !== '')(`holds with every client${skipped}`, async () => {
    const steps = await heldScenario('card');
    expect(namesOf(steps)).toEqual([
      'network of its own',
      'mayfly ca init',
      'mayfly ca serve',
      'pcscd with vpcd',
      'mayfly card attach',
      'certificate read from the card, verified by openssl',
      'OpenSC: opensc-tool --name',
      'OpenSC: pkcs11-tool --list-slots',
      'OpenSC: pkcs11-tool --list-objects',
      'OpenSC: pkcs11-tool --test',
      'OpenSC: signatures',
      'OpenSC: decryption',
      'yubico-piv-tool: read-certificate',
      'yubico-piv-tool: status',
      'yubico-piv-tool: verify-pin',
      'yubico-piv-tool: test-signature',
      'yubico-piv-tool: test-decipher',
      'yubico-piv-tool: --sign',
      'ykcs11: --list-slots',
      'ykcs11: --list-objects',
      'ykcs11: --test',
      'ykcs11: signatures',
      'ykcs11: decryption',
      'GnuTLS: p11tool --list-all',
      'GnuTLS: p11tool --test-sign',
      'GnuTLS: certtool --generate-request',
      'OpenSSH: ssh-keygen -D',
      'OpenSSH: ssh-add -s',
      'OpenSSH: ssh-keygen -Y sign, -Y verify',
      'OpenSSH: ssh-add -T, after another client has reset the card',
      'openssl engine: dgst -sign',
      'openssl engine: req -new',
      'two clients at once, five times',
      'pcscd restarted: the card comes back and signs',
      'SIGTERM: key destroyed, card out of the reader',
      'mayfly card attach --key rsa-3072',
      'OpenSC: RSA-3072 signatures',
      'mayfly card attach --key p-256',
      'OpenSC: ECDSA signatures',
      'ykcs11: ECDSA signatures',
      'openssl engine: dgst -sign, P-256',
      'mayfly card attach, to be blocked',
      'yubico-piv-tool: wrong PIN',
      'yubico-piv-tool: wrong PIN again',
      'yubico-piv-tool: wrong PIN a third time',
      'yubico-piv-tool: right PIN, but the card is blocked',
      'OpenSC: right PIN, but the card is blocked',
      'the third wrong PIN has destroyed the key',
      '… --operations 2',
      'OpenSC: 2 signed, then the key is destroyed',
      'after --operations 2: the certificate is still read',
      'after --operations 2: no signature',
      'after --operations 2: SIGTERM',
      '… --once',
      'OpenSC: 1 signed, then the key is destroyed',
      'after --once: the certificate is still read',
      'after --once: no signature',
      'after --once: SIGTERM',
      'everything stopped',
    ]);
    // what a step says is what its client and the card's log said
    expect(steps.find((step) => step.name === 'OpenSC: pkcs11-tool --test')?.detail).toMatch(
      /^No errors \(\d+ APDUs, 18 private operations\)$/,
    );
    expect(steps.find((step) => step.name === 'ykcs11: --test')?.detail).toMatch(
      /^No errors \(\d+ APDUs, 14 private operations\)$/,
    );
  });
});
