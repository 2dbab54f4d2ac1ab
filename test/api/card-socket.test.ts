import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ApiClient } from '../../src/client/api-client.ts';
import { CardChannel } from '../../src/client/card-channel.ts';
import type { AttachedCard } from '../../src/client/operations.ts';
import { inTime } from '../in-time.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { RawHttp } from './raw-http.ts';
import { hosts, person, type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let token: string;
let alice: ApiClient;
beforeAll(async () => {
  service = await serviceUnderTest();
  token = service.token(['sessions'], person('alice'));
  alice = service.client(token);
});
const granted = async () => (await alice.call('requestSession', { body: { target: hosts.own } })).id;
const cardsOf = async (id: string) => (await alice.call('getSession', { params: { id } })).cards;
/** Until the last card of the session is destroyed; why it was. */
async function destroyed(id: string): Promise<string | undefined> {
  for (let i = 0; i < 6000; i++) {
    const last = (await cardsOf(id)).at(-1);
    if (last?.state === 'destroyed') return last.cause;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return 'never';
}
const select = bytes('00 a4 04 00 09 a0 00 00 03 08 00 00 10 00');

interface Opened {
  readonly socket: WebSocket;
  readonly first: AttachedCard;
  readonly messages: Buffer[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}
/** A client without manners of its own. */
async function opened(id: string): Promise<Opened> {
  const socket = new WebSocket(`wss://127.0.0.1:${service.port}/v1/sessions/${id}/card`, {
    headers: { authorization: `Bearer ${token}` },
    ca: service.identity.certificate,
  });
  socket.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const messages: Buffer[] = [];
  const first = await inTime(
    new Promise<AttachedCard>((resolve, reject) => {
      socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()) as AttachedCard));
      socket.once('error', reject);
    }),
    'the first message',
  );
  socket.on('message', (data: Buffer) => messages.push(data));
  return { socket, first, messages, closed: inTime(closed, 'the close') };
}

describe("a card's WebSocket", () => {
  it('says the PIN once, and never the same twice', async () => {
    const id = await granted();
    const pins = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const channel = await CardChannel.attach(alice, id);
      pins.add(channel.card.pin);
      await expect(CardChannel.attach(alice, id)).rejects.toMatchObject({ code: 'session-card-live', status: 409 });
      expect(await channel.release()).toBe('released');
      await expect(channel.transmit(select)).rejects.toMatchObject({ code: 'card-over' });
    }
    expect(pins.size).toBe(3);
    await expect(CardChannel.attach(alice, id)).rejects.toMatchObject({ code: 'session-cards-spent' });
    const said = JSON.stringify([service.journal(), await cardsOf(id), service.logged]);
    for (const pin of pins) expect(said).not.toContain(`"${pin}"`);
  });
  it('answers in order, and resets in order', async () => {
    const { socket, messages } = await opened(await granted());
    const getData = bytes('00 cb 3f ff 05 5c 03 5f c1 02 00');
    for (const command of [getData, select, getData, 'reset', getData, select, getData]) socket.send(command);
    await expect.poll(() => messages.length).toBe(6);
    expect(messages.map((message) => hex(message.subarray(-2)))).toEqual(['6d00', '9000', '9000', '6d00', '9000', '9000']);
    socket.terminate();
  });
  it('ends with the client, however that goes', async () => {
    for (const leave of [
      ({ socket }: Opened) => socket.terminate(),
      ({ socket }: Opened) => socket.close(),
      // A card in use.
      ({ socket }: Opened) => {
        socket.send(select);
        socket.terminate();
      },
    ]) {
      const id = await granted();
      leave(await opened(id));
      expect(await destroyed(id)).toBe('client-left');
    }
  });
  it.each([
    ['a word that nobody knows', (s: WebSocket) => s.send('hello'), 1008, 'neither an APDU nor a word that is known'],
    [
      'its own first message',
      (s: WebSocket) => s.send('{"card":"","pin":"12345678"}'),
      1008,
      'neither an APDU nor a word that is known',
    ],
    ['a message over the limit', (s: WebSocket) => s.send(Buffer.alloc(4097)), 1009, ''],
    [
      'a message over the limit in fragments',
      (s: WebSocket) => {
        for (let i = 0; i < 5; i++) s.send(Buffer.alloc(1000), { fin: i === 4 });
      },
      1009,
      '',
    ],
    [
      'a flood',
      (s: WebSocket) => {
        for (let i = 0; i < 1000; i++) s.send(select);
      },
      1008,
      'too many commands at once',
    ],
    [
      'a flood of resets',
      (s: WebSocket) => {
        for (let i = 0; i < 1000; i++) s.send('reset');
      },
      1008,
      'too many commands at once',
    ],
    ['text that is none', (s: WebSocket) => s.send(Buffer.from([0xff, 0xfe]), { binary: false }), 1007, ''],
  ])('ends with the reason at %s', async (_, send, code, reason) => {
    const id = await granted();
    const client = await opened(id);
    send(client.socket);
    expect(await client.closed).toEqual({ code, reason });
    expect(await destroyed(id)).toBe('client-left');
  });
  it('passes any command on to the card, which answers each', async () => {
    const { socket, messages } = await opened(await granted());
    for (const command of ['', '00', '00 a4', '00 a4 04 00 ff', 'ff ff ff ff', '00'.repeat(4096)]) {
      const before = messages.length;
      socket.send(bytes(command));
      await expect.poll(() => messages.length).toBe(before + 1);
      expect(messages.at(-1)?.length).toBe(2);
    }
    socket.terminate();
  });
  it('ends at frames that are none (unmasked, reserved bits, an unknown opcode)', async () => {
    for (const octets of [
      '82 04 00 a4 04 00',
      'c2 84 00 00 00 00 00 a4 04 00',
      '83 80 00 00 00 00',
      '88 81 00 00 00 00 00',
      '82 ff ff ff ff ff ff ff ff ff 00 00 00 00',
    ]) {
      const id = await granted();
      const raw = await RawHttp.open(service.port, service.identity.certificate);
      raw.write(
        `GET /v1/sessions/${id}/card HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      );
      await expect.poll(() => raw.received).toContain('"pin"');
      raw.socket.write(bytes(octets));
      expect(await destroyed(id)).toBe('client-left');
      await inTime(raw.closed, `the end after ${octets}`);
    }
  });
  it('ends with its session, and says so', async () => {
    const id = await granted();
    const channel = await CardChannel.attach(alice, id);
    await alice.call('endSession', { params: { id } });
    expect(await channel.ended).toBe('session-ended');
    await expect(CardChannel.attach(alice, id)).rejects.toMatchObject({ code: 'session-over' });
  });
  it('ends a card whose PIN was guessed at', async () => {
    const id = await granted();
    const channel = await CardChannel.attach(alice, id);
    await channel.transmit(select);
    const wrong = channel.card.pin === '00000000' ? '1' : '0';
    const verify = new Uint8Array([0x00, 0x20, 0x00, 0x80, 0x08, ...Buffer.from(wrong.repeat(8), 'latin1')]);
    const answers: string[] = [];
    for (let i = 0; i < 3; i++) answers.push(hex(await channel.transmit(verify)));
    // The last answer is still given.
    expect(answers).toEqual(['63c2', '63c1', '6983']);
    expect(await channel.ended).toBe('pin-blocked');
  });
  it('is one, however many ask at once; and none of a session that ends meanwhile', async () => {
    const id = await granted();
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => CardChannel.attach(alice, id)));
    const codes = asked.map((each) => (each.status === 'fulfilled' ? 'card' : (each.reason as { readonly code: string }).code));
    expect(codes.toSorted()).toEqual(['card', ...Array.from({ length: 19 }, () => 'session-card-live')]);
    expect(await cardsOf(id)).toHaveLength(1);
    await alice.call('endSession', { params: { id } });

    const another = await granted();
    const [attached] = await Promise.allSettled([
      CardChannel.attach(alice, another),
      alice.call('endSession', { params: { id: another } }),
    ]);
    if (attached.status === 'fulfilled') expect(await attached.value.ended).toBe('session-ended');
    else expect(attached.reason).toMatchObject({ code: 'session-over' });
    expect((await cardsOf(another)).every(({ state }) => state === 'destroyed')).toBe(true);
  });
  it.concurrent('ends with whoever does not answer its pings', async () => {
    const id = await granted();
    const raw = await RawHttp.open(service.port, service.identity.certificate);
    raw.write(
      `GET /v1/sessions/${id}/card HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
    await inTime(raw.closed, 'the end of a silent client');
    expect(await destroyed(id)).toBe('client-left');
  });
  it('waits for nobody who does not read', async () => {
    const id = await granted();
    const { socket } = await opened(id);
    socket.pause();
    // The certificate in one piece: the buffers of two systems are full in seconds.
    const getData = bytes('00 cb 3f ff 00 00 05 5c 03 5f c1 05 00 00');
    socket.send(select);
    const sending = setInterval(() => {
      for (let i = 0; i < 8; i++) socket.send(getData);
    }, 2);
    expect(await destroyed(id)).toBe('client-left');
    clearInterval(sending);
    socket.terminate();
  });
  it('wants a header for its token, an upgrade, and a session that there is', async () => {
    const id = await granted();
    const handshake =
      'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    const authorization = `authorization: Bearer ${token}\r\n`;
    for (const [path, headers, status, code] of [
      [`/v1/sessions/${id}/card`, handshake, 401, 'token-missing'],
      [`/v1/sessions/${id}/card?access_token=${token}`, handshake, 401, 'token-missing'],
      [`/v1/sessions/${id}/card?access_token=${token}`, handshake + authorization, 400, 'request-invalid'],
      [`/v1/sessions/${'0'.repeat(32)}/card`, handshake + authorization, 404, 'session-unknown'],
      ['/v1/sessions/nothing/card', handshake + authorization, 400, 'request-invalid'],
      [`/v1/sessions/${id}/card`, authorization, 426, 'upgrade-required'],
      [`/v1/sessions/${id}`, handshake + authorization, 400, 'request-invalid'],
      [`/v1/sessions/${id}`, `connection: upgrade\r\nupgrade: h2c\r\n${authorization}`, 400, 'request-invalid'],
      ['/healthz', handshake, 400, 'request-invalid'],
      ['/nowhere', handshake, 404, 'route-unknown'],
    ] as const) {
      const raw = await RawHttp.open(service.port, service.identity.certificate);
      raw.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`);
      await expect.poll(() => raw.answers.length).toBe(1);
      const [answer] = raw.answers;
      expect([path, answer?.status, JSON.parse(answer?.body ?? '')]).toMatchObject([path, status, { code, status }]);
      await raw.end();
    }
  });
  it('has left no key behind in all this', async () => {
    await expect.poll(() => service.custody.live).toBe(service.sessions.cards.live);
    expect(service.logged).toEqual([]);
  });
});
