import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicFiles } from '../../src/api/public-files.ts';
import { CaFolder } from '../../src/ca/ca-folder.ts';
import { createCa } from '../../src/ca/create-ca.ts';
import { fromPem } from '../../src/ca/pem.ts';
import { PublishedFiles } from '../../src/ca/published-files.ts';
import { clock, openCa, passphrase, plan, temporaryFolder } from '../ca/made-ca.ts';
import { hex } from '../wire/annotated-hex.ts';
import { RawHttp, sentRaw } from './raw-http.ts';

const home = temporaryFolder();
const cas = ['one', 'two'].map((name) => new CaFolder(join(home, 'ca', name)));
const logged: unknown[] = [];
let server: Server;
let port = 0;
/** By folder: its key id. */
const keys = new Map<CaFolder, string>();
beforeAll(async () => {
  for (const [i, folder] of cas.entries()) {
    await createCa(folder, { ...plan, withRoot: i === 1, crlUrl: 'http://pki.corp.example' }, passphrase, clock);
    for (const each of i === 1 ? [folder, folder.root] : [folder]) {
      const authority = await openCa(each);
      await authority.keepCrlFresh();
      await authority.close();
      keys.set(each, hex((await each.readCertificate()).keyId));
    }
  }
  const files = new PublishedFiles(home, clock);
  server = publicFiles({ find: (kind, keyId) => files.find(kind, keyId), log: (e) => logged.push(e) });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers, method });

describe('the public listener', () => {
  it('serves CRL and certificate of every CA and the root above one, as their certificates say', async () => {
    expect(keys.size).toBe(3);
    for (const [folder, key] of keys) {
      const crl = await get(`/crl/${key}.crl`);
      expect(crl.headers.get('content-type')).toBe('application/pkix-crl');
      expect(new Uint8Array(await crl.arrayBuffer())).toEqual(new Uint8Array(readFileSync(folder.crlFile)));
      expect(crl.headers.get('cache-control')).toBe('public, max-age=300');
      const certificate = await get(`/ca/${key}.crt`);
      expect(certificate.headers.get('content-type')).toBe('application/pkix-cert');
      expect(new Uint8Array(await certificate.arrayBuffer())).toEqual(
        fromPem('CERTIFICATE', readFileSync(folder.certificateFile, 'utf8')),
      );
    }
    // The root certified the CA, so the CA's own certificate names where the root's CRL lies.
    const [, two] = cas;
    const { pathname } = new URL((await two?.readCertificate())?.crlUrls.find((url) => url.startsWith('http:')) ?? '');
    expect((await get(pathname)).status).toBe(200);
  });
  it('answers whoever has it already with nothing', async () => {
    const path = `/crl/${[...keys.values()][0]}.crl`;
    const first = await get(path);
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';
    for (const headers of [
      { 'if-none-match': etag },
      { 'if-none-match': `"x", W/${etag}` },
      { 'if-none-match': '*' },
      { 'if-modified-since': modified },
    ]) {
      const again = await get(path, headers);
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    for (const headers of [
      { 'if-none-match': '"other"', 'if-modified-since': modified },
      { 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' },
      { 'if-modified-since': 'never' },
    ])
      expect((await get(path, headers)).status).toBe(200);
    const head = await get(path, {}, 'HEAD');
    expect([head.status, Number(head.headers.get('content-length')) > 100, await head.text()]).toEqual([200, true, '']);
  });
  it('has nothing else, however it is spelt', async () => {
    const [key = ''] = keys.values();
    for (const path of [
      '/',
      '/crl/',
      `/crl/${key}`,
      `/crl/${key}.crt`,
      `/ca/${key}.crl`,
      `/crl/${key.toUpperCase()}.crl`,
      `/crl/${'0'.repeat(40)}.crl`,
      `/crl/${key}.crl?x=1`,
      `/crl/${key}.crl#x`,
      `/crl/${key}.crl/`,
      `//crl/${key}.crl`,
      `/crl//${key}.crl`,
      `/crl/../crl/${key}.crl`,
      `/ca/one/ca.key`,
      '/ca/../ca/one/ca.key',
      '/ca/%2e%2e/one/ca.key',
      '/crl/..%2f..%2fca%2fone%2fca.key',
      `/crl/${key}.crl%00`,
      `/crl/%${key}.crl`,
      '/ca/one/ca.crl',
      '/../../../../etc/passwd',
      `http://127.0.0.1/crl/${key}.crl`,
      '*',
      `/CRL/${key}.crl`,
      `/crl\\${key}.crl`,
      `/crl/${key}.crl;x`,
    ]) {
      const answers = await sentRaw(port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      expect(answers.map(({ status, body }) => [path, status, body])).toEqual([[path, 404, '']]);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])
      expect((await sentRaw(port, `${method} /crl/${key}.crl HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`))[0]?.status).toBe(
        405,
      );
  });
  it('serves no file of a CA for any target', async () => {
    const secret = readFileSync(cas[0]?.keyFile ?? '', 'latin1');
    const part = fc.constantFrom(
      'crl',
      'ca',
      'one',
      'ca.key',
      'ca.crl',
      '.crl',
      '.crt',
      '..',
      '.',
      '%2e%2e',
      '%2f',
      '/',
      '\\',
      '%00',
      [...keys.values()][0] ?? '',
      '?',
      '#',
      ';',
      '~',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const [answer] = await sentRaw(port, `GET /${parts.join('')} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
        expect([200, 400, 404]).toContain(answer?.status);
        expect(answer?.body).not.toContain(secret.slice(0, 40));
        if (answer?.status === 200) expect(parts.join('')).toMatch(/^(?:crl\/[0-9a-f]{40}\.crl|ca\/[0-9a-f]{40}\.crt)$/);
      }),
      { numRuns: 200 },
    );
  });
  it('takes no second request out of a body, and waits for no slow one', async () => {
    const [key = ''] = keys.values();
    const inner = `GET /ca/${key}.crt HTTP/1.1\r\nhost: x\r\n\r\n`;
    for (const head of [`content-length: ${inner.length}`, 'transfer-encoding: chunked'])
      expect(await sentRaw(port, `GET /crl/${key}.crl HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n${inner}`)).toHaveLength(1);
    const slow = await RawHttp.open(port);
    slow.write('GET /crl/');
    await slow.closed;
    expect(slow.answers[0]?.status).toBe(408);
  });
  it('has not found a fault of its own in all this', () => {
    expect(logged).toEqual([]);
  });
});
