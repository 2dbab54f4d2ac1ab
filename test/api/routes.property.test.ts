import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiDocument } from '../../scripts/api/client-source.ts';
import { documentFile } from '../../scripts/api/written.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { type AnyRequest, anyRequest } from './any-request.ts';
import { hosts, person, type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

const document = JSON.parse(readFileSync(documentFile, 'utf8')) as ApiDocument;
/** What ends something comes last, so that the rest finds it. */
const operations = Object.entries(document.paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
  .toSorted((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));
let service: ServiceUnderTest;
let tokens: readonly string[];
const ids: string[] = [];
beforeAll(async () => {
  service = await serviceUnderTest();
  const alice = service.token(['sessions', 'approve'], person('alice', ['approvers']));
  tokens = [alice, service.token(['admin']), service.token(['sessions']), service.token(['journal'])];
  const client = service.client(alice);
  for (const target of [hosts.own, hosts.approved]) ids.push((await client.call('requestSession', { body: { target } })).id);
  ids.push(tokens[2]?.split('_')[1] ?? '', '0'.repeat(32));
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}
/** Streams are left after their first piece. */
const sent = ({ method, path, headers, body }: AnyRequest, token: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { certificate } = service.identity;
    const options = {
      host: '127.0.0.1',
      port: service.port,
      ca: certificate,
      method,
      path,
      headers: { ...headers, authorization: `Bearer ${token}` },
    };
    const out = request(options, (response) => {
      let text = '';
      const answer = () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: text });
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        if (response.headers['content-type'] === 'text/event-stream') response.destroy();
      });
      response.on('close', answer);
    });
    out.on('error', reject);
    out.end(body);
  });

describe('any request', () => {
  for (const { path, method, operation } of operations) {
    const runs = Math.ceil(fuzzRuns / 20);
    it(`of ${method.toUpperCase()} ${path} is answered, or refused with a reason`, async () => {
      /** Of what came back: `ok`, or the code of the refusal. */
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(
          anyRequest(document, path, method, operation, ids),
          // Mostly one that may do all.
          fc.constantFrom(1, 1, 1, 1, 1, 0, 2, 3),
          fuzzed(operation.operationId, async (of: AnyRequest, which: number) => {
            const { status, type, body } = await sent(of, tokens[which] ?? '');
            if (status < 400) seen.add('ok');
            expect(status).toBeLessThan(500);
            if (400 <= status) {
              expect(type).toMatch(/^application\/problem\+json/);
              const { code, title, requestId, ...problem } = JSON.parse(body) as Record<string, unknown>;
              expect(code).toMatch(/^[a-z-]+$/);
              seen.add(String(code));
              expect(title).toMatch(/^.{5,300}$/);
              expect(requestId).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
              expect(problem['status']).toBe(status);
            }
            for (const token of tokens) expect(body).not.toContain(token);
            expect(body).not.toMatch(/node_modules|\.ts:|at \w+ \(|"pin":/);
          }),
        ),
        { numRuns: runs },
      );
      // Beyond token and schema, or nothing would have been tried.
      expect([...seen].filter((code) => !/^(?:request-invalid|scope-missing|media-type|token-.*)$/.test(code))).not.toEqual([]);
    });
  }
  it('was no fault of the service, and minted nothing', () => {
    expect(service.logged).toEqual([]);
    expect(service.custody.live).toBe(0);
  });
});
