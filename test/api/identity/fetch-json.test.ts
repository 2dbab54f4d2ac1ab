import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchJson } from '../../../src/api/identity/fetch-json.ts';
import { toPem } from '../../../src/ca/pem.ts';
import { extKeyUsage, keyUsage } from '../../../src/x509/extensions.ts';
import { oid } from '../../../src/x509/oid.ts';
import { caExtensions, DAY, dNSNames, ecKey, endEntity, makeCertificate } from '../../x509/made-certificate.ts';
import { refusalOf } from './refusal-of.ts';

describe('a document of a provider', () => {
  let server: Server;
  let url: URL;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const address = server.address();
    url = new URL(typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/keys` : '');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const message = async (limit = 20_000) =>
    (await refusalOf(() => fetchJson(url, { ca: undefined, limit }), '')).message.replace(url.origin, 'it');

  it.each<[string, typeof answer, string]>([
    ['refuses', (_, response) => void response.writeHead(503).end(), 'it answered with HTTP status 503'],
    [
      'redirects',
      (_, response) => void response.writeHead(301, { location: '/other' }).end(),
      'it answered with HTTP status 301',
    ],
    ['has nothing', (_, response) => void response.writeHead(204).end(), 'it answered with HTTP status 204'],
    ['hangs up', ({ socket }) => void socket.destroy(), 'it cannot be reached'],
    ['speaks something else', ({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'it cannot be reached'],
    ['sends HTML', (_, response) => void response.end('<html>'), 'it sent what is no JSON'],
    ['compresses', (_, response) => void response.end(Buffer.from('1f8b0800', 'hex')), 'it sent what is no JSON'],
    ['sends without end', (_, response) => void response.end(Buffer.alloc(1 << 20, ' ')), 'it sent more than 262144 octets'],
    [
      'stops in the middle',
      ({ socket }, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{', () => socket.destroy());
      },
      'it cannot be reached',
    ],
  ])('does not come from one that %s', async (_, script, expected) => {
    answer = script;
    expect(await message()).toBe(expected);
  });
  it('does not come from one that says nothing, or drips', async () => {
    answer = () => undefined;
    expect(await message(200)).toBe('it did not answer in 200 ms');
    let drip: NodeJS.Timeout | undefined;
    answer = (_, response) => {
      drip = setInterval(() => response.write(' '), 20);
    };
    expect(await message(200)).toBe('it did not answer in 200 ms');
    clearInterval(drip);
  });
});

describe('a document of a provider over TLS', () => {
  const today = Math.floor(Date.now() / 1000);
  const validity = { notBefore: today - DAY, notAfter: today + DAY };
  const ca = makeCertificate({ subject: 'provider ca', key: ecKey(), extensions: caExtensions(), ...validity });
  const certificate = makeCertificate({
    subject: 'provider',
    key: ecKey(),
    issuer: ca,
    extensions: [endEntity(), keyUsage(0), extKeyUsage([oid.serverAuth]), dNSNames('localhost')],
    ...validity,
  });
  const pem = toPem('CERTIFICATE', ca.der);
  let port = 0;
  beforeEach(async () => {
    const key = certificate.key.privateKey.export({ format: 'pem', type: 'pkcs8' });
    const server = createTlsServer({ key, cert: toPem('CERTIFICATE', certificate.der) }, (_, response) =>
      response.end('{"keys":[]}'),
    );
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const address = server.address();
    port = typeof address === 'object' && address ? address.port : 0;
    return () => {
      server.closeAllConnections();
      server.close();
    };
  });
  const fetched = (host: string, trusted: string | undefined) =>
    fetchJson(new URL(`https://${host}:${port}/keys`), { ca: trusted, limit: 20_000 });

  it('comes from one whose certificate its CA made for that name', async () => {
    expect(await fetched('localhost', pem)).toEqual({ keys: [] });
    await expect(fetched('127.0.0.1', pem)).rejects.toMatchObject({ code: 'identity-provider' });
  });
  it('does not come from one that nobody vouches for, whatever the environment says', async () => {
    await expect(fetched('localhost', undefined)).rejects.toMatchObject({ code: 'identity-provider' });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      await expect(fetched('localhost', undefined)).rejects.toMatchObject({ code: 'identity-provider' });
    } finally {
      Reflect.deleteProperty(process.env, 'NODE_TLS_REJECT_UNAUTHORIZED');
    }
  });
});
