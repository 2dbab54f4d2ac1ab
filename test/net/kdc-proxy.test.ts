import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toPem } from '../../src/ca/pem.ts';
import { kdcProxyMessage } from '../../src/kerberos/kdc-proxy-message.ts';
import { framed } from '../../src/kerberos/tcp-framing.ts';
import { proxyExchange } from '../../src/net/kdc-proxy.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { caExtensions, DAY, dNSNames, ecKey, endEntity, makeCertificate } from '../x509/made-certificate.ts';

const today = Math.floor(Date.now() / 1000);
const validity = { notBefore: today - DAY, notAfter: today + DAY };
const ca = makeCertificate({ subject: 'proxy ca', key: ecKey(), extensions: caExtensions(), ...validity });
const proxy = makeCertificate({
  subject: 'proxy',
  key: ecKey(),
  issuer: ca,
  extensions: [endEntity(), keyUsage(0), extKeyUsage([oid.serverAuth]), dNSNames('localhost')],
  ...validity,
});
const pem = toPem('CERTIFICATE', ca.der);
const reply = (octets: string) => encode(kdcProxyMessage, { kerbMessage: framed(bytes(octets)) });

let server: Server;
let port = 0;
let handle: (request: IncomingMessage, body: Uint8Array, response: ServerResponse) => void = () => undefined;
beforeAll(async () => {
  const key = proxy.key.privateKey.export({ format: 'pem', type: 'pkcs8' });
  server = createServer({ key, cert: toPem('CERTIFICATE', proxy.der) }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handle(request, new Uint8Array(Buffer.concat(chunks)), response));
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  return () => {
    server.closeAllConnections();
    server.close();
  };
});
afterEach(() => server.closeAllConnections());
const ask = (options: Partial<Parameters<typeof proxyExchange>[3]> = {}) =>
  proxyExchange(`https://localhost:${port}/KdcProxy`, 'CORP.EXAMPLE', bytes('6a 01'), { ca: pem, limit: 30_000, ...options });

describe('an exchange through a KDC proxy', () => {
  it('posts the message with its length and the realm, and takes the reply out again', async () => {
    let seen: unknown;
    handle = ({ method, url, headers }, body, response) => {
      seen = { method, url, type: headers['content-type'], body: hex(body), message: decode(kdcProxyMessage, body).targetDomain };
      response.end(reply('7e 05'));
    };
    expect(hex(await ask())).toBe('7e05');
    // KDC-PROXY-MESSAGE, [MS-KKDCP] 2.2.2: SEQUENCE, [0] OCTET STRING of length and message, [1] GeneralString.
    const body = '301a a008 0406 0000 0002 6a01 a10e 1b0c 434f52502e4558414d504c45'.replaceAll(' ', '');
    expect(seen).toEqual({ method: 'POST', url: '/KdcProxy', type: 'application/kerberos', body, message: 'CORP.EXAMPLE' });
  });
  it.each<[string, typeof handle, string]>([
    ['refuses', (_, __, response) => void response.writeHead(503).end(), 'kdc-unreachable'],
    [
      'sends us elsewhere',
      (_, __, response) => void response.writeHead(302, { location: 'https://localhost/' }).end(),
      'kdc-unreachable',
    ],
    ['says nothing', () => undefined, 'kdc-timeout'],
    ['begins and stops', (_, __, response) => void response.write(reply('7e 05').subarray(0, 5)), 'kdc-timeout'],
    ['hangs up', (request) => void request.socket.destroy(), 'kdc-unreachable'],
    ['answers in HTML', (_, __, response) => void response.end('<html>'), 'kdc-reply'],
    [
      'lies about the length',
      (_, __, response) => void response.end(encode(kdcProxyMessage, { kerbMessage: bytes('00 00 00 09 7e') })),
      'kdc-reply',
    ],
    ['sends without an end', (_, __, response) => void response.end(Buffer.alloc(1 << 20)), 'kdc-oversize'],
  ])('fails by name when the proxy %s', async (_, script, code) => {
    handle = script;
    await expect(ask(code === 'kdc-timeout' ? { limit: 500 } : {})).rejects.toMatchObject({ code });
  });
  it('fails when the certificate is of nobody we know, or the caller stops', async () => {
    handle = (_, __, response) => void response.end(reply('7e 05'));
    await expect(ask({ ca: undefined })).rejects.toMatchObject({ code: 'kdc-unreachable' });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      await expect(ask({ ca: undefined })).rejects.toMatchObject({ code: 'kdc-unreachable' });
    } finally {
      Reflect.deleteProperty(process.env, 'NODE_TLS_REJECT_UNAUTHORIZED');
    }
    handle = () => undefined;
    await expect(ask({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
