import { afterAll, beforeAll, expect, it } from 'vitest';
import { KdcLocation } from '../../src/net/kdc-location.ts';
import { NameServer } from '../net/name-server.ts';

const names = new NameServer({
  '_ldap._tcp.dc._msdcs.corp.example': [
    [0, 100, 389, 'dc.evil.example'],
    [1, 100, 389, 'corp.example.evil.example'],
    [2, 100, 389, 'evilcorp.example'],
    [3, 100, 389, 'DC1.corp.example'],
  ],
  '_ldap._tcp.dc._msdcs.led.example': [[0, 100, 389, 'dc.evil.example']],
});
let server = '';
beforeAll(async () => {
  server = await names.listen();
});
afterAll(() => names.close());
const location = () => new KdcLocation({ servers: [server], random: () => 0.5, clock: () => 0 });

it('a name server that lies leads no password out of the domain, where anybody can have a certificate for his own name', async () => {
  expect(await location().domainControllersOf('Corp.example.')).toEqual([{ host: 'DC1.corp.example', port: 389 }]);
  await expect(location().domainControllersOf('led.example')).rejects.toMatchObject({
    code: 'directory-not-found',
    message: 'DNS names no host of led.example as its domain controller, but dc.evil.example',
  });
});
