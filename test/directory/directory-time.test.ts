import { afterEach, describe, expect, it } from 'vitest';
import { directoryTime } from '../../src/directory/directory-time.ts';
import { DomainControllers } from '../../src/directory/domain-controllers.ts';
import { entry, message, result, ScriptedLdap } from './scripted-ldap.ts';
import { tlsIdentity } from './tls-identity.ts';

const SEARCH = 0x63;
let server: ScriptedLdap | undefined;
let controllers: DomainControllers | undefined;
afterEach(async () => {
  controllers?.close();
  await server?.stop();
});
async function timeOf(attributes: Readonly<Record<string, readonly string[]>>): Promise<number> {
  const identity = await tlsIdentity('localhost');
  const ldap = await ScriptedLdap.start(identity, ({ id, operation }, socket) => {
    const found = operation === SEARCH ? [message(id, entry('', attributes))] : [];
    socket.write(Buffer.concat([...found, message(id, result(operation === SEARCH ? 0x65 : 0x61))]));
  });
  server = ldap;
  const { port } = ldap;
  const one = new DomainControllers({
    domain: 'corp.example',
    locate: async () => [{ host: 'localhost', port }],
    security: { how: 'ldaps', anchors: [identity.cert], patience: 30_000 },
    bind: (as) => as('svc', 'secret'),
    elapsed: () => performance.now(),
  });
  controllers = one;
  return one.run(directoryTime);
}

describe('the time of a directory', () => {
  it('is currentTime of its root DSE', async () =>
    expect(await timeOf({ currentTime: ['20261130164512.0Z'] })).toBe(Date.parse('2026-11-30T16:45:12Z') / 1000));
  it.each<[string, Readonly<Record<string, readonly string[]>>]>([
    ['is in local time', { currentTime: ['20261130164512.0+0100'] }],
    ['is no time', { currentTime: ['now'] }],
    ['is not said', { other: ['x'] }],
  ])('%s: refused', async (_, attributes) => expect(timeOf(attributes)).rejects.toMatchObject({ code: 'directory-value' }));
});
