import type { Socket } from 'node:net';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { framed } from '../../src/kerberos/tcp-framing.ts';
import { KdcClient } from '../../src/net/kdc-client.ts';

/** MIT's KDC serves 45 TCP connections and closes the oldest for each one more: of 50 logons at once, some failed. */
let server: Server | undefined;
afterEach(() => {
  server?.close();
});
const reply = Uint8Array.of(0x7e, 0x01, 0x02);

/** Gives its port, and how many connections it has had. */
async function kdc(serve: (socket: Socket, number: number) => void): Promise<{ port: number; connections: () => number }> {
  let count = 0;
  server = createServer((socket) => {
    count += 1;
    socket.on('error', () => undefined);
    serve(socket, count);
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { port: (listening.address() as AddressInfo).port, connections: () => count };
}
const ask = (port: number) =>
  new KdcClient({ kdcsOf: async () => [{ kind: 'tcp', host: '127.0.0.1', port }] }).exchange({
    do: 'exchange',
    realm: 'CORP.EXAMPLE',
    bytes: Uint8Array.of(0x6a, 0x00),
  });

describe('a KDC that closes connections', () => {
  it('is asked again when it has not said a word', async () => {
    const { port, connections } = await kdc((socket, number) => {
      if (number === 1) socket.destroy();
      else if (number === 2) socket.resetAndDestroy();
      else socket.end(framed(reply));
    });
    expect((await ask(port)).bytes).toEqual(reply);
    expect(connections()).toBe(3);
  });
  it('is given up on when it does so every time', async () => {
    const { port, connections } = await kdc((socket) => socket.destroy());
    await expect(ask(port)).rejects.toMatchObject({ code: 'kdc-unreachable' });
    expect(connections()).toBe(4);
  });
  it('is not asked again once it has begun to answer', async () => {
    const { port, connections } = await kdc((socket) => socket.end(framed(reply).subarray(0, 5)));
    await expect(ask(port)).rejects.toMatchObject({ code: 'kdc-unreachable' });
    expect(connections()).toBe(1);
  });
});
