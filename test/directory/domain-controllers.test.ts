import type { Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DomainControllers } from '../../src/directory/domain-controllers.ts';
import type { LdapConnection } from '../../src/directory/ldap-connection.ts';
import { present } from '../../src/directory/ldap-filter.ts';
import { type Asked, ber, entry, message, result, ScriptedLdap } from './scripted-ldap.ts';
import { type TlsIdentity, tlsIdentity } from './tls-identity.ts';

let identity: TlsIdentity;
beforeAll(async () => {
  identity = await tlsIdentity('localhost');
});
const started: ScriptedLdap[] = [];
const opened: DomainControllers[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) each.close();
  for (const each of started.splice(0)) await each.stop();
});
const BIND = 0x60;
const SEARCH = 0x63;
async function server(answer: (asked: Asked, socket: Socket) => void, bound = 0): Promise<ScriptedLdap> {
  const made = await ScriptedLdap.start(identity, (asked, socket) => {
    if (asked.operation === BIND) socket.write(message(asked.id, result(0x61, bound)));
    else if (asked.operation === SEARCH) answer(asked, socket);
  });
  started.push(made);
  return made;
}
const named = (name: string) =>
  server(({ id }, socket) => socket.write(Buffer.concat([message(id, entry(`CN=${name}`, {})), message(id, result(0x65))])));
const elapsed = 0;
function controllers(...servers: readonly { readonly port: number }[]): DomainControllers {
  const made = new DomainControllers({
    domain: 'corp.example',
    locate: async () => servers.map(({ port }) => ({ host: 'localhost', port })),
    security: { how: 'ldaps', anchors: [identity.cert], patience: 30_000 },
    bind: (as) => as('svc', 'secret'),
    elapsed: () => elapsed,
  });
  opened.push(made);
  return made;
}
const whoAnswers = async (connection: LdapConnection) => (await connection.read('', [], present('objectClass')))?.name;
const binds = ({ asked }: ScriptedLdap) => asked.filter(({ operation }) => operation === BIND).length;
const searches = ({ asked }: ScriptedLdap) => asked.filter(({ operation }) => operation === SEARCH).length;

describe('domain controllers', () => {
  it('share one connection, however many ask at once', async () => {
    const dc1 = await named('dc1');
    const domain = controllers(dc1);
    expect(await Promise.all(Array.from({ length: 50 }, () => domain.run(whoAnswers)))).toEqual(
      Array.from({ length: 50 }, () => 'CN=dc1'),
    );
    expect([binds(dc1), searches(dc1)]).toEqual([1, 50]);
  });
  it('stand in for one that is gone, that ends connections, that talks nonsense, or is busy', async () => {
    const gone = await named('gone');
    const { port } = gone;
    await gone.stop();
    started.pop();
    const ending = await server((_, socket) => socket.destroy());
    const odd = await server((_, socket) => socket.write('no LDAP'));
    const busy = await server(({ id }, socket) => socket.write(message(id, result(0x65, 51))));
    const dc = await named('dc');
    const domain = controllers({ port }, ending, odd, busy, dc);
    expect(await domain.run(whoAnswers)).toBe('CN=dc');
    expect([ending, odd, busy].map((each) => 0 < searches(each))).toEqual([true, true, true]);
    // Who failed is not asked again soon.
    const before = [ending, odd, busy].map(binds);
    expect(await domain.run(whoAnswers)).toBe('CN=dc');
    expect([ending, odd, busy].map(binds)).toEqual(before);
  });
  it('are connected to again when the connection has ended meanwhile', async () => {
    const sockets: Socket[] = [];
    const dc = await server(({ id }, socket) => {
      sockets.push(socket);
      socket.write(Buffer.concat([message(id, entry('CN=dc', {})), message(id, result(0x65))]));
    });
    const domain = controllers(dc);
    expect(await domain.run(whoAnswers)).toBe('CN=dc');
    for (const socket of sockets) socket.destroy();
    expect(await domain.run(whoAnswers)).toBe('CN=dc');
    expect(binds(dc)).toBe(2);
  });
  it('are not all asked when the account or its password is wrong: each would count it', async () => {
    const refusing = await server(() => undefined, 49);
    const other = await named('other');
    await expect(controllers(refusing, other).run(whoAnswers)).rejects.toMatchObject({ code: 'directory-credentials' });
    expect(other.asked).toEqual([]);
  });
  it('say of the first what went wrong when there is no other', async () => {
    const odd = await server((_, socket) => socket.write('no LDAP'));
    await expect(controllers(odd).run(whoAnswers)).rejects.toMatchObject({ code: 'directory-reply' });
    await expect(controllers().run(whoAnswers)).rejects.toMatchObject({ code: 'directory-unreachable' });
  });
  it('are followed within the domain only when one refers to another', async () => {
    const url = (name: string) => ber(0xa3, ber(0x04, `ldap://${name}/`));
    const stranger = await server(({ id }, socket) => socket.write(message(id, result(0x65, 10, '', url('dc.evil.example')))));
    await expect(controllers(stranger).run(whoAnswers)).rejects.toMatchObject({ code: 'directory-referral' });
    const own = await server(({ id }, socket) => socket.write(message(id, result(0x65, 10, '', url('rw.corp.example')))));
    // There is no such host here: that it was tried is what shows.
    await expect(controllers(own).run(whoAnswers)).rejects.toMatchObject({
      code: 'directory-unreachable',
      message: expect.stringContaining('rw.corp.example') as string,
    });
  });
  it('are each asked by themselves when all are meant', async () => {
    const dc1 = await named('dc1');
    const odd = await server((_, socket) => socket.write('no LDAP'));
    const outcomes = (await controllers(dc1, odd).onEach(whoAnswers)).map(({ outcome }) =>
      typeof outcome === 'object' ? outcome.code : outcome,
    );
    expect(outcomes).toEqual(['CN=dc1', 'directory-reply']);
  });
});
