import { expect, it } from 'vitest';
import { crlUrlFault } from '../../src/pki/lints/crl-distribution-point.ts';

// The host was compared as it was written, and `user@localhost` taken for a host.
it('loopback is loopback however it is written', () => {
  for (const host of ['127.1', '2130706433', '0x7f000001', 'user@localhost', 'LOCALHOST.', '[0:0:0:0:0:0:0:1]', '0.0.0.0']) {
    expect(crlUrlFault(`http://${host}/ca.crl`), host).toMatch('cannot reach');
  }
  expect(crlUrlFault('http://127.corp.test/ca.crl')).toBeUndefined();
});
