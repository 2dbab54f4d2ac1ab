import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ownServerIdentity } from '../../src/ca/service-certificate.ts';
import { ApiClient } from '../../src/client/api-client.ts';
import { CardChannel } from '../../src/client/card-channel.ts';
import { clock, temporaryFolder } from '../ca/made-ca.ts';

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let greet: (socket: WebSocket) => void;
let client: ApiClient;
const server = createServer((request, response) => answer(request, response));
beforeAll(async () => {
  const { certificate, key } = await ownServerIdentity(temporaryFolder(), ['localhost', '127.0.0.1'], clock());
  server.setSecureContext({ cert: certificate, key });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.includes('f'.repeat(32))) socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 5\r\n\r\n{"a":');
    else sockets.handleUpgrade(request, socket, head, (accepted) => greet(accepted));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  client = new ApiClient({ url: `https://127.0.0.1:${port}`, token: 'secret', ca: certificate, patience: 500 });
});
afterAll(async () => {
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
const id = '0'.repeat(32);
const list = () => client.call('listSessions', {});
const end =
  (status: number, body: string, headers = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, headers).end(body);

describe('a service that answers as it should not', () => {
  it.each([
    ['nothing', () => undefined, 'api-unreachable'],
    [
      'half an answer',
      (_: IncomingMessage, response: ServerResponse) => void response.writeHead(200, { 'content-length': '10' }).write('{'),
      'api-unreachable',
    ],
    [
      'an answer that breaks off',
      (_: IncomingMessage, response: ServerResponse) => void response.writeHead(200).write('{', () => response.destroy()),
      'api-answer',
    ],
    ['what is no JSON', end(200, '<html>'), 'api-answer'],
    ['a refusal in its own words', end(502, '<html>bad gateway'), 'api-answer'],
    ['a refusal that is no object', end(400, '[]'), 'api-answer'],
    ['a redirection', end(302, '', { location: 'https://evil.example/' }), 'api-answer'],
    [
      'an answer without end',
      (_: IncomingMessage, response: ServerResponse) => {
        const more = () => response.destroyed || setImmediate(() => response.write(' '.repeat(65_536), more));
        more();
      },
      'api-answer',
    ],
  ])('by %s is an error with a name', async (_, with_, code) => {
    answer = with_;
    await expect(list()).rejects.toMatchObject({ code });
  });
  it('is quoted where it says why, and when to come again', async () => {
    answer = end(
      503,
      JSON.stringify({ code: 'custody-busy', title: 'no key is ready', requestId: 'x-1', status: 200, next: 5 }),
      { 'retry-after': '2' },
    );
    await expect(list()).rejects.toMatchObject({
      code: 'custody-busy',
      message: 'no key is ready',
      status: 503,
      requestId: 'x-1',
      retryAfter: 2,
      next: undefined,
    });
  });
  it('on a stream that falls silent is left', async () => {
    answer = (_, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write('event: session\ndata: {"state":"granted"}\n\n');
    const stream = client.watch(id);
    expect(await stream.next()).toMatchObject({ value: { state: 'granted' } });
    await expect(stream.next()).rejects.toMatchObject({ code: 'api-unreachable' });
  });
  it('cannot put a parameter elsewhere than where it belongs', () => {
    const url = client.urlOf('getSession', { params: { id: '../../v1/tokens?x=#' } });
    expect(url.pathname).toBe('/v1/sessions/..%2F..%2Fv1%2Ftokens%3Fx%3D%23');
  });
  it.each(['http://127.0.0.1', 'ftp://x', 'https://user:pass@x', 'https://x/?token=1', 'x', ''])(
    'is not looked for at %j',
    (url) => {
      expect(() => new ApiClient({ url, token: 'secret' })).toThrow(expect.objectContaining({ code: 'api-url' }));
    },
  );
});

describe("a card's socket that is none", () => {
  const card = JSON.stringify({ card: 'c', pin: '12345678', answerToReset: '3b', certificate: '', notAfter: '' });
  it.each([
    ['says nothing', () => undefined, 'api-unreachable'],
    ['closes', (socket: WebSocket) => socket.close(), 'api-unreachable'],
    ['says what is no card', (socket: WebSocket) => socket.send('{"card":1}'), 'api-answer'],
    ['says what is no JSON', (socket: WebSocket) => socket.send('x'), 'api-answer'],
    ['begins with an APDU', (socket: WebSocket) => socket.send(Buffer.from([0x90, 0])), 'api-answer'],
    ['refuses', (socket: WebSocket) => socket.send('{"code":"session-over","title":"over","status":409}'), 'session-over'],
    ['floods', (socket: WebSocket) => socket.send(Buffer.alloc(200_000)), 'api-unreachable'],
  ])('%s: no card', async (_, with_, code) => {
    greet = with_;
    await expect(CardChannel.attach(client, id)).rejects.toMatchObject({ code });
  });
  it('is refused before it is one', async () => {
    await expect(CardChannel.attach(client, 'f'.repeat(32))).rejects.toMatchObject({ code: 'api-answer', status: 403 });
  });
  it.each([
    [
      'answers what nobody asked',
      (socket: WebSocket) => {
        for (let i = 0; i < 3; i++) socket.send(Buffer.from([0x90, 0]));
      },
    ],
    ['says more', (socket: WebSocket) => socket.send('more')],
    ['goes', (socket: WebSocket) => socket.terminate()],
  ])('%s: the card has ended, and whoever waits knows', async (_, then) => {
    greet = (socket) => {
      socket.send(card);
      socket.once('message', () => socket.once('message', () => then(socket)));
    };
    const channel = await CardChannel.attach(client, id);
    const waiting = [channel.transmit(new Uint8Array([0])), channel.transmit(new Uint8Array([1]))];
    for (const each of await Promise.allSettled(waiting))
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'card-over' });
    expect(await channel.ended).toMatch(/^connection lost \(100[0-9]\)$/);
    await expect(channel.transmit(new Uint8Array([0]))).rejects.toMatchObject({ code: 'card-over' });
    expect(await channel.release()).toMatch(/^connection lost/);
  });
});
