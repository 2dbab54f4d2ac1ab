import { afterEach, describe, expect, it } from 'vitest';
import type { KdcAddress } from '../../src/net/kdc-address.ts';
import { KdcBackOff } from '../../src/net/kdc-back-off.ts';
import { configuredKdcs, KdcClient, type KdcClientSettings } from '../../src/net/kdc-client.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { replying, type Script, type ScriptedKdc, scriptedKdc } from './scripted-kdc.ts';

const running: ScriptedKdc[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((kdc) => kdc.end()));
});
async function kdcs(...scripts: readonly Script[]): Promise<readonly ScriptedKdc[]> {
  const started = await Promise.all(scripts.map((script) => scriptedKdc(script)));
  running.push(...started);
  return started;
}
const limits = { connect: 30_000, exchange: 1000 };
const clientOf = (found: readonly ScriptedKdc[], settings: Partial<KdcClientSettings> = {}) =>
  new KdcClient({
    ...settings,
    limits,
    kdcsOf: async () => found.map(({ host, port }): KdcAddress => ({ kind: 'tcp', host, port })),
  });
const exchange = (client: KdcClient, another = false) =>
  client.exchange({ do: 'exchange', realm: 'A', bytes: bytes('6a'), another }).then((answer) => hex(answer.bytes));
const silent: Script = () => undefined;
const gone: Script = (socket) => void socket.destroy();

describe('a client of the KDCs of a realm', () => {
  it('goes on to the next where one does not answer, and stays with the one that does', async () => {
    const found = await kdcs(gone, silent, replying(bytes('03')), replying(bytes('04')));
    const client = clientOf(found);
    expect([await exchange(client), await exchange(client), await exchange(client)]).toEqual(['03', '03', '03']);
    expect(found.map(({ requests }) => requests.length)).toEqual([4, 1, 3, 0]);
  });
  it('asks another when told to, and none twice', async () => {
    const found = await kdcs(replying(bytes('01')), gone, replying(bytes('03')));
    const client = clientOf(found);
    expect(await exchange(client)).toBe('01');
    expect(await exchange(client, true)).toBe('03');
    await expect(exchange(client, true)).rejects.toMatchObject({
      code: 'kdc-unreachable',
      message: expect.stringContaining('no other KDC') as unknown,
    });
    expect(found.map(({ requests }) => requests.length)).toEqual([1, 4, 1]);
  });
  it('says why each of them failed', async () => {
    const error: unknown = await exchange(clientOf(await kdcs(gone, silent))).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'kdc-unreachable' });
    expect(error instanceof MayflyError && error.cause).toMatchObject({
      message: expect.stringMatching(/closed the connection.*did not answer/) as unknown,
    });
  });
  it('does not take nonsense to another KDC', async () => {
    const found = await kdcs((socket) => void socket.end('nonsense'), replying(bytes('02')));
    await expect(exchange(clientOf(found))).rejects.toMatchObject({ code: 'kdc-oversize' });
    expect(found[1]?.requests).toEqual([]);
  });
  it('asks those that failed lately last, and the same way again once they answer', async () => {
    const found = await kdcs(gone, replying(bytes('02')));
    let time = 0;
    const backOff = new KdcBackOff(() => time);
    const counts = () => found.map(({ requests }) => requests.length);
    await exchange(clientOf(found, { backOff }));
    expect(counts()).toEqual([4, 1]);
    time = 9;
    await exchange(clientOf(found, { backOff }));
    expect(counts()).toEqual([4, 2]);
    time = 10;
    await exchange(clientOf(found, { backOff }));
    expect(counts()).toEqual([8, 3]);
  });
  it('gives up when the time for all of them is over, and when it is told to', async () => {
    const found = await kdcs(silent, silent, silent);
    await expect(exchange(clientOf(found, { total: 1500 }))).rejects.toMatchObject({
      code: 'kdc-timeout',
      message: 'no KDC of realm A answered in 1500 ms',
      cause: { code: 'kdc-timeout' },
    });
    expect(found[2]?.requests).toEqual([]);
    const signal = AbortSignal.timeout(50);
    const stopped: unknown = await exchange(clientOf(found, { signal })).catch((e: unknown) => e);
    expect(stopped).toBe(signal.reason);
    const dropping = await kdcs(gone);
    const early = AbortSignal.timeout(20);
    const pausing: unknown = await exchange(clientOf(dropping, { signal: early })).catch((e: unknown) => e);
    expect(pausing).toBe(early.reason);
    expect(dropping[0]?.requests.length).toBeLessThan(4);
  });
  it('knows the configured ones without regard to case, and looks others up', async () => {
    const known: KdcAddress = { kind: 'tcp', host: 'dc1', port: 88 };
    const found: KdcAddress = { kind: 'tcp', host: 'dc2', port: 88 };
    const kdcsOf = configuredKdcs(
      new Map([
        ['A.TEST', [known]],
        ['B.TEST', []],
      ]),
      async () => [found],
    );
    expect([await kdcsOf('a.test'), await kdcsOf('B.TEST'), await kdcsOf('C.TEST')]).toEqual([[known], [found], [found]]);
  });
});
