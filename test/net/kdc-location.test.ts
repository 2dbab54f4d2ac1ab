import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shownRealm } from '../../src/kerberos/principal-name.ts';
import { inOrder, KdcLocation } from '../../src/net/kdc-location.ts';
import { NameServer, type SrvAnswer } from './name-server.ts';

const names = new NameServer({
  '_kerberos._tcp.dc._msdcs.corp.example': [
    [10, 0, 88, 'dc2.corp.example'],
    [0, 100, 88, 'dc1.corp.example'],
  ],
  '_kerberos._tcp.mit.example': [[0, 0, 750, 'kdc.mit.example']],
  '_kerberos._tcp.odd.example': [
    [0, 0, 88, 'bad host'],
    [0, 0, 0, 'kdc.odd.example'],
  ],
  // The best of them is the last that DNS names.
  '_kerberos._tcp.dc._msdcs.many.example': Array.from(
    { length: 20 },
    (_, i): SrvAnswer => [100 - i, 0, 88, `dc${i}.many.example`],
  ),
});
let server = '';
beforeAll(async () => {
  server = await names.listen();
});
afterAll(() => names.close());
let time = 0;
const location = () => new KdcLocation({ servers: [server], random: () => 0.5, clock: () => time });

describe('the KDCs of a realm by DNS', () => {
  it('are its domain controllers, by priority', async () => {
    expect(await location().kdcsOf('CORP.EXAMPLE')).toEqual([
      { kind: 'tcp', host: 'dc1.corp.example', port: 88 },
      { kind: 'tcp', host: 'dc2.corp.example', port: 88 },
    ]);
  });
  it('are those of any realm otherwise', async () => {
    expect(await location().kdcsOf('mit.example')).toEqual([{ kind: 'tcp', host: 'kdc.mit.example', port: 750 }]);
  });
  it('are kept for a minute, and asked for again', async () => {
    const finder = location();
    const count = () => names.asked.filter((name) => name === '_kerberos._tcp.mit.example').length;
    const before = count();
    for (const at of [0, 59, 60, 61]) {
      time = at;
      await finder.kdcsOf('mit.example');
    }
    expect(count() - before).toBe(2);
  });
  it('are none where DNS knows none, or names what is no host', async () => {
    for (const realm of ['NOWHERE.EXAMPLE', 'odd.example'])
      await expect(location().kdcsOf(realm)).rejects.toMatchObject({
        code: 'kdc-not-found',
        message: `DNS names no KDC of realm ${realm}`,
      });
  });
  it('are the best sixteen of many', async () => {
    const found = await location().kdcsOf('MANY.EXAMPLE');
    expect(found.length).toBe(16);
    expect(found[0]).toEqual({ kind: 'tcp', host: 'dc19.many.example', port: 88 });
  });
  it('are not asked for where a realm is no DNS name', async () => {
    const before = names.asked.length;
    for (const realm of ['', 'a b', 'corp.example\0.other', 'x.'.repeat(200), '*', 'a/b', '\u001b[2J'])
      await expect(location().kdcsOf(realm)).rejects.toMatchObject({
        code: 'kdc-not-found',
        message: `realm ${shownRealm(realm)} is no DNS name`,
      });
    expect(names.asked.length).toBe(before);
  });
  it('are given up on when no server answers, however many there are', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${silent.address().port}`;
    const finder = new KdcLocation({ servers: [address, address], random: () => 0.5, clock: () => time, limit: 100 });
    let asked = 0;
    silent.on('message', () => {
      asked += 1;
    });
    const failure: unknown = await finder.kdcsOf('CORP.EXAMPLE').catch((e: unknown) => e);
    expect(failure).toMatchObject({ code: 'kdc-not-found', cause: { code: 'ECANCELLED' } });
    // Not asked for the second name: the time is over.
    expect(asked).toBe(1);
    silent.close();
  });
});

describe('the order of RFC 2782', () => {
  const record = (name: string, priority: number, weight: number) => ({ name, priority, weight, port: 88 });
  const records = [record('far', 20, 0), record('heavy', 10, 90), record('light', 10, 10), record('never', 10, 0)];
  const ordered = (random: number) => inOrder(records, () => random).map(({ name }) => name);
  it('is by priority, then by weight and chance', () => {
    expect(ordered(0.999)).toEqual(['heavy', 'light', 'never', 'far']);
    expect(ordered(0.05)[0]).toBe('light');
    expect(ordered(0)[0]).toBe('never');
    expect(ordered(0.5).at(-1)).toBe('far');
    const first = Array.from({ length: 1000 }, (_, i) => ordered((i + 0.5) / 1000)[0]);
    expect(first.filter((name) => name === 'heavy').length).toBe(900);
  });
});
