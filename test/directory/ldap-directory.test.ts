import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DomainControllers } from '../../src/directory/domain-controllers.ts';
import { LdapDirectory } from '../../src/directory/ldap-directory.ts';
import { sidOctets } from '../../src/directory/sid.ts';
import { entry, message, result, ScriptedLdap } from './scripted-ldap.ts';
import { type TlsIdentity, tlsIdentity } from './tls-identity.ts';

const SEARCH = 0x63;
let identity: TlsIdentity;
beforeAll(async () => {
  identity = await tlsIdentity('localhost');
});
/** What a search finds, by a text that stands in its request. */
let answers: readonly (readonly [string, Buffer])[] = [];
let server: ScriptedLdap;
let directory: LdapDirectory;
let now = 0;
let isBroken = false;
const told: number[] = [];
beforeEach(async () => {
  now = 1000;
  isBroken = false;
  answers = [];
  told.length = 0;
  server = await ScriptedLdap.start(identity, ({ id, operation, octets }, socket) => {
    if (operation !== SEARCH) {
      socket.write(message(id, result(0x61)));
      return;
    }
    if (isBroken) {
      socket.write(message(id, result(0x65, 1, 'broken')));
      return;
    }
    const found = answers.filter(([text]) => octets.includes(text)).map(([, octet]) => message(id, octet));
    socket.write(Buffer.concat([...found, message(id, result(0x65))]));
  });
  const controllers = new DomainControllers({
    domain: 'corp.example',
    locate: async () => [{ host: 'localhost', port: server.port }],
    security: { how: 'ldaps', anchors: [identity.cert], patience: 30_000 },
    bind: (as) => as('svc', 'secret'),
    elapsed: () => performance.now(),
  });
  directory = new LdapDirectory({
    domains: [{ controllers, labels: {} }],
    clock: () => now,
    keepHosts: 600,
    progress: (_, found) => told.push(found),
  });
});
afterEach(async () => {
  directory.close();
  await server.stop();
});
const searches = () => server.asked.filter(({ operation }) => operation === SEARCH).length;
const computer = (name: string) =>
  entry(`CN=${name},OU=Web,DC=corp,DC=example`, {
    dNSHostName: [`${name}.corp.example`],
    userAccountControl: ['4096'],
    objectSid: [sidOctets('S-1-5-21-1-2-3-1200')],
    servicePrincipalName: [`TERMSRV/${name}.corp.example`],
  });
const account = (name: string, rid: number, upn?: string) =>
  entry(`CN=${name},DC=corp,DC=example`, {
    sAMAccountName: [name],
    ...(upn === undefined ? {} : { userPrincipalName: [upn] }),
    objectSid: [sidOctets(`S-1-5-21-1-2-3-${rid}`)],
    objectClass: ['user'],
    userAccountControl: ['512'],
  });
const namesOf = async () => (await directory.hosts()).map(({ name }) => name);

describe('the list of hosts', () => {
  it('is kept, read again behind the back of who asks, and waited for when it is too old', async () => {
    answers = [['dNSHostName', computer('one')]];
    expect(await namesOf()).toEqual(['one.corp.example']);
    expect(told).toEqual([1]);
    answers = [['dNSHostName', computer('two')]];
    now += 599;
    expect(await namesOf()).toEqual(['one.corp.example']);
    expect(searches()).toBe(1);
    now += 1;
    expect(await namesOf()).toEqual(['one.corp.example']);
    await expect.poll(namesOf).toEqual(['two.corp.example']);
    expect(searches()).toBe(2);
    answers = [['dNSHostName', computer('three')]];
    now += 1200;
    expect(await namesOf()).toEqual(['three.corp.example']);
  });
  it('is read once for all who ask at the same time', async () => {
    answers = [['dNSHostName', computer('one')]];
    await Promise.all(Array.from({ length: 20 }, namesOf));
    expect(searches()).toBe(1);
  });
  it('is not taken for empty when it cannot be read', async () => {
    isBroken = true;
    await expect(directory.hosts()).rejects.toMatchObject({ code: 'directory-refused' });
    isBroken = false;
    answers = [['dNSHostName', computer('one')]];
    expect(await namesOf()).toEqual(['one.corp.example']);
    isBroken = true;
    now += 1200;
    await expect(directory.hosts()).rejects.toMatchObject({ code: 'directory-refused' });
  });
});

describe('an account that is asked for', () => {
  it('is not one that the directory only finds alike: it compares without accents, domain controllers do not', async () => {
    answers = [
      ['CN=jörg', account('jörg', 1105)],
      ['jorg', account('jörg', 1105)],
    ];
    expect(await directory.account('jorg')).toBeUndefined();
    expect(await directory.account('jorg@corp.example')).toBeUndefined();
  });
  it('is nobody where two are called alike', async () => {
    answers = [
      ['twin@corp.example', account('a', 1105, 'twin@corp.example')],
      ['twin@corp.example', account('b', 1106, 'twin@corp.example')],
      ['CN=a,', account('a', 1105, 'twin@corp.example')],
      ['CN=b,', account('b', 1106, 'twin@corp.example')],
    ];
    await expect(directory.account('twin@corp.example')).rejects.toMatchObject({ code: 'directory-ambiguous' });
  });
  it('has unknown groups where the directory shows none', async () => {
    answers = [['alice', account('alice', 1105)]];
    expect(await directory.account('alice')).toMatchObject({ sid: 'S-1-5-21-1-2-3-1105', groupSids: undefined, groups: [] });
  });
});

describe("a domain's NetBIOS name", () => {
  const root = entry('', { configurationNamingContext: ['CN=Configuration,DC=corp,DC=example'] });
  const crossRef = (name: string) =>
    entry(`CN=${name},CN=Partitions,CN=Configuration,DC=corp,DC=example`, { nETBIOSName: [name] });
  it('is that of its crossRef, and is asked for once', async () => {
    answers = [
      ['configurationNamingContext', root],
      ['crossRef', crossRef('SALES')],
    ];
    expect(await directory.netBiosName('corp.example')).toBe('SALES');
    const asked = searches();
    expect(await directory.netBiosName('corp.example')).toBe('SALES');
    expect(searches()).toBe(asked);
  });
  it('is unknown where it is not shown, where two are, where it is none, and of other domains', async () => {
    expect(await directory.netBiosName('corp.example')).toBeUndefined();
    answers = [['configurationNamingContext', root]];
    expect(await directory.netBiosName('corp.example')).toBeUndefined();
    answers = [['configurationNamingContext', root], ...['A', 'B'].map((name) => ['crossRef', crossRef(name)] as const)];
    expect(await directory.netBiosName('corp.example')).toBeUndefined();
    answers = [
      ['configurationNamingContext', root],
      ['crossRef', crossRef('SIXTEENLETTERSXX')],
    ];
    expect(await directory.netBiosName('corp.example')).toBeUndefined();
    expect(await directory.netBiosName('other.example')).toBeUndefined();
  });
});
