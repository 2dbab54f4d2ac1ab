import { expect, it } from 'vitest';
import { settingsOf } from '../../src/ca/create-ca.ts';
import { crlUrlFault } from '../../src/pki/lints/crl-distribution-point.ts';
import { plan } from '../ca/made-ca.ts';

// A CA was made with them, and either could certify nobody or wrote a URL whose host depends on who reads it.
it('a base URL that only a browser understands is refused when the CA is made', () => {
  for (const form of [
    'http:pki.test',
    'http:/pki.test',
    'http:///pki.test',
    'http:\\\\pki.test\\x',
    'http://pki.test\\@127.0.0.1',
    'http://pki.test/"<>',
  ]) {
    for (const lab of [false, true]) expect(() => settingsOf({ ...plan, crlUrl: form, lab }), form).toThrow('is not a URL');
  }
  for (const form of ['http://pki.test', 'HTTP://pki.test/', 'http://pki.test:8080/a/b', 'http://[2001:db8::1]/'])
    expect(settingsOf({ ...plan, crlUrl: form }).crlUrl).toBe(form);
  expect(crlUrlFault('http://pki.test\\@127.0.0.1/ca.crl')).toMatch('RFC 3986');
});
