import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpOctets } from '../../src/net/http-octets.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/crl`;
}
const fetched = (url: string, most = 100, signal = AbortSignal.timeout(30_000)) => httpOctets(url, most, signal);

describe('httpOctets', () => {
  it('gives what is there, up to the octet', async () => {
    const url = await served((_, response) => response.end(Buffer.alloc(100, 7)));
    expect(await fetched(url)).toEqual(new Uint8Array(100).fill(7));
    await expect(fetched(url, 99)).rejects.toMatchObject({ code: 'http-too-much' });
  });
  it('follows no redirection, and takes nothing but 200', async () => {
    const url = await served((_, response) => response.writeHead(302, { location: '/other' }).end());
    await expect(fetched(url)).rejects.toMatchObject({ code: 'http-status' });
  });
  it('says who cannot be reached, breaks off or does not end', async () => {
    await expect(fetched('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'http-unreachable' });
    const breaks = await served(
      (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
    );
    await expect(fetched(breaks)).rejects.toMatchObject({ code: 'http-unreachable' });
    const hangs = await served(() => undefined);
    await expect(fetched(hangs, 100, AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'http-unreachable' });
    await expect(fetched('https://127.0.0.1/')).rejects.toMatchObject({ code: 'http-unreachable' });
  });
});
