import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/client/api-client.ts';
import { CardChannel } from '../../src/client/card-channel.ts';
import type { JournalPage } from '../../src/client/operations.ts';
import { chainStart, nextLink } from '../../src/journal/chain.ts';
import { toHex } from '../../src/wire/hex.ts';
import { RawHttp } from './raw-http.ts';
import { hosts, person, type ServiceUnderTest, serviceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let alice: ApiClient;
let auditor: ApiClient;
let monitor: ApiClient;
beforeAll(async () => {
  service = await serviceUnderTest();
  alice = service.client(service.token(['sessions'], person('alice')));
  auditor = service.client(service.token(['journal']));
  monitor = service.client(service.token(['metrics']));
});
const ask = () => alice.call('requestSession', { body: { target: hosts.own } });
const metrics = async () => {
  let text = '';
  for await (const piece of monitor.stream('readMetrics', {})) text += piece;
  return text;
};
const sample = (text: string, name: string) =>
  Number(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1]);

describe('the journal', () => {
  it('comes in pages and filtered', async () => {
    const { id } = await ask();
    for (let i = 0; i < 7; i++) await ask();
    const all: JournalPage['entries'][number][] = [];
    for (let after: string | undefined = '0'; after !== undefined; ) {
      const page: JournalPage = await auditor.call('readJournal', { query: { after, limit: '5' } });
      expect(page.entries.length).toBeLessThanOrEqual(5);
      all.push(...page.entries);
      after = page.next?.toString();
    }
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, i) => i + 1));
    expect(all.length).toBe(service.store.head.sequence);
    const own = await auditor.call('readJournal', { query: { session: id } });
    expect(own.entries.map(({ entry }) => entry.event)).toEqual(['session-requested', 'session-decided']);
    const decided = await auditor.call('readJournal', { query: { event: 'session-decided' } });
    expect(decided.entries.length).toBe(8);
    const at = own.entries[0]?.entry.at ?? 0;
    expect((await auditor.call('readJournal', { query: { until: String(at - 1000) } })).entries).toEqual([]);
    expect((await auditor.call('readJournal', { query: { since: String(at + 1000) } })).entries).toEqual([]);
  });
  it('is exported whole, and its chain can be followed from there', async () => {
    let text = '';
    for await (const piece of auditor.stream('exportJournal', {})) text += piece;
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; entry: string; hash: string });
    expect(lines.length).toBe(service.store.head.sequence);
    let hash = chainStart;
    for (const line of lines) {
      hash = nextLink(hash, line.seq, line.entry);
      expect(toHex(hash)).toBe(line.hash);
    }
  });
  it('is read no faster than whoever exports it reads', async () => {
    // More than both systems keep in their buffers.
    const reason = 'x'.repeat(8000);
    const entry = {
      event: 'session-requested' as const,
      at: 1,
      session: '0'.repeat(32),
      caller: 'x',
      callerName: 'x',
      host: 'x',
      mode: 'card',
      network: 'x',
      reason,
    };
    await service.store.commit({ entries: Array.from({ length: 2000 }, () => entry) });
    const raw = await RawHttp.open(service.port, service.identity.certificate);
    const read: number[] = [];
    const { store } = service;
    const entries = store.entries.bind(store);
    store.entries = (question) => {
      const found = entries(question);
      read.push(found.at(-1)?.sequence ?? 0);
      return found;
    };
    raw.socket.pause();
    raw.write(`GET /v1/journal/export HTTP/1.1\r\nhost: x\r\nauthorization: ${auditor.authorization}\r\n\r\n`);
    await expect.poll(() => read.length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(read.at(-1)).toBeLessThan(service.store.head.sequence);
    raw.socket.resume();
    await expect.poll(() => raw.received.endsWith('0\r\n\r\n')).toBe(true);
    expect(read).toContain(service.store.head.sequence);
    store.entries = entries;
    await raw.end();
  });
});

describe('health', () => {
  it('names each thing that was looked at, without a token', async () => {
    const nobody = service.client('');
    expect(await nobody.call('isAlive', {})).toEqual({ ok: true, checks: [] });
    expect(await nobody.call('isReady', {})).toEqual({
      ok: true,
      checks: ['journal', 'ca', 'crl', 'rules', 'checkpoints'].map((name) => ({ name, ok: true })),
    });
    service.checks[1] = { name: 'ca', ok: false, fault: 'ca-gone' };
    const { ok, checks } = await nobody.call('isReady', {});
    expect([ok, checks[1]]).toEqual([false, { name: 'ca', ok: false, fault: 'ca-gone' }]);
    service.checks[1] = { name: 'ca', ok: true };
  });
  it('counts from request to destroyed key', async () => {
    const before = await metrics();
    const { id } = await ask();
    const channel = await CardChannel.attach(alice, id);
    expect(sample(await metrics(), 'mayfly_cards_live')).toBe(1);
    await channel.release();
    await alice.call('requestSession', { body: { target: hosts.closed } }).catch(() => undefined);
    const after = await metrics();
    const grown = (name: string) => sample(after, name) - (sample(before, name) || 0);
    expect(
      [
        'sessions_requested_total',
        'sessions_granted_total',
        'cards_minted_total',
        'keys_destroyed_total',
        'cards_authenticated_total',
        'card_operations_count',
        'refusals_total{cause="rules-no-permit"}',
        'requests_refused_total{code="session-denied"}',
      ].map((name) => grown(`mayfly_${name}`)),
    ).toEqual([2, 1, 1, 1, 0, 1, 1, 1]);
    expect(
      ['live', 'half_open', 'refused_total{cause="token"}'].map((name) => sample(after, `mayfly_gateway_clients_${name}`)),
    ).toEqual([3, 2, 4]);
    expect(after).not.toMatch(/alice|corp\.example/);
  });
  it('is text as Prometheus reads it: each family with help and type, each sample once', async () => {
    const lines = (await metrics()).split('\n');
    expect(lines.pop()).toBe('');
    const seen = new Set<string>();
    let family = '';
    for (const line of lines) {
      expect(line).toMatch(
        /^(?:# HELP [a-z_]+ [^\n\\]+|# TYPE [a-z_]+ (?:counter|gauge|summary)|[a-z_]+(?:\{(?:cause|code)="[a-z0-9-]+"\})? [0-9.e+-]+)$/,
      );
      const [, kind, of = '', sampled = ''] = /^(?:# (HELP|TYPE) ([a-z_]+)|([^ ]+))/.exec(line) ?? [];
      if (kind === 'HELP') family = of;
      else expect(kind === 'TYPE' ? of : sampled.replace(/\{.*|_(?:sum|count)$/, '')).toBe(family);
      expect(seen.has(`${kind}${of}${sampled}`)).toBe(false);
      seen.add(`${kind}${of}${sampled}`);
    }
  });
});
