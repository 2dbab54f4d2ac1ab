import { expect, it } from 'vitest';
import { sentRaw } from '../api/raw-http.ts';
import { person, serviceUnderTest } from '../api/service-under-test.ts';

/** Node keeps the first of two Authorization headers; what stands before the service may have looked at the last. */
it('a request with two tokens is refused', async () => {
  const service = await serviceUnderTest();
  const [alice, bob] = ['alice', 'bob'].map((name) => service.token(['sessions'], person(name)));
  const ask = async (...tokens: readonly (string | undefined)[]) => {
    const headers = tokens.map((token) => `authorization: Bearer ${token}\r\n`).join('');
    const text = `GET /v1/sessions HTTP/1.1\r\nhost: mayfly\r\nconnection: close\r\n${headers}\r\n`;
    return (await sentRaw(service.port, text, service.identity.certificate)).map(({ status }) => status);
  };
  expect([await ask(alice), await ask(alice, bob), await ask(bob, bob)]).toEqual([[200], [400], [400]]);
});
