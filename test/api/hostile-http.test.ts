import { request } from 'node:https';
import { beforeAll, describe, expect, it } from 'vitest';
import { inTime } from '../in-time.ts';
import { type RawAnswer, RawHttp, sentRaw } from './raw-http.ts';
import { hosts, person, type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let token: string;
let head: string;
beforeAll(async () => {
  service = await serviceUnderTest();
  token = service.token(['sessions'], person('alice'));
  head = `host: mayfly\r\nauthorization: Bearer ${token}\r\n`;
});
const raw = (text: string) => sentRaw(service.port, text, service.identity.certificate);
const open = () => RawHttp.open(service.port, service.identity.certificate);
const codeOf = (body: string) => (JSON.parse(body) as { readonly code: string }).code;
const wanted = `{"target":"${hosts.own}"}`;
const post = (headers: string, body = wanted) =>
  `POST /v1/sessions HTTP/1.1\r\n${head}content-type: application/json\r\n${headers}\r\n${body}`;
const smuggled = () => `DELETE /v1/sessions/${'0'.repeat(32)} HTTP/1.1\r\n${head}\r\n`;

describe('a request that two readers would read differently', () => {
  it.each([
    ['length and chunks', () => post(`content-length: 5\r\ntransfer-encoding: chunked\r\n`, `0\r\n\r\n${smuggled()}`)],
    ['two lengths', () => post(`content-length: ${wanted.length}\r\ncontent-length: 0\r\n`)],
    ['a list of lengths', () => post(`content-length: ${wanted.length}, 0\r\n`)],
    ['a signed length', () => post(`content-length: +${wanted.length}\r\n`)],
    ['a length in hexadecimal', () => post('content-length: 0x10\r\n')],
    ['a length below zero', () => post('content-length: -1\r\n')],
    ['an encoding that is not chunked', () => post('transfer-encoding: xchunked\r\n')],
    ['an encoding after chunked', () => post('transfer-encoding: chunked, identity\r\n', `0\r\n\r\n${smuggled()}`)],
    ['an encoding with a tab in its name', () => post(`content-length: ${wanted.length}\r\ntransfer-encoding\t: chunked\r\n`)],
    ['space before the colon', () => post(`content-length : ${wanted.length}\r\n`)],
    ['a folded header', () => post(`content-length: ${wanted.length}\r\nx-a: b\r\n c: d\r\n`)],
    ['a line that ends in LF alone', () => post(`content-length: ${wanted.length}\nx-a: b\r\n`)],
    ['a line that ends in CR alone', () => post(`content-length: ${wanted.length}\r\nx-a: b\rx-c: d\r\n`)],
    ['a NUL in a header', () => post(`content-length: ${wanted.length}\r\nx-a: b\0c\r\n`)],
    ['no host', () => `GET /v1/targets HTTP/1.1\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`],
    ['a chunk size with an underscore', () => post('transfer-encoding: chunked\r\n', `1_0\r\n${wanted}\r\n0\r\n\r\n`)],
    ['a chunk size without end', () => post('transfer-encoding: chunked\r\n', 'f'.repeat(100_000))],
    ['chunk extensions without end', () => post('transfer-encoding: chunked\r\n', `1;${'a'.repeat(100_000)}`)],
    ['HTTP/0.9', () => 'GET /v1/targets\r\n\r\n'],
    ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/9.9', () => 'GET / HTTP/9.9\r\nhost: x\r\n\r\n'],
    ['no method', () => ' / HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['noise', () => '\x16\x03\x01\x02\x00\x01\x00'],
  ])('is refused, and its connection ends: %s', async (_, text) => {
    const before = service.journal().length;
    const answers = await raw(text());
    expect(answers.length).toBeLessThanOrEqual(1);
    for (const { status, head: of, body } of answers) {
      expect(status).toBe(400);
      expect(of.toLowerCase()).toContain('content-type: application/problem+json');
      expect(body).not.toContain(token);
      expect(codeOf(body)).toBe('request-invalid');
    }
    expect(service.journal().length).toBe(before);
  });
  it('has one meaning where it is read at all: whatever follows a refused body is no request', async () => {
    const answers = await raw(post('content-length: 4\r\n', `{"a"${smuggled()}`));
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual([[400, 'request-invalid']]);
    const large = await raw(post('content-length: 100000\r\n', 'x'.repeat(100_000)).concat(smuggled()));
    expect(large.map(({ status, body }) => [status, codeOf(body)])).toEqual([[413, 'body-too-large']]);
  });
  it('may be an old one: HTTP/1.0 needs no host', async () => {
    const answers = await raw('GET /healthz HTTP/1.0\r\n\r\n');
    expect(answers.map(({ status }) => status)).toEqual([200]);
  });
  it('is taken at its word by nobody: not for another method, address or host', async () => {
    const more = `x-http-method-override: DELETE\r\nx-forwarded-for: 10.1.2.3\r\nforwarded: for=10.1.2.3\r\nx-real-ip: 10.1.2.3\r\nx-request-id: mine\r\nx-original-url: /v1/journal\r\ncontent-length: ${wanted.length}\r\nconnection: close\r\n`;
    const [answer] = await raw(post(more));
    expect(answer?.status).toBe(201);
    expect(answer?.head).not.toContain('mine');
    expect(service.journal().findLast(({ event }) => event === 'session-requested')).toMatchObject({ network: '127.0.0.1' });
  });
});

describe('sizes', () => {
  it.each([
    ['a head', () => `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(70_000)}\r\n\r\n`, 431, 'head-too-large'],
    [
      'a head of many lines',
      () => `GET / HTTP/1.1\r\nhost: x\r\n${'x-a: bcdefghij\r\n'.repeat(6000)}\r\n`,
      431,
      'head-too-large',
    ],
    ['a target', () => `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431, 'head-too-large'],
    ['a body that says so', () => post('content-length: 16385\r\n', ''), 413, 'body-too-large'],
    [
      'a body in chunks',
      () => post('transfer-encoding: chunked\r\n', `5000\r\n${' '.repeat(0x5000)}\r\n`),
      413,
      'body-too-large',
    ],
    ['a body of absurd length', () => post('content-length: 9007199254740991\r\n', ''), 413, 'body-too-large'],
    [
      'a body that is compressed',
      () =>
        post(`content-encoding: gzip\r\ncontent-length: ${wanted.length}\r\nconnection: close\r\n`, '\x1f'.repeat(wanted.length)),
      400,
      'request-invalid',
    ],
    ['nesting', () => post(`content-length: 16000\r\nconnection: close\r\n`, '['.repeat(16_000)), 400, 'request-invalid'],
  ])('of %s are bounded', async (_, text, status, code) => {
    const answers = await raw(text());
    expect(answers.map((answer) => [answer.status, codeOf(answer.body)])).toEqual([[status, code]]);
  });
});

describe('paths', () => {
  it.each([
    '//v1/targets',
    '/v1//targets',
    '/v1/targets/',
    '/V1/targets',
    '/v1/./targets',
    '/v1/x/../targets',
    '/v1/%2e/targets',
    '/v1/targets%00',
    '/v1/targets%2f',
    '/v1/targets;x=1',
    '/v1\\targets',
    '/%76%31%2ftargets',
    '/v1/targets/..',
    '/.',
    '/v1/sessions/..%2f..%2fhealthz',
    '*',
    '/v1/targets#x',
  ])('%s leads nowhere', async (path) => {
    const [answer] = await raw(`GET ${path} HTTP/1.1\r\n${head}connection: close\r\n\r\n`);
    expect([400, 404]).toContain(answer?.status);
    expect(['route-unknown', 'request-invalid', 'session-unknown']).toContain(codeOf(answer?.body ?? ''));
  });
  it('are read as they stand where they are escaped without need', async () => {
    const [answer] = await raw(`GET /v1/%74argets HTTP/1.1\r\n${head}connection: close\r\n\r\n`);
    expect(answer?.status).toBe(200);
    const [malformed] = await raw(`GET /v1/%zz HTTP/1.1\r\n${head}connection: close\r\n\r\n`);
    expect([malformed?.status, codeOf(malformed?.body ?? '')]).toEqual([400, 'request-invalid']);
  });
  it.each(['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'CONNECT', 'PROPFIND', 'QUERY'])(
    '%s is no method of any',
    async (method) => {
      const answers = await raw(`${method} /v1/sessions HTTP/1.1\r\n${head}connection: close\r\n\r\n`);
      expect(answers.every(({ status }) => status === 404 || status === 400)).toBe(true);
    },
  );
});

describe('tokens', () => {
  it.each([
    ['none', '', 'token-missing'],
    ['of another scheme', 'authorization: Basic YTpi\r\n', 'token-missing'],
    ['of nobody', `authorization: Bearer mayfly_${'a'.repeat(16)}_${'A'.repeat(43)}\r\n`, 'token-unknown'],
    ['that are none', 'authorization: Bearer ../../x\r\n', 'token-malformed'],
    ['that are empty', 'authorization: Bearer \r\n', 'token-malformed'],
    [
      'of algorithm none',
      `authorization: Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"iss":"x"}').toString('base64url')}.\r\n`,
      'token-issuer',
    ],
    ['too long', `authorization: Bearer ${'a'.repeat(40_000)}\r\n`, 'token-malformed'],
  ])('%s: 401, whatever is asked for', async (_, header, code) => {
    for (const line of [
      'GET /v1/targets',
      'DELETE /v1/sessions/x',
      'POST /v1/sessions',
      'GET /v1/journal?after=x',
      'GET /metrics',
      'GET /v1/sessions/x/events',
      'POST /v1/tokens',
    ]) {
      const [answer] = await raw(`${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${header}\r\n`);
      expect([line, answer?.status, codeOf(answer?.body ?? '')]).toEqual([line, 401, code]);
      expect(answer?.head.toLowerCase()).toContain('www-authenticate: bearer\r\n');
    }
  });
  it('in two headers are none: whoever looked at the request before may have read the other one', async () => {
    for (const [first, second] of [
      [token, 'x'],
      ['x', token],
    ] as const) {
      const headers = [first, second].map((each) => `authorization: Bearer ${each}\r\n`).join('');
      const [answer] = await raw(`GET /v1/targets HTTP/1.1\r\nhost: x\r\n${headers}connection: close\r\n\r\n`);
      expect([answer?.status, codeOf(answer?.body ?? '')]).toEqual([400, 'request-invalid']);
    }
  });
});

describe('whoever is slow', () => {
  it.concurrent('with the head of a request is told so', async () => {
    const slow = await open();
    const dribble = setInterval(() => slow.write('x'), 200);
    slow.write('GET / HTTP/1.1\r\nhost: x\r\nx-a: ');
    await inTime(slow.closed, 'the end of a slow head');
    clearInterval(dribble);
    expect(slow.answers.map(({ status, body }) => [status, codeOf(body)])).toEqual([[408, 'request-slow']]);
  });
  it.concurrent('with a body is told so', async () => {
    const slow = await open();
    slow.write(post('content-length: 1000\r\n', '{'));
    const dribble = setInterval(() => slow.write(' '), 200);
    await inTime(slow.closed, 'the end of a slow body');
    clearInterval(dribble);
    expect(slow.answers.map(({ status, body }) => [status, codeOf(body)])).toEqual([[408, 'request-slow']]);
  });
  it.concurrent('to say anything at all is not waited for', async () => {
    const idle = await open();
    await inTime(idle.closed, 'the end of an idle connection');
  });
  it.concurrent('to begin with TLS is not waited for', async () => {
    const idle = await RawHttp.open(service.port);
    idle.write('\x16\x03\x01');
    await inTime(idle.closed, 'the end of a handshake');
  });
});

describe('too much at once', () => {
  it('of requests from one address is refused before a token is looked at', async () => {
    const small = await serviceUnderTest({ requestsPerMinute: 5 });
    const answers: RawAnswer[] = [];
    for (let i = 0; i < 7; i++) {
      const path = i === 6 ? '/' : '/v1/targets';
      const text = `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
      answers.push(...(await sentRaw(small.port, text, small.identity.certificate)));
    }
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual([
      ...Array.from({ length: 5 }, () => [401, 'token-missing']),
      [429, 'address-too-fast'],
      [429, 'address-too-fast'],
    ]);
    expect(answers.at(-1)?.head).toMatch(/\r\nretry-after: \d+\r\n/i);
  });
  it('of sessions by one caller is refused for a while', async () => {
    const small = await serviceUnderTest({ limits: { perCaller: { burst: 2, perMinute: 1 } } });
    const client = small.client(small.token(['sessions'], person('alice')));
    const ask = () => client.call('requestSession', { body: { target: hosts.own } });
    await ask();
    await ask();
    const refusal = await ask().catch((e: unknown) => e);
    expect(refusal).toMatchObject({ code: 'too-many-requests', status: 503 });
    const { retryAfter, next } = refusal as { readonly retryAfter: number; readonly next: string };
    expect(retryAfter).toBeGreaterThan(20);
    expect(next).toBe(`try again in ${retryAfter} s`);
  });
  it('of streams is refused, and those that are open go on', async () => {
    const client = service.client(token);
    const sessions = [
      await client.call('requestSession', { body: { target: hosts.own } }),
      await client.call('requestSession', { body: { target: hosts.own } }),
      await client.call('requestSession', { body: { target: hosts.own } }),
    ];
    const streams: AsyncGenerator[] = [];
    const codes: string[] = [];
    for (let i = 0; i < 90; i++) {
      const stream = client.watch(sessions[i % 3]?.id ?? '');
      const first = await stream.next().catch((e: unknown) => e as { readonly code: string });
      if ('code' in first) codes.push(first.code);
      else streams.push(stream);
    }
    expect([streams.length, new Set(codes)]).toEqual([64, new Set(['too-many-requests'])]);
    for (const { id } of sessions) await client.call('endSession', { params: { id } });
    expect(await streams[0]?.next()).toMatchObject({ value: { state: 'ended' } });
    for (const stream of streams) await stream.return(undefined);
    // Room again.
    const { id } = await client.call('requestSession', { body: { target: hosts.own } });
    await expect
      .poll(() =>
        client
          .watch(id)
          .next()
          .then(
            () => 'open',
            () => 'full',
          ),
      )
      .toBe('open');
  });
  it('of connections is ended at once, and those that are open go on', async () => {
    const { server } = service.app;
    const most = server.maxConnections;
    const kept = await open();
    server.maxConnections = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    await expect(open()).rejects.toThrow();
    kept.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await kept.closed;
    expect(kept.answers[0]?.status).toBe(200);
    server.maxConnections = most;
    const back = await open();
    await back.end();
  });
});

it('has not been a fault of the service, all this', async () => {
  expect(service.logged).toEqual([]);
  const status = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: service.port, path: '/healthz', ca: service.identity.certificate }, (response) =>
      resolve(response.statusCode),
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
});
