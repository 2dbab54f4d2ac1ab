import type { Socket } from 'node:net';
import { SearchRequest } from 'ldapts';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bind, LdapConnection } from '../../src/directory/ldap-connection.ts';
import { equal, present } from '../../src/directory/ldap-filter.ts';
import { openSecure } from '../../src/directory/ldap-socket.ts';
import { LdapStream } from '../../src/directory/ldap-stream.ts';
import { type Asked, cookie, entry, message, result, ScriptedLdap } from './scripted-ldap.ts';
import { type TlsIdentity, tlsIdentity } from './tls-identity.ts';

let identity: TlsIdentity;
beforeAll(async () => {
  identity = await tlsIdentity('localhost');
});
const started: ScriptedLdap[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});
const BIND = 0x60;
const SEARCH = 0x63;
const bind: Bind = (as) => as('svc@corp.example', 'planted-secret');
const anyObject = { base: 'DC=corp,DC=example', scope: 'sub', filter: present('objectClass'), attributes: ['cn'] } as const;

/** Lets everybody in, then goes by its script. */
async function serverThat(script: (asked: Asked, socket: Socket) => void): Promise<ScriptedLdap> {
  const server = await ScriptedLdap.start(identity, (asked, socket) => {
    if (asked.operation === BIND) socket.write(message(asked.id, result(0x61)));
    else script(asked, socket);
  });
  started.push(server);
  return server;
}
const security = () => ({ how: 'ldaps', anchors: [identity.cert], patience: 30_000 }) as const;
const connected = (server: ScriptedLdap) => LdapConnection.open({ host: 'localhost', port: server.port }, security(), bind);
/** With limits that are met soon. */
async function streamTo(server: ScriptedLdap): Promise<LdapStream> {
  const socket = await openSecure({ host: 'localhost', port: server.port }, security());
  return new LdapStream(socket, 'dc', { patience: 300, entries: 50, octets: 10_000 });
}
const search = () => new SearchRequest({ messageId: 0, baseDN: '', filter: present('objectClass') });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (e: unknown) => (e instanceof Error && 'code' in e ? e.code : e),
  );

describe('a directory that means harm', () => {
  it.each([
    ['octets that are no LDAP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a length of 4 GiB', Buffer.from('3084ffffffff', 'hex')],
    ['a length below zero to who shifts bits', Buffer.from('3084fffffffa020101', 'hex')],
    [
      'an entry whose attributes reach beyond it',
      Buffer.from('301002010364 0b040178 3084 00ffffff 3000'.replaceAll(' ', ''), 'hex'),
    ],
  ])('is left at once: %s', async (_, octets) => {
    const server = await serverThat((__, socket) => socket.write(octets));
    const connection = await connected(server);
    expect(await codeOf(connection.search(anyObject))).toBe('directory-reply');
    expect(connection.isOpen).toBe(false);
  });
  it('is left when it answers what nobody asked', async () => {
    const server = await serverThat(({ id }, socket) => socket.write(message(id + 1, result(0x65))));
    expect(await codeOf((await connected(server)).search(anyObject))).toBe('directory-reply');
  });
  it('is left when it says that it ends the connection', async () => {
    const server = await serverThat((_, socket) => socket.write(message(0, result(0x78, 52, 'going down'))));
    await expect((await connected(server)).search(anyObject)).rejects.toMatchObject({
      code: 'directory-lost',
      message: expect.stringContaining('going down') as string,
    });
  });
  it('is left when its answer has more entries than were bargained for', async () => {
    const server = await serverThat(({ id }, socket) => {
      for (let i = 0; i < 60; i++) socket.write(message(id, entry(`CN=${i}`, {})));
    });
    expect(await codeOf((await streamTo(server)).ask(search()))).toBe('directory-reply');
  });
  it('is left when its answer is longer than was bargained for', async () => {
    const server = await serverThat(({ id }, socket) => {
      for (let i = 0; i < 3; i++) socket.write(message(id, entry(`CN=${i}`, { cn: ['x'.repeat(5000)] })));
    });
    expect(await codeOf((await streamTo(server)).ask(search()))).toBe('directory-reply');
  });
  it('is left when it drips, in the time that a whole answer may take', async () => {
    const timers: NodeJS.Timeout[] = [];
    const server = await serverThat(({ id }, socket) => {
      const octets = message(id, entry('CN=slow', { cn: ['x'.repeat(1000)] }));
      let at = 0;
      timers.push(setInterval(() => socket.write(octets.subarray(at, ++at)), 5));
    });
    const began = performance.now();
    expect(await codeOf((await streamTo(server)).ask(search()))).toBe('directory-late');
    expect(performance.now() - began).toBeGreaterThanOrEqual(290);
    for (const timer of timers) clearInterval(timer);
  });
  it('is left when it goes on with pages that have nothing', async () => {
    const server = await serverThat(({ id }, socket) => socket.write(message(id, result(0x65), cookie(Uint8Array.of(1)))));
    expect(await codeOf((await connected(server)).search(anyObject))).toBe('directory-late');
    expect(server.asked.filter(({ operation }) => operation === SEARCH).length).toBe(101);
  });
  it('is not believed when it finds more than anybody can use', async () => {
    const server = await serverThat(({ id }, socket) =>
      socket.write(Buffer.concat([message(id, entry(`CN=${id}`, {})), message(id, result(0x65), cookie(Uint8Array.of(1)))])),
    );
    expect(await codeOf((await connected(server)).search({ ...anyObject, atMost: 20 }))).toBe('directory-too-much');
  });
  it('answers in pieces and all at once alike', async () => {
    const answer = (id: number) =>
      Buffer.concat([
        ...Array.from({ length: 30 }, (_, i) => message(id, entry(`CN=${i}`, { cn: [`${i}`] }))),
        message(id, result(0x65)),
      ]);
    const server = await serverThat(({ id }, socket) => {
      const octets = answer(id);
      if (server.asked.length % 2 === 0) socket.write(octets);
      else for (const octet of octets) socket.write(Uint8Array.of(octet));
    });
    const connection = await connected(server);
    for (let i = 0; i < 2; i++)
      expect((await connection.search(anyObject)).map(({ name }) => name)).toEqual(
        Array.from({ length: 30 }, (_, n) => `CN=${n}`),
      );
    connection.close();
  });
});

describe('a connection to a directory', () => {
  const opened = (server: ScriptedLdap, how: 'ldaps' | 'starttls', anchors: readonly string[], host = 'localhost') =>
    codeOf(LdapConnection.open({ host, port: server.port }, { how, anchors, patience: 500 }, bind));

  it('is not made to whom no configured CA vouches for, nor under another name, nor after the end of the certificate', async () => {
    const server = await serverThat(() => undefined);
    const other = await tlsIdentity('localhost');
    expect(await opened(server, 'ldaps', [other.cert])).toBe('directory-certificate');
    expect(await opened(server, 'ldaps', [identity.cert], '127.0.0.1')).toBe('directory-certificate');
    const old = await tlsIdentity('localhost', Math.floor(Date.now() / 1000) - 7200);
    const expired = await ScriptedLdap.start(old, () => undefined);
    started.push(expired);
    await expect(
      LdapConnection.open({ host: 'localhost', port: expired.port }, { how: 'ldaps', anchors: [old.cert], patience: 500 }, bind),
    ).rejects.toMatchObject({
      code: 'directory-certificate',
      message: expect.stringContaining('it has expired (CERT_HAS_EXPIRED)') as string,
    });
    expect([...server.asked, ...expired.asked]).toEqual([]);
  });
  it('is given up where nobody listens, and where nobody says a word', async () => {
    const gone = await serverThat(() => undefined);
    const { port } = gone;
    await started.pop()?.stop();
    expect(await codeOf(LdapConnection.open({ host: 'localhost', port }, security(), bind))).toBe('directory-unreachable');
    const silent = await ScriptedLdap.start(undefined, () => undefined);
    started.push(silent);
    expect(await opened(silent, 'ldaps', [identity.cert])).toBe('directory-late');
    expect(await opened(silent, 'starttls', [identity.cert])).toBe('directory-late');
  });
  it('says nothing in clear but STARTTLS, and takes nothing in clear but its answer', async () => {
    const refusing = await ScriptedLdap.start(undefined, ({ id }, socket) => socket.write(message(id, result(0x78, 52))));
    const injecting = await ScriptedLdap.start(undefined, ({ id }, socket) =>
      socket.write(Buffer.concat([message(id, result(0x78)), message(2, result(0x61)).subarray(0, 5)])),
    );
    started.push(refusing, injecting);
    expect(await opened(refusing, 'starttls', [identity.cert])).toBe('directory-unreachable');
    expect(await opened(injecting, 'starttls', [identity.cert])).toBe('directory-reply');
    expect([...refusing.asked, ...injecting.asked].map(({ operation }) => operation)).toEqual([0x77, 0x77]);
  });
  it('is not bound without a password, which would let anybody in as nobody', async () => {
    const server = await serverThat(() => undefined);
    const empty: Bind = (as) => as('svc@corp.example', '');
    expect(await codeOf(LdapConnection.open({ host: 'localhost', port: server.port }, security(), empty))).toBe(
      'directory-credentials',
    );
    expect(server.asked).toEqual([]);
  });
  it('tells why a bind was refused, and never the password', async () => {
    const diagnostic = '80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 775, v4563';
    const server = await ScriptedLdap.start(identity, ({ id }, socket) =>
      socket.write(message(id, result(0x61, 49, diagnostic))),
    );
    started.push(server);
    const refused = await connected(server).catch((e: unknown) => e);
    expect(refused).toMatchObject({
      code: 'directory-credentials',
      message: expect.stringContaining('the account is locked') as string,
    });
    expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused as object))).not.toContain('planted-secret');
  });
  it('names what was refused for lack of a right', async () => {
    const server = await serverThat(({ id }, socket) => socket.write(message(id, result(0x67, 50, '00002098: SecErr: 4003'))));
    const connection = await connected(server);
    const write = connection.modify('CN=NTAuthCertificates', [{ operation: 'add', attribute: 'cACertificate', values: ['x'] }]);
    await expect(write).rejects.toMatchObject({
      code: 'directory-rights',
      message: expect.stringContaining(
        'writing cACertificate of CN=NTAuthCertificates: the account has no right to do this',
      ) as string,
    });
    connection.close();
  });
  it('carries what a filter is made of as it is, whatever is in it', async () => {
    const server = await serverThat(({ id }, socket) => socket.write(message(id, result(0x65))));
    const connection = await connected(server);
    const values = ['*)(objectClass=*', 'a\\2a', '\0', 'ü(', '))((|&!='];
    for (const value of values) await connection.search({ ...anyObject, filter: equal('sAMAccountName', value) });
    const searches = server.asked.filter(({ operation }) => operation === SEARCH);
    const octetString = (text: string) => Buffer.concat([Buffer.of(4, Buffer.byteLength(text)), Buffer.from(text)]);
    // equalityMatch [3] of two octet strings: the value is one of them, whole.
    const assertion = (value: string) => Buffer.concat([octetString('sAMAccountName'), octetString(value)]);
    expect(searches.map(({ octets }, i) => octets.includes(assertion(values[i] ?? '')))).toEqual(values.map(() => true));
    connection.close();
  });
});
